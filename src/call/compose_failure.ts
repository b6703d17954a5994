import type { ComposeError } from "../compose/errors.ts";
import { failure } from "./codes.ts";
import type { Call, Failure } from "./stage.ts";

/** A failure that is Compose's own: at fault are the files, the state of the engine, a plan that is out of date, or one operation. */
export function composeFailure(error: ComposeError, { subject }: Call): Failure {
  const what = `Cannot do "${subject.title}"${placeText(error)}`;
  switch (error.fault) {
    case "files": {
      const why = error.expected === undefined ? error.reason : `${error.reason}; expected ${error.expected}`;
      const next = `Mend that place and call ${subject.name} again`;
      return failure("composeInvalid", { what, why, next });
    }
    case "blocked":
      return failure("conflict", { what, why: error.reason, next: `Nothing was changed. Mend that, then ${again}` });
    case "stale":
      return failure("conflict", {
        what,
        why: error.reason,
        next: "Nothing was changed. docker_compose_plan plans anew",
      });
    case "failed":
      return failure("composeFailed", { what, why: error.reason, next: `What was done before stays: ${onwards}` });
  }
}

/** The failure of one operation as its cause is told, with the place in the files that asks for it. */
export function operationFailure(told: Failure, error: ComposeError): Failure {
  const operation = error.operation === undefined ? "" : `, ${error.operation},`;
  const what = `${told.what}${operation}${placeText(error)}`.replace(/,$/, "");
  const state = error.fault === "blocked" ? "Nothing was changed" : `What was done before stays: ${onwards}`;
  return { ...told, what, next: `${told.next}. ${state}` };
}

const again = "docker_compose_plan shows what it would take";
const onwards = "the next docker_compose_up goes on from there, docker_compose_down removes it";

/** ` at services.web.privileged (/srv/compose.yaml:12)`. */
function placeText({ path, file, line }: ComposeError): string {
  const place = file === undefined ? undefined : line === undefined || line === 0 ? file : `${file}:${line}`;
  if (path === undefined) return place === undefined ? "" : ` at ${place}`;
  return ` at "${path}"${place === undefined ? "" : ` (${place})`}`;
}
