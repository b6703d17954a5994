import { type Known, secretsAmong } from "../safety/known_secrets.ts";
import type { Hide } from "../safety/secrets.ts";
import { type FaultFailure, isFault } from "./explain.ts";
import type { Outcome, Progress, Stage } from "./stage.ts";

/** Hides secrets in whatever comes back: answers, errors, questions, and the notes on the way there. */
export function redact(hide: Hide): Stage {
  return async (call, next) => {
    const known: Known[] = [];
    let knowing: Hide | undefined = hide;
    const learn = (more: Known) => {
      known.push(more);
      knowing = undefined;
    };
    // Put together when there is something to hide it in: a project of many files is learned of piece by piece.
    const own = () => knowing ??= hide.knowing(secretsAmong(known));
    const progress: Progress = ({ message, ...note }) =>
      call.progress(message === undefined ? note : { ...note, message: own().text(message) });
    const outcome = await next({ ...call, progress, learn });
    return hideIn(outcome, own());
  };
}

function hideIn(outcome: Outcome, hide: Hide): Outcome {
  switch (outcome.kind) {
    case "answer":
      return { ...outcome, data: hide.value(outcome.data), text: hide.text(outcome.text) };
    case "failure": {
      const { what, why, next } = outcome;
      const told = { what: hide.text(what), why: hide.text(why), next: hide.text(next) };
      if (!isFault(outcome)) return { ...outcome, ...told };
      const fault: FaultFailure = { ...outcome, ...told, thrown: hide.text(outcome.thrown) };
      return fault;
    }
    case "question":
      // The token must come back as it is.
      return { ...outcome, message: hide.text(outcome.message) };
  }
}
