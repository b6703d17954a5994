import type { Hide } from "../safety/secrets.ts";
import type { CallEvent, Sink } from "../telemetry/event.ts";
import { isFault } from "./explain.ts";
import type { Call, Outcome, Stage } from "./stage.ts";

export interface RecordParts {
  sinks: readonly Sink[];
  hide: Hide;
  now: () => number;
}

/** Tells every sink of each call, once, when it has ended. */
export function record({ sinks, hide, now }: RecordParts): Stage {
  return async (call, next) => {
    const started = now();
    const told = await next(call);
    const { outcome, error } = takeFault(told);
    const event = { ...describe(call, outcome, hide), time: new Date(now()).toISOString(), duration: now() - started };
    tell(sinks, error === undefined ? event : { ...event, error });
    return outcome;
  };
}

/** What was thrown is for the record alone: here it is taken off the failure that leaves. */
function takeFault(told: Outcome): { outcome: Outcome; error?: string } {
  if (!isFault(told)) return { outcome: told };
  const { thrown: error, ...outcome } = told;
  return { outcome, error };
}

type Description = Omit<CallEvent, "time" | "duration">;

function describe({ id, subject, caller, args }: Call, outcome: Outcome, hide: Hide): Description {
  const { name, risk, host } = subject;
  const event = {
    id,
    name,
    risk,
    ...(host === undefined ? {} : { host }),
    caller: caller.name,
    outcome: outcome.kind,
    args: shorten(hide.value(args)),
  };
  return outcome.kind === "failure" ? { ...event, code: outcome.code, why: outcome.why } : event;
}

function tell(sinks: readonly Sink[], event: CallEvent): void {
  for (const sink of sinks) {
    try {
      sink(event);
    } catch {
      // The call has happened; a sink that cannot keep up must not turn it into a failure.
    }
  }
}

/** Characters of one argument that are kept: a file's content may be among the arguments. */
const kept = 1000;

function shorten(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, shortenValue(value)]));
}

function shortenValue(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length <= kept ? value : `${text.slice(0, kept)} ... (${text.length} characters)`;
}
