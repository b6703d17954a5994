import { composeLabels } from "../labels.ts";
import type { ObservedContainer, ObservedVolume } from "../observe.ts";
import { locate, type Volume } from "../project.ts";
import { add, remove } from "./draft.ts";
import { type Ground, isCurrent } from "./ground.ts";
import { volumeHash } from "./hash.ts";
import { byPlace } from "./networks.ts";
import { volumeBody } from "./translate/networks.ts";

/** The operations after which the project's volumes are there, by their keys; none where they are there already. */
export function planVolumes(ground: Ground): ReadonlyMap<string, number> {
  const { project, observed } = ground;
  const ready = new Map<string, number>();
  // All that are to be replaced first lose their users: one container may use several.
  const released = new Map(
    usedVolumes(ground).flatMap((key): [string, number[]][] => {
      const [volume, there] = [
        project.volumes.get(key),
        observed.volumes.find((other) => other.name === nameOf(ground, key)),
      ];
      if (!volume || !there || !isReplaced({ ground, key, volume }, there)) return [];
      return [[key, release({ ground, key, volume })]];
    }),
  );
  for (const key of usedVolumes(ground)) {
    const volume = project.volumes.get(key);
    if (!volume) continue;
    const named = { ground, key, volume };
    const there = observed.volumes.some(({ name }) => name === volume.name);
    const freed = released.get(key);
    if (volume.external && !there) missing(named);
    if (volume.external || there && !freed) continue;
    ready.set(key, freed ? replace(named, freed) : create(named, { cause: "not there" }));
  }
  return ready;
}

interface Named {
  ground: Ground;
  key: string;
  volume: Volume;
}

function usedVolumes({ services }: Ground): string[] {
  const mounts = [...services.values()].flatMap(({ volumes = [] }) => volumes);
  const keys = mounts.flatMap(({ type, source }) => type === "volume" && source !== undefined ? [source] : []);
  return [...new Set(keys)].sort();
}

function nameOf({ project }: Ground, key: string): string | undefined {
  return project.volumes.get(key)?.name;
}

function missing({ ground: { draft, project }, key, volume: { name } }: Named): void {
  const message = `Cannot use the volume "${name}": it is external, and not there. Create it with docker_create_volume`;
  draft.obstacles.push({ message, at: locate(project, ["volumes", key]) });
}

function create({ ground, key, volume }: Named, why: { cause: string; after?: number[] }): number {
  const body = volumeBody(volume, { project: ground.project.name, key, version: ground.version });
  return add(ground.draft, { kind: "create_volume", body }, { resource: resourceOf(key, volume), ...why });
}

function resourceOf(key: string, { name }: Volume) {
  return { kind: "volume", key, name } as const;
}

/** Whether a volume that differs is to be made anew; without the explicit word it stays, and that is said. */
function isReplaced({ ground, key, volume }: Named, { labels }: ObservedVolume): boolean {
  const { draft, project, options } = ground;
  if (volume.external) return false;
  if (labels[composeLabels.project] !== project.name || labels[composeLabels.volume] !== key) {
    draft.warnings.push(`The volume "${volume.name}" was not made for this project; it is used as it is`);
    return false;
  }
  const hash = labels[composeLabels.hash];
  if (hash === undefined) return false;
  if (isCurrent(hash, labels[composeLabels.version], (dialect) => volumeHash(volume, dialect))) return false;
  if (options.recreateVolumes?.includes(key)) return true;
  draft.warnings.push(
    `The definition of the volume "${volume.name}" has changed; it stays as it is, since to make it anew loses its ` +
      `data. recreate_volumes: ["${key}"] does that`,
  );
  return false;
}

/** Removes all containers that use it; those that are wanted are made anew afterwards. */
function release({ ground, key, volume }: Named): number[] {
  const { draft, observed, options, project } = ground;
  const uses = ({ mounts }: Pick<ObservedContainer, "mounts">) => mounts.some(({ Name }) => Name === volume.name);
  const strangers = observed.foreign.filter(uses).map(({ name }) => `"${name}"`);
  if (strangers.length > 0) {
    const message = `Cannot make the volume "${volume.name}" anew: ${strangers.join(", ")} uses it. Remove it first`;
    draft.obstacles.push({ message, at: locate(project, ["volumes", key]) });
  }
  return observed.containers.filter(uses).sort(byPlace).map((container) => {
    const { service, number, name } = container;
    const resource = { kind: "container", service, number, name } as const;
    const why = { resource, cause: `the volume "${volume.name}" is made anew`, cost: "recreate" } as const;
    const hooks = ground.services.get(service)?.pre_stop;
    return remove(draft, { ...why, container, timeout: options.timeout, hooks });
  });
}

function replace(named: Named, freed: number[]): number {
  const { ground: { draft }, key, volume } = named;
  const why = { resource: resourceOf(key, volume), cause: "its definition has changed", cost: "data_loss" } as const;
  const removed = add(draft, { kind: "remove_volume", name: volume.name }, { ...why, after: freed });
  return create(named, { cause: why.cause, after: [removed] });
}
