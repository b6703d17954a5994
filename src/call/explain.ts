import { ZodError } from "zod";
import { ComposeError } from "../compose/errors.ts";
import { EngineError } from "../engine/errors.ts";
import { RegistryError } from "../registry/errors.ts";
import { Refusal } from "../safety/refusal.ts";
import { argumentFaults } from "./argument_faults.ts";
import { BuildError } from "../engine/build_error.ts";
import { buildFailure } from "./build_failure.ts";
import { failure } from "./codes.ts";
import { composeFailure, operationFailure } from "./compose_failure.ts";
import { engineFailure, maybeDone } from "./engine_failure.ts";
import type { Names, NamesOn } from "./nearest.ts";
import { registryFailure } from "./registry_failure.ts";
import type { Call, Failure, Outcome, Stage, Subject } from "./stage.ts";

/** Turns whatever is thrown into a failure that tells what to do next. */
export function explain(names: NamesOn): Stage {
  return async (call, next) => {
    try {
      return await next(call);
    } catch (thrown) {
      return await told(thrown, call, (kind) => names(kind, call.subject.host));
    }
  };
}

/** A failure that is this server's own fault. `thrown` is for the record; the record stage takes it off. */
export interface FaultFailure extends Failure {
  thrown: string;
}

export function isFault(outcome: Outcome): outcome is FaultFailure {
  return outcome.kind === "failure" && "thrown" in outcome;
}

async function told(thrown: unknown, call: Call, names: Names): Promise<Failure | FaultFailure> {
  const name = thrown instanceof Error ? thrown.name : "";
  if (thrown instanceof EngineError) return await engineFailure(thrown, call, names);
  if (thrown instanceof RegistryError) {
    if (thrown.fault.kind === "reference") return invalid(thrown.message, call);
    return registryFailure(await told(thrown.cause, call, names), thrown.fault);
  }
  if (thrown instanceof ComposeError) {
    const cause = await toldOfOperation(thrown, call, names);
    return cause ? operationFailure(cause, thrown) : composeFailure(thrown, call);
  }
  if (thrown instanceof Refusal) return refused(thrown, call);
  if (thrown instanceof ZodError) return invalid(argumentFaults(thrown.issues, notGiven(call)), call);
  const input = inputFault(thrown);
  if (input !== undefined) return invalid(input, call);
  if (thrown instanceof BuildError) return buildFailure(thrown, call);
  if (name === "AbortError" || call.signal.aborted && thrown === call.signal.reason) return cancelled(call);
  if (thrown instanceof Error && name === "TimeoutError") return late(thrown.message, call);
  return { ...fault(call), thrown: textOf(thrown) };
}

function notGiven({ subject, args }: Call): string[] {
  return (subject.inputs ?? []).filter((name) => !Object.hasOwn(args, name));
}

/** An operation fails for reasons of its own; where they are not known here, there is but what Compose says. */
async function toldOfOperation({ fault, cause }: ComposeError, call: Call, names: Names): Promise<Failure | undefined> {
  if (fault !== "failed" && fault !== "blocked" || cause === undefined) return undefined;
  const failure = await told(cause, call, names);
  return isFault(failure) ? undefined : failure;
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.stack ?? `${thrown.name}: ${thrown.message}` : String(thrown);
}

function refused({ rule, reason, flag, field, value, message }: Refusal, { subject }: Call): Failure {
  const what = `Refused: "${subject.title}"`;
  if (rule === "read-only" || rule === "no-destroy" || rule === "managed-only") {
    const why = rule === "managed-only" ? message : reason;
    return failure("refused", { what, why, next: `The operator can start this server without ${flag}` });
  }
  if (rule === "self") {
    const next = `It takes another program than this server; ${flag} names the container it runs in`;
    return failure("refused", { what, why: message, next });
  }
  if (field === undefined || value === undefined) {
    const next = `Do without ${subject.name}; the operator can change this with ${flag}`;
    return failure("refused", { what, why: reason, next });
  }
  const next = `Call again without this setting; the operator can allow it by starting this server with ${flag}`;
  return failure("refused", { what, why: message, next });
}

function invalid(why: string, { subject }: Call): Failure {
  const next = `Mend the arguments and call ${subject.name} again`;
  return failure("invalidArgument", { what: `Cannot do "${subject.title}" with these arguments`, why, next });
}

/** The error by which tools refuse an argument. It is known by its name, since this folder does not know the tools. */
function inputFault(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown.name !== "InputError") return undefined;
  return "field" in thrown && typeof thrown.field === "string" ? `"${thrown.field}": ${thrown.message}` : undefined;
}

function cancelled({ subject }: Call): Failure {
  const why = "the caller gave up before the end";
  return failure("cancelled", {
    what: `Cancelled: "${subject.title}"`,
    why,
    next: afterwards(subject),
  });
}

function late(why: string, { subject }: Call): Failure {
  return failure("timeout", { what: `Too late: "${subject.title}"`, why, next: afterwards(subject) });
}

function fault({ id, subject }: Call): Failure {
  const why = `an internal error, call ${id}`;
  const next = `The log of this server tells more under "${id}". ${afterwards(subject)}`;
  return failure("internalError", { what: `Cannot do "${subject.title}"`, why, next });
}

function afterwards({ risk }: Subject): string {
  return risk === "read" ? "Call again, with less to do if it took too long" : maybeDone;
}
