import type { Context } from "../../../define.ts";
import { present } from "../../spec/resources.ts";
import { capture, outputsOf } from "../output.ts";
import { within } from "../signals.ts";

/** Starts a container, reads what it writes and how it ends; it is removed with its anonymous volumes unless it is kept. */
export async function runToEnd(
  context: Context,
  id: string,
  { timeout, keep }: { timeout: number; keep: boolean },
) {
  const { engine } = context;
  const ended = await orRemove(context, id, () => runWithin(context, id, timeout));
  if (!ended.timed_out && !keep) await engine.containers.remove(id, { force: true, volumes: true });
  return ended;
}

async function runWithin({ engine, signal }: Context, id: string, timeout: number) {
  const failed = new AbortController();
  const span = within(timeout, AbortSignal.any([signal, failed.signal]));
  const captured = capture();
  const told = (end: { exit_code: number } | { timed_out: true }) => {
    const { cut, ...streams } = captured.soFar();
    return {
      ...streams,
      ...present({ exit_code: undefined, timed_out: undefined, ...end, characters_cut: cut || undefined }),
    };
  };
  try {
    // Attached before the start, so that nothing is missed.
    const attached = await engine.containers.attach(id, { signal: span.signal });
    const exited = await engine.containers.wait(id, { condition: "next-exit", signal: span.signal });
    await engine.containers.start(id, { signal });
    await captured.read(outputsOf(attached.chunks(), false));
    return told({ exit_code: (await exited()).StatusCode });
  } catch (error) {
    if (span.expired()) return told({ timed_out: true });
    // What never starts never ends either: both connections would stay.
    failed.abort();
    throw error;
  }
}

/** Nobody would know of one that could not be started, or whose caller has gone. */
async function orRemove<T>({ engine }: Context, id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await engine.containers.remove(id, { force: true, volumes: true });
    throw error;
  }
}
