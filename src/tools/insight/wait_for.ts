import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import { oneLine } from "../../safety/untrusted.ts";
import { stateWithHealth } from "../facts/container_facts.ts";
import { within } from "../facts/signals.ts";
import { type Condition, type End, watch } from "../facts/watch.ts";
import { container, waitTime } from "../fields.ts";
import { InputError } from "../input_error.ts";

const waitInput = z.strictObject({
  container,
  state: z.enum(["running", "healthy", "exited"]).optional(),
  log: z.string().min(1).optional(),
  port: z.number().int().min(1).max(65535).optional(),
  timeout: waitTime.optional(),
});

/**
 * `port` runs `cat` inside, though nothing is changed by it: the Engine's own reads tell of no sockets, since its archive
 * holds no file of /proc and its list of processes comes from `ps`. To the daemon that is an exec like any other, so under
 * --read-only this one condition is refused, and the others are not.
 */
export const waitFor = defineTool({
  name: "docker_wait_for",
  title: "Wait for a container's condition",
  description: "Wait for a `state`, a `log` text or a listening TCP `port`; `timeout` 60s.",
  risk: "read",
  input: waitInput,
  output: z.object({
    container: z.string(),
    met: z.boolean(),
    reason: z.string(),
    seconds: z.number(),
    state: z.string(),
    exit_code: z.number().optional(),
  }),
  text: ({ container, met, reason, seconds, state }) =>
    `${met ? "Yes" : "No"}, after ${seconds} s: ${oneLine(reason)}. ${container}: ${state}.` +
    (met ? "" : " docker_diagnose_container tells why."),
  async run(context, input) {
    const start = performance.now();
    const elapsed = () => Math.round((performance.now() - start) / 100) / 10;
    const { Id } = await context.engine.containers.inspect(input.container, { signal: context.signal });
    const end = await watchFor(context, { id: Id, condition: conditionOf(input), seconds: input.timeout ?? 60 });
    const state = await stateNow(context, Id);
    return { container: input.container, ...end, seconds: elapsed(), state };
  },
});

function conditionOf({ state, log, port }: z.output<typeof waitInput>): Condition {
  const given: Condition[] = [
    ...(state === undefined ? [] : [{ kind: state }]),
    ...(log === undefined ? [] : [{ kind: "log", text: log } as const]),
    ...(port === undefined ? [] : [{ kind: "port", port } as const]),
  ];
  const [condition, other] = given;
  if (!condition || other) throw new InputError("state", "give exactly one of state, log and port");
  return condition;
}

/** Milliseconds between two notes of progress. */
const noteEvery = 1000;

async function watchFor(
  context: Context,
  { id, condition, seconds }: { id: string; condition: Condition; seconds: number },
): Promise<End> {
  const span = within(seconds, context.signal);
  const start = Date.now();
  let last = "waiting";
  const tell = () => context.progress({ progress: (Date.now() - start) / 1000, total: seconds, message: last });
  const timer = setInterval(tell, noteEvery);
  try {
    const bounded = { ...context, signal: span.signal };
    return await watch({ context: bounded, id, note: (text) => void (last = text) }, condition);
  } catch (error) {
    if (span.expired()) return { met: false, reason: `not within ${seconds} s; at last: ${last}` };
    if (isGone(error)) return { met: false, reason: "it was removed" };
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function stateNow({ engine, signal }: Context, id: string): Promise<string> {
  try {
    return stateWithHealth((await engine.containers.inspect(id, { signal })).State);
  } catch (error) {
    if (isGone(error)) return "removed";
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404;
}
