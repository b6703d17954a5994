import * as z from "zod";
import { type Context, defineTool } from "../define.ts";
import { anyOf, labelFilter, thing } from "./fields.ts";
import { byName, meets } from "./facts/conditions.ts";
import { plainRecord } from "./facts/text.ts";
import {
  isAnonymous,
  removeUnused,
  removeVolumeOf,
  sized,
  sizesOf,
  sumOf,
  unusedVolumes,
  usedVolumes,
  usersOf,
  usersText,
} from "./facts/volume_facts.ts";
import { count, listed, size, table } from "./format.ts";
import { pageFoot, pageInput, pageOf, pageOutput } from "./pages.ts";
import { present } from "./spec/resources.ts";
import { labels } from "./spec/words.ts";

const volume = thing;

/** Milliseconds that the size of a volume may take: as a fact among others, and as what a person is to decide on. */
const patience = { aside: 1000, question: 20_000 };

export const listVolumes = defineTool({
  name: "docker_list_volumes",
  title: "List volumes",
  description: "Volumes by name.",
  risk: "read",
  input: z.strictObject({
    name: anyOf(z.string()).optional(),
    driver: anyOf(z.string()).optional(),
    label: labelFilter.optional(),
    dangling: z.boolean().optional(),
    ...pageInput,
  }),
  output: z.object({
    volumes: z.array(z.object({ name: z.string(), driver: z.string(), created: z.string().optional() })),
    ...pageOutput,
  }),
  text({ volumes, ...page }) {
    if (page.total === 0) return "No volumes match.";
    const rows = volumes.map(({ name, driver, created = "" }) => [name, driver, created.slice(0, 10)]);
    return table(["NAME", "DRIVER", "CREATED"], rows) + pageFoot(volumes, page);
  },
  async run(context, { limit, offset, dangling, ...conditions }) {
    const all = await context.engine.volumes.list({ signal: context.signal });
    const used = dangling === undefined ? new Set<string>() : await usedVolumes(context);
    const found = all.filter((volume) => meets(volume, conditions))
      .filter(({ Name }) => dangling === undefined || used.has(Name) !== dangling)
      .toSorted(byName);
    const { rows, page } = pageOf(found, { limit, offset });
    const volumes = rows.map(({ Name, Driver, CreatedAt }) => ({
      name: Name,
      driver: Driver,
      ...present({ created: CreatedAt }),
    }));
    return { volumes, ...page };
  },
});

export const inspectVolume = defineTool({
  name: "docker_inspect_volume",
  title: "Inspect a volume",
  description: "Driver, options, size and users of a volume.",
  risk: "read",
  input: z.strictObject({ volume }),
  output: z.object({
    name: z.string(),
    driver: z.string(),
    scope: z.string(),
    mountpoint: z.string(),
    created: z.string().optional(),
    anonymous: z.boolean(),
    bytes: z.number().optional(),
    options: z.record(z.string(), z.string()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    used_by: z.array(z.object({
      container: z.string(),
      state: z.string(),
      path: z.string(),
      writable: z.boolean(),
    })),
  }),
  async run(context, { volume }) {
    const found = await context.engine.volumes.inspect(volume, { signal: context.signal });
    const [used_by, sizes] = await Promise.all([usersOf(context, volume), sizesOf(context, patience.aside)]);
    const { Name, Driver, Scope, Mountpoint, CreatedAt, Options, Labels } = found;
    return {
      ...{ name: Name, driver: Driver, scope: Scope, mountpoint: Mountpoint, anonymous: isAnonymous(found) },
      ...present({ created: CreatedAt, bytes: sizes.get(Name) }),
      ...present({ options: plainRecord(Options), labels: plainRecord(Labels) }),
      used_by,
    };
  },
});

export const createVolume = defineTool({
  name: "docker_create_volume",
  title: "Create a volume",
  description: "Create a volume; one of that name stays as it is.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({
    name: thing.optional(),
    driver: z.string().min(1).optional(),
    options: labels.optional(),
    labels: labels.optional(),
  }),
  output: z.object({ volume: z.string(), driver: z.string(), created: z.boolean() }),
  text: ({ volume, driver, created }) =>
    created
      ? `Created volume ${volume} (${driver}).`
      : `Volume ${volume} (${driver}) was there already; its options and labels are as they were.`,
  async run({ engine, signal }, { name, driver, options, labels }) {
    // The engine answers both alike.
    const namesakes = name === undefined ? [] : await engine.volumes.list({ filters: { name: [name] }, signal });
    const body = present({ Name: name, Driver: driver, DriverOpts: options, Labels: labels });
    const { Name, Driver } = await engine.volumes.create(body, { signal });
    return { volume: Name, driver: Driver, created: !namesakes.some((volume) => volume.Name === Name) };
  },
});

