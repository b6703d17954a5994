import type { Context } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Snapshot } from "../../snapshots/snapshots.ts";
import { findImage } from "./pull.ts";

/** Keeps a container as it is, in front of a change that loses something. */
export async function keepSnapshot(context: Context, container: string, why: Snapshot["why"]): Promise<Snapshot> {
  const snapshot = await take(context, container, why);
  await context.snapshots.keep(snapshot);
  return snapshot;
}

/** More than that would push each other out. */
const most = 50;

/** Keeps those that are still there, the first ones where they are many. */
export async function keepSnapshots(
  context: Context,
  containers: readonly string[],
  why: Snapshot["why"],
): Promise<void> {
  const taken = await Promise.all(
    containers.slice(0, most).map((container) => unlessGone(take(context, container, why))),
  );
  for (const snapshot of taken.reverse()) if (snapshot) await context.snapshots.keep(snapshot);
}

async function take(context: Context, name: string, why: Snapshot["why"]): Promise<Snapshot> {
  const container = await context.engine.containers.inspect(name, { signal: context.signal });
  const image = await findImage(context, container.Image);
  const taken = new Date().toISOString();
  return {
    name: container.Name.slice(1),
    taken,
    why,
    container,
    ...(image ? { imageConfig: image.Config ?? {} } : {}),
  };
}

/** What was asked for; undefined where it is not there any more. */
export async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    // Podman answers 500 about one that goes at that moment.
    const gone = error instanceof EngineError && (error.status === 404 || /no such container$/.test(error.message));
    if (gone) return undefined;
    throw error;
  }
}
