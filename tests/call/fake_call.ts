import { type DoorParts, openDoor } from "../../src/call/call.ts";
import type { Answer, Call, Outcome, Subject } from "../../src/call/stage.ts";
import { EngineError, type Fault } from "../../src/engine/errors.ts";
import { policy } from "../../src/safety/policy.ts";
import { hider } from "../../src/safety/secrets.ts";
import type { CallEvent } from "../../src/telemetry/event.ts";

/** A subject that answers `{done: true}` at once, but for what is given. */
export function subject(given: Partial<Subject> = {}): Subject {
  return {
    name: "docker_stop_container",
    title: "Stop a container",
    risk: "change",
    parse: (args) => ({ ...Object(args) }),
    run: () => Promise.resolve(answer({ done: true })),
    ...given,
  };
}

export function answer(data: Record<string, unknown>, text = "done"): Answer {
  return { kind: "answer", data, text };
}

/** A call by `local` without arguments, but for what is given. */
export function call(given: Partial<Call> = {}): Call {
  return {
    id: "c1",
    subject: subject(),
    args: {},
    caller: { name: "local" },
    signal: new AbortController().signal,
    progress: () => {},
    ...given,
  };
}

/** A door that asks before it destroys, with wide limits, but for what is given; `events` fills as calls end. */
export function door(given: Partial<DoorParts> = {}) {
  const events: CallEvent[] = [];
  const judge = policy({ destructive: "confirm", readOnly: false, allowTools: [], denyTools: [] });
  const open = openDoor({
    decide: (_caller, judged) => judge(judged),
    hide: hider({ show: false }),
    sinks: [(event) => events.push(event)],
    limits: wide,
    names: () => Promise.resolve([]),
    ...given,
  });
  return { open, events };
}

export const wide = { concurrency: 8, rate: 0, deadline: 60_000, answer: 50_000 };

/** The outcome of a call whose work throws `error`. */
export async function thrown(error: unknown, given: Partial<DoorParts> & { risk?: Subject["risk"] } = {}) {
  const { risk = "change", ...parts } = given;
  const throwing = subject({ risk, run: () => Promise.reject(error) });
  return failed(await door({ names: () => Promise.resolve([]), ...parts }).open(call({ subject: throwing })));
}

/** The outcome as a failure; throws where it is none. */
export function failed(outcome: Outcome) {
  if (outcome.kind !== "failure") throw new Error(`Expected a failure, got ${JSON.stringify(outcome)}`);
  return outcome;
}

export function answered(outcome: Outcome) {
  if (outcome.kind !== "answer") throw new Error(`Expected an answer, got ${JSON.stringify(outcome)}`);
  return outcome;
}

export function asked(outcome: Outcome) {
  if (outcome.kind !== "question") throw new Error(`Expected a question, got ${JSON.stringify(outcome)}`);
  return outcome;
}

/** What the engine client throws, of a request to stop a container, but for what is given. */
export function engineError(message: string, fault: Fault, request = "POST /containers/web/stop"): EngineError {
  return new EngineError(message, { fault, request });
}

/** The same of an answer of the daemon with this status. */
export function answeredWith(status: number, message: string, request?: string): EngineError {
  return engineError(message, { kind: "status", status }, request);
}