export const removeVolume = defineTool({
  name: "docker_remove_volume",
  title: "Remove a volume",
  description: "Delete an unused volume and its data; `force`: no error if missing.",
  risk: "destroy",
  input: z.strictObject({ volume, force: z.boolean().optional() }),
  output: z.object({ volume: z.string(), removed: z.boolean() }),
  text: ({ volume, removed }) => removed ? `Removed volume ${volume}.` : `There was no volume ${volume}.`,
  async consequence(context, { volume, force = false }) {
    if (force && !await isThere(context, volume)) return undefined;
    const { Name, Driver } = await context.engine.volumes.inspect(volume, { signal: context.signal });
    const [users, sizes] = await Promise.all([usersOf(context, Name), sizesOf(context, patience.question)]);
    const bytes = sizes.get(Name);
    const facts = [Driver, ...(bytes === undefined ? [] : [size(bytes)])].join(", ");
    const used = users.length === 0
      ? "No container has it."
      : `The engine refuses while a container has it: ${usersText(users)}.`;
    return `Volume "${Name}" (${facts}) and all in it will be deleted. ${used}`;
  },
  async run(context, { volume, force = false }) {
    // Nobody was asked about one that has come since.
    if (force && !await isThere(context, volume)) return { volume, removed: false };
    await removeVolumeOf(context, volume, { force });
    return { volume, removed: true };
  },
});

/** With force the engine answers alike whether there was one. */
async function isThere({ engine, signal }: Context, volume: string): Promise<boolean> {
  const namesakes = await engine.volumes.list({ filters: { name: [volume] }, signal });
  return namesakes.some(({ Name }) => Name === volume);
}

export const pruneVolumes = defineTool({
  name: "docker_prune_volumes",
  title: "Remove unused volumes",
  description: "Delete unused anonymous volumes, with `all` named ones too.",
  risk: "destroy",
  input: z.strictObject({
    all: z.boolean().optional(),
    label: labelFilter.optional(),
  }),
  output: z.object({
    removed: z.array(z.string()),
    bytes_freed: z.number().optional(),
    kept: z.array(z.object({ volume: z.string(), why: z.string() })).optional(),
  }),
  text: ({ removed, bytes_freed, kept = [] }) =>
    [
      `Removed ${count(removed.length, "volume")}${bytes_freed === undefined ? "" : `, ${size(bytes_freed)} freed`}.`,
      ...removed,
      ...kept.map(({ volume, why }) => `Kept ${volume}: ${why}`),
    ].join("\n"),
  async consequence(context, { all = false, label }) {
    const volumes = await unusedVolumes(context, { all, label });
    const kind = all ? "unused volume" : "unused anonymous volume";
    if (volumes.length === 0) return `No ${kind} matches now; those that do by then will be deleted.`;
    const sizes = await sizesOf(context, patience.question);
    const sum = sumOf(volumes.map(({ Name }) => Name), sizes);
    const names = listed(volumes.map((volume) => sized(volume, sizes)));
    return `${count(volumes.length, kind)} will be deleted with all files${
      sum === undefined ? "" : `, ${size(sum)}`
    }: ${names}.`;
  },
  // Engines differ in what they take for prunable (named volumes too before API 1.42), so each is chosen here.
  async run(context, { all = false, label }) {
    const volumes = await unusedVolumes(context, { all, label });
    const sizes = volumes.length > 0 ? await sizesOf(context, patience.question) : new Map<string, number>();
    const removed: string[] = [];
    const kept: { volume: string; why: string }[] = [];
    for (const { Name } of volumes) {
      const why = await removeUnused(context, Name);
      if (why === undefined) removed.push(Name);
      else kept.push({ volume: Name, why });
    }
    return { removed, ...present({ bytes_freed: sumOf(removed, sizes), kept: kept.length > 0 ? kept : undefined }) };
  },
});
