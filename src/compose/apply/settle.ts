import { untilAborted } from "../../engine/waiting.ts";
import type { Operation } from "../operation.ts";
import { idOf, type Run } from "./run.ts";

/**
 * Waits until the engine's list knows that what was stopped does not run. Seen on 26.1: for a moment after a stop has
 * been answered, the list still says that the container runs, and whoever looks next would plan by that.
 */
export async function untilListed(run: Run, done: readonly Operation[]): Promise<void> {
  const ids = [...stoppedBy(run, done)];
  if (ids.length === 0) return;
  // It ends in any case: somebody else may have started one again.
  for (let pause = 10; pause < 1000; pause *= 2) {
    const running = await run.engine.containers.list({ filters: { id: ids, status: ["running"] } }, run);
    if (running.length === 0) return;
    await untilAborted(pause, run.signal);
  }
}

/** The containers that are there and do not run, once all is done. */
function stoppedBy(run: Run, done: readonly Operation[]): ReadonlySet<string> {
  const stopped = new Set<string>();
  for (const operation of done) {
    if (operation.kind === "stop_container") stopped.add(idOf(run, operation.container));
    if (operation.kind === "start_container" || operation.kind === "remove_container") {
      stopped.delete(idOf(run, operation.container));
    }
  }
  return stopped;
}
