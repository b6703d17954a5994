import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import type { Filters } from "../../engine/containers.ts";
import { EngineError } from "../../engine/errors.ts";
import { amount, diskUsage, kinds } from "../facts/disk_usage.ts";
import { olderThan, tagsLostText } from "../facts/image_facts.ts";
import { unusedNetworks } from "../facts/network_facts.ts";
import { imagesInUse, type Planned, type PrunePlan, prunePlan } from "../facts/prune_plan.ts";
import { keepSnapshots } from "../facts/snapshot.ts";
import { plainText } from "../facts/text.ts";
import { removeUnused } from "../facts/volume_facts.ts";
import { createdBefore, labelFilter, toFilters } from "../fields.ts";
import { count, listed, shortId, size } from "../format.ts";
import { moment } from "../spec/units.ts";

const pruneInput = z.strictObject({
  all: z.boolean().optional(),
  volumes: z.boolean().optional(),
  label: labelFilter.optional(),
  until: createdBefore.optional(),
});

type PruneInput = z.output<typeof pruneInput>;

const pruned = z.object({ count: z.number(), bytes: z.number() });

export const systemPrune = defineTool({
  name: "docker_system_prune",
  title: "Remove everything unused",
  description:
    "Delete stopped containers, unused networks, untagged images, build cache; `volumes` anonymous ones too, `all` tagged images too.",
  risk: "destroy",
  input: pruneInput,
  output: z.object({
    containers: pruned,
    networks: pruned,
    volumes: pruned,
    images: pruned,
    build_cache: pruned,
    bytes_freed: z.number(),
  }),
  text({ bytes_freed, ...removed }) {
    const parts = ([...kinds, "networks"] as const).filter((kind) => removed[kind].count > 0)
      .map((kind) => amount(kind, removed[kind]));
    return `${size(bytes_freed)} freed. Removed: ${parts.join(", ") || "nothing"}.`;
  },
  async consequence(context, input) {
    const { plan, inUse } = await planOf(context, input);
    return `${planText(plan)}${await tagsLostText(context, inUse)}`;
  },
  async run(context, input) {
    const { plan } = await planOf(context, input);
    const removed = await prune(context, input, plan);
    return { ...removed, bytes_freed: Object.values(removed).reduce((sum, { bytes }) => sum + bytes, 0) };
  },
});

async function planOf(
  context: Context,
  { all = false, volumes = false, label, until }: PruneInput,
) {
  const time = until === undefined ? undefined : moment.parse(until);
  const [disk, networks, isOld] = await Promise.all([
    diskUsage(context),
    unusedNetworks(context, {}),
    olderThan(context, time),
  ]);
  const before = time === undefined ? Infinity : Number(time) * 1000;
  const scope = { all, volumes, labels: label ?? [], before, isOld };
  const plan = prunePlan(disk, networks, scope);
  return { plan, inUse: imagesInUse(disk, { plan, scope }) };
}

function planText(plan: PrunePlan): string {
  const bytes = Object.values(plan).reduce((sum, kind) => sum + kind.bytes, 0);
  const cache = plan.build_cache;
  const parts = [
    ...part("stopped container", plan.containers),
    ...part("unused network", plan.networks),
    ...part("unused anonymous volume", plan.volumes),
    ...part("unused image", plan.images),
    ...(cache.items.length > 0 ? [`${count(cache.items.length, "build cache record")} (${size(cache.bytes)})`] : []),
  ];
  if (parts.length === 0) return "Nothing is unused and matches now; what does by then will be deleted.";
  return `${parts.join("; ")} will be deleted, at least ${size(bytes)} in all.`;
}

function part(noun: string, { items, bytes }: Planned): string[] {
  if (items.length === 0) return [];
  const names = listed(items.map(({ name }) => plainText(name)));
  return [`${count(items.length, noun)}${bytes > 0 ? ` (${size(bytes)})` : ""}: ${names}`];
}

/** Kind after kind, as they free each other. */
async function prune(context: Context, { all = false, label, until }: PruneInput, plan: PrunePlan) {
  const { engine, signal } = context;
  const filters = toFilters({ label, until: until === undefined ? undefined : [moment.parse(until)] });
  await keepSnapshots(context, plan.containers.items.map(({ id }) => id), "prune");
  const containers = await engine.containers.prune({ ...filters, signal });
  const networks = await engine.networks.prune({ ...filters, signal });
  const volumes = await removeVolumes(context, plan.volumes);
  const images = await engine.images.prune({ filters: { ...filters.filters, dangling: [String(!all)] }, signal });
  const cache = label ? undefined : await pruneCache(context, { all, ...filters });
  // Layers are told as well as images; Podman leaves out what kind of hash it is.
  const deleted = new Set((images.ImagesDeleted ?? []).map((row) => "Deleted" in row ? shortId(row.Deleted) : ""));
  return {
    containers: { count: containers.ContainersDeleted?.length ?? 0, bytes: containers.SpaceReclaimed },
    networks: { count: networks.NetworksDeleted?.length ?? 0, bytes: 0 },
    volumes,
    images: {
      count: plan.images.items.filter(({ id }) => deleted.has(shortId(id))).length,
      bytes: images.SpaceReclaimed,
    },
    build_cache: { count: cache?.CachesDeleted?.length ?? 0, bytes: cache?.SpaceReclaimed ?? 0 },
  };
}

/** Podman keeps no cache apart from its images, and knows no such request. */
async function pruneCache({ engine, signal }: Context, query: { all: boolean; filters?: Filters }) {
  try {
    return await engine.builds.prune(query, { signal });
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** By name: engines before API 1.42 would take named ones as well. */
async function removeVolumes(context: Context, { items }: Planned): Promise<z.output<typeof pruned>> {
  const gone: number[] = [];
  for (const { id, bytes } of items) if (await removeUnused(context, id) === undefined) gone.push(bytes);
  return { count: gone.length, bytes: gone.reduce((sum, bytes) => sum + bytes, 0) };
}
