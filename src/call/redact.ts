import type { Hide } from "../safety/secrets.ts";
import type { Outcome, Progress, Stage } from "./stage.ts";

/** Hides secrets in whatever comes back: answers, errors, questions, and the notes on the way there. */
export function redact(hide: Hide): Stage {
  return async (call, next) => {
    const progress: Progress = ({ message, ...note }) =>
      call.progress(message === undefined ? note : { ...note, message: hide.text(message) });
    return hideIn(await next({ ...call, progress }), hide);
  };
}

function hideIn(outcome: Outcome, hide: Hide): Outcome {
  switch (outcome.kind) {
    case "answer":
      return { ...outcome, data: hide.value(outcome.data), text: hide.text(outcome.text) };
    case "failure": {
      const { what, why, next } = outcome;
      return { ...outcome, what: hide.text(what), why: hide.text(why), next: hide.text(next) };
    }
    case "question":
      // The token must come back as it is.
      return { ...outcome, message: hide.text(outcome.message) };
  }
}
