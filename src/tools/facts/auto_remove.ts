import * as z from "zod";
import type { Context } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { count } from "../format.ts";
import { present } from "../spec/resources.ts";
import { anonymousVolumesOf } from "./recreate/held_volumes.ts";
import { pause } from "./signals.ts";
import { keepSnapshot, unlessGone } from "./snapshot.ts";

/** What became of a container that was made with auto_remove: it goes when it ends, with its anonymous volumes. */
export const selfRemoval = { removed: z.boolean().optional(), volumes_removed: z.number().optional() };

type SelfRemoval = { removed?: boolean | undefined; volumes_removed?: number | undefined };

/** Does what may end a container, and tells where that was the end of its files as well. It can be made anew then. */
export async function orRemoved(
  context: Context,
  container: ContainerDetails,
  work: () => Promise<void>,
): Promise<SelfRemoval> {
  if (!container.HostConfig.AutoRemove || !container.State.Running) {
    await work();
    return {};
  }
  await keepSnapshot(context, container.Id, "remove");
  // It may be gone before the engine answers.
  await unlessGone(work());
  const removed = await goes(context, container.Id);
  const volumes = removed ? await volumesGone(context, container) : 0;
  return { removed, ...present({ volumes_removed: volumes || undefined }) };
}

/** The engine removes it a moment after its end; one that takes a signal without ending goes on. */
async function goes(context: Context, id: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await unlessGone(context.engine.containers.inspect(id, { signal: context.signal }));
    if (!found) return true;
    if (found.State.Running && tries >= 10) return false;
    await pause(50, context.signal);
  }
  return false;
}

/** One that another container has too stays. */
async function volumesGone({ engine, signal }: Context, container: ContainerDetails): Promise<number> {
  const looks = anonymousVolumesOf(container).map((name) => unlessGone(engine.volumes.inspect(name, { signal })));
  return (await Promise.all(looks)).filter((found) => found === undefined).length;
}

/** The same for a reader; nothing for a container that stays when it ends. */
export function selfRemovalText({ removed, volumes_removed }: SelfRemoval): string {
  if (removed === undefined) return "";
  if (!removed) return " It was made with auto_remove: it is removed when it ends.";
  const volumes = volumes_removed ? ` and its ${count(volumes_removed, "anonymous volume")}` : "";
  return ` It was made with auto_remove: the container, the files in it${volumes} are gone. ` +
    "docker_restore_container makes it anew, without them.";
}
