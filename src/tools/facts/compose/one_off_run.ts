import type { Context } from "../../../define.ts";
import { present } from "../../spec/resources.ts";
import { runAttached } from "../attached_run.ts";
import { outputLackOf } from "../output.ts";

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

async function runWithin(context: Context, id: string, timeout: number) {
  const { captured, exitCode } = await runAttached(context, id, { timeout, tty: false, autoRemove: false });
  const { stdout, stderr } = captured;
  const timedOut = exitCode === undefined ? true : undefined;
  return { stdout, stderr, ...present({ exit_code: exitCode, timed_out: timedOut }), ...outputLackOf(captured) };
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
