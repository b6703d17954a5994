import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import type { Snapshot } from "../../snapshots/snapshots.ts";
import { blueprintOf } from "../facts/recreate/blueprint.ts";
import { groundLeft } from "../facts/recreate/ground.ts";
import { make } from "../facts/recreate/make.ts";
import { shortName } from "../facts/volume_facts.ts";
import { shortId, table } from "../format.ts";
import { InputError } from "../input_error.ts";

export const restoreContainer = defineTool({
  name: "docker_restore_container",
  title: "Restore a container",
  description:
    "Make a removed or replaced container anew, by name or id, without the files in it. No `name`: list what is kept.",
  risk: "execute",
  openWorld: true,
  input: z.strictObject({ name: z.string().min(1).optional() }),
  output: z.object({
    restored: z.object({ container: z.string(), id: z.string(), image: z.string(), state: z.string() }).optional(),
    warnings: z.array(z.string()).optional(),
    kept: z.array(z.object({
      name: z.string(),
      id: z.string(),
      taken: z.string(),
      why: z.string(),
      image: z.string(),
    })).optional(),
  }),
  text({ restored, kept = [], warnings = [] }) {
    if (restored) {
      const { container, id, image, state } = restored;
      return [`Restored ${container} (${id}) of ${image}: ${state}.`, ...warnings].join("\n");
    }
    if (kept.length === 0) return "Nothing is kept yet: no container was removed or changed.";
    const rows = kept.map(({ name, id, taken, why, image }) => [name, id, taken, why, image]);
    return table(["NAME", "ID", "KEPT", "BEFORE", "IMAGE"], rows);
  },
  async run(context, { name }) {
    const kept = await context.snapshots.list();
    if (name === undefined) return { kept: kept.map(rowOf) };
    const found = kept.find((snapshot) => snapshot.name === name) ??
      kept.find(({ container }) => name.length >= 12 && container.Id.startsWith(name));
    if (found) return await restore(context, found);
    throw new InputError("name", `nothing is kept of "${name}"; without a name the call lists what is`);
  },
});

function rowOf({ name, taken, why, container }: Snapshot) {
  return { name, id: shortId(container.Id), taken: taken.replace(/\.\d+/, ""), why, image: container.Config.Image };
}

/** Where a container of the name exists, the engine refuses. */
async function restore(context: Context, snapshot: Snapshot) {
  const { engine, signal } = context;
  const { name, container } = snapshot;
  const ground = await groundLeft(context, container);
  const { id, warnings } = await make(context, blueprintOf(snapshot, ground), name);
  if (container.State.Running) await startOrRemove(context, id);
  const { State } = await engine.containers.inspect(id, { signal });
  const lost = [...ground.gone].map((volume) => `The volume ${shortName(volume)} was gone: its content is lost`);
  const other = ground.sameImage ? [] : [`The image it had is gone: ${ground.image} is another one`];
  const all = [...warnings, ...other, ...lost];
  return {
    restored: { container: name, id: shortId(id), image: ground.image, state: State.Status },
    ...(all.length > 0 ? { warnings: all } : {}),
  };
}

/** One that cannot be started would only keep the name. */
async function startOrRemove({ engine, signal }: Context, id: string): Promise<void> {
  try {
    await engine.containers.start(id, { signal });
  } catch (error) {
    await engine.containers.remove(id, { force: true });
    throw error;
  }
}
