import { oneLine, quotedRest, shown, shownValue } from "../safety/untrusted.ts";
import type { Call, Next, Outcome, Progress } from "./stage.ts";

/** Shows hidden characters in whatever comes back: answers, failures, questions, and the notes on the way there. */
export async function reveal(call: Call, next: Next): Promise<Outcome> {
  const progress: Progress = ({ message, ...note }) =>
    call.progress(message === undefined ? note : { ...note, message: shown(message) });
  return revealIn(await next({ ...call, progress }));
}

function revealIn(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case "answer":
      return { ...outcome, data: shownValue(outcome.data), text: shown(outcome.text) };
    case "failure": {
      const { what, why, next } = outcome;
      // A reason's first line is this server's; what others say may go on for more, and must not give the next step.
      return { ...outcome, what: oneLine(shown(what)), why: quotedRest(shown(why)), next: oneLine(shown(next)) };
    }
    case "question":
      return { ...outcome, message: shown(outcome.message) };
  }
}
