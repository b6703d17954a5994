import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { nameOf } from "../facts/overview.ts";
import { anonymousVolumesOf } from "../facts/recreate/held_volumes.ts";
import { keepSnapshot, keepSnapshots } from "../facts/snapshot.ts";
import { container, createdBefore, labelFilter, toFilters } from "../fields.ts";
import { count, listed, shortId, size } from "../format.ts";
import { moment } from "../spec/units.ts";

export const removeContainer = defineTool({
  name: "docker_remove_container",
  title: "Remove a container",
  description: "Delete a container; `force` a running one, `volumes` its anonymous ones too.",
  risk: "destroy",
  input: z.strictObject({ container, force: z.boolean().optional(), volumes: z.boolean().optional() }),
  output: z.object({ container: z.string(), removed: z.literal(true) }),
  text: ({ container }) => `Removed ${container}.`,
  async consequence({ engine, signal }, { container, volumes }) {
    const details = await engine.containers.inspect(container, { signal });
    const { Name, State, Config } = details;
    const anonymous = anonymousVolumesOf(details);
    const lost = volumes && anonymous.length ? `, with ${count(anonymous.length, "anonymous volume")}` : "";
    return `Container "${
      Name.slice(1)
    }" (${Config.Image}, ${State.Status}) and the files in it will be deleted${lost}.`;
  },
  async run(context, { container, force = false, volumes = false }) {
    const { engine, signal } = context;
    await keepSnapshot(context, container, "remove");
    await engine.containers.remove(container, { force, volumes, signal });
    return { container, removed: true as const };
  },
});

const pruneInput = z.strictObject({
  label: labelFilter.optional(),
  until: createdBefore.optional(),
});

export const pruneContainers = defineTool({
  name: "docker_prune_containers",
  title: "Remove stopped containers",
  description: "Delete all stopped containers.",
  risk: "destroy",
  input: pruneInput,
  output: z.object({ removed: z.array(z.string()), bytes_freed: z.number() }),
  text: ({ removed, bytes_freed }) =>
    `Removed ${count(removed.length, "container")}, ${size(bytes_freed)} freed.` +
    (removed.length ? ` ${removed.join(", ")}` : ""),
  async consequence(context, input) {
    const names = (await stopped(context, input)).map(nameOf).toSorted();
    if (names.length === 0) return "No stopped container matches now; those that stop until then will be deleted.";
    return `${count(names.length, "stopped container")} and the files in them will be deleted: ${listed(names)}.`;
  },
  async run(context, { label, until }) {
    const { engine, signal } = context;
    const filters = toFilters({ label, until: until === undefined ? undefined : [moment.parse(until)] });
    await keepSnapshots(context, (await stopped(context, { label, until })).map(({ Id }) => Id), "prune");
    const { ContainersDeleted, SpaceReclaimed } = await engine.containers.prune({ ...filters, signal });
    return { removed: (ContainersDeleted ?? []).map(shortId), bytes_freed: SpaceReclaimed };
  },
});

async function stopped({ engine, signal }: Context, { label, until }: z.output<typeof pruneInput>) {
  const before = until === undefined ? Infinity : Number(moment.parse(until));
  // Not asked for by state: Podman 4 knows no "dead", and would refuse it.
  const all = await engine.containers.list({ all: true, ...toFilters({ label }) }, { signal });
  return all.filter(({ State, Created }) =>
    Created < before && !["running", "paused", "restarting", "removing"].includes(State)
  );
}
