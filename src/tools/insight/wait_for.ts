import { z } from "zod";
import { type Context, defineTool } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import { within } from "../facts/signals.ts";
import { type Condition, type End, watch } from "../facts/watch.ts";
import { container, waitTime } from "../fields.ts";
import { InputError } from "../input_error.ts";

const waitInput = z.strictObject({
  container,
  state: z.enum(["running", "healthy", "exited"]).optional(),
  log: z.string().min(1).optional().describe("Text in a line since its start, any case"),
  port: z.number().int().min(1).max(65535).optional().describe("TCP port listened on inside"),
  timeout: waitTime.optional().describe("Default 60s"),
});

export const waitFor = defineTool({
  name: "docker_wait_for",
  title: "Wait for a container's condition",
  description:
    "Wait until a container has a `state`, prints a `log` text or listens on a `port`: one of the three. Gives up early where the container ends.",
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
    `${met ? "Yes" : "No"}, after ${seconds} s: ${reason}. ${container}: ${state}.` +
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
    const { Status, Health } = (await engine.containers.inspect(id, { signal })).State;
    return Health && Health.Status !== "none" ? `${Status}, ${Health.Status}` : Status;
  } catch (error) {
    if (isGone(error)) return "removed";
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404;
}
