import type { Context } from "../../define.ts";
import type { WaitCondition } from "../../engine/containers.ts";
import { untilListed } from "../../engine/listed.ts";
import { capture, type Captured, outputsOf } from "./output.ts";
import { within } from "./signals.ts";

/** How a container is run that was made and not started yet. */
export interface AttachedRun {
  /** Seconds until it is left to itself. */
  timeout: number;
  tty: boolean;
  /** It removes itself when it ends: that is waited for as well. */
  autoRemove: boolean;
}

/** What it wrote, and how it ended; without an exit code it goes on, since the time was over. */
export interface AttachedEnd {
  captured: Captured;
  exitCode?: number;
}

/** Attaches before the start, so that nothing is missed even of a container that is removed on exit. */
export async function runAttached(context: Context, id: string, run: AttachedRun): Promise<AttachedEnd> {
  const end = await runToEnd(context, id, run);
  if (end.exitCode !== undefined) await untilListed(context.engine.containers, [id], context);
  return end;
}

async function runToEnd(
  { engine, signal }: Context,
  id: string,
  { timeout, tty, autoRemove }: AttachedRun,
): Promise<AttachedEnd> {
  const failed = new AbortController();
  const span = within(timeout, AbortSignal.any([signal, failed.signal]));
  const captured = capture();
  const wait = (condition: WaitCondition) => engine.containers.wait(id, { condition, signal: span.signal });
  try {
    const attached = await engine.containers.attach(id, { signal: span.signal });
    const exited = await wait("next-exit");
    // By itself: Podman 4 tells whoever waits for this that the exit code was 0.
    const removed = autoRemove ? await wait("removed") : undefined;
    await engine.containers.start(id, { signal });
    await captured.read(outputsOf(attached.chunks(), tty));
    const { StatusCode } = await exited();
    await removed?.();
    return { captured: captured.soFar(), exitCode: StatusCode };
  } catch (error) {
    if (span.expired()) return { captured: captured.soFar() };
    // What never starts never ends either: the connections would stay.
    failed.abort();
    throw error;
  }
}
