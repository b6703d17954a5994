import type { Containers } from "./containers.ts";
import { untilAborted } from "./waiting.ts";

/**
 * Waits until the engine's list knows that these containers do not run. Seen on 26.1 and 28.5: for a moment after a stop
 * or a wait has been answered, the list still says that the container runs, and whoever looks next would believe it.
 */
export async function untilListed(
  containers: Containers,
  ids: readonly string[],
  { signal }: { signal: AbortSignal },
): Promise<void> {
  if (ids.length === 0) return;
  // It ends in any case: somebody else may have started one again.
  for (let pause = 10; pause < 1000; pause *= 2) {
    const running = await containers.list({ filters: { id: [...ids], status: ["running"] } }, { signal });
    if (running.length === 0) return;
    await untilAborted(pause, signal);
  }
}
