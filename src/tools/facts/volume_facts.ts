import type { Context } from "../../define.ts";
import type { ContainerSummary } from "../../engine/containers.ts";
import { EngineError } from "../../engine/errors.ts";
import { isGenerated, type Volume } from "../../engine/volumes.ts";
import { listed, shortId, size } from "../format.ts";
import { byName, meets, whyKept } from "./conditions.ts";

/** A container that has a volume, and where. */
export interface VolumeUser {
  container: string;
  state: string;
  path: string;
  writable: boolean;
}

/** The containers that have the volume, running or not. */
export async function usersOf({ engine, signal }: Context, volume: string): Promise<VolumeUser[]> {
  // The filter also finds a path of that name in a container.
  const found = await engine.containers.list({ all: true, filters: { volume: [volume] } }, { signal });
  return found.flatMap((container) => mountsOf(container, volume))
    .toSorted((a, b) => (a.container < b.container ? -1 : 1));
}

function mountsOf({ Id, Names, State, Mounts }: ContainerSummary, volume: string): VolumeUser[] {
  const container = Names[0]?.slice(1) ?? shortId(Id);
  const mounts = (Mounts ?? []).filter(({ Type, Name }) => Type === "volume" && Name === volume);
  return mounts.map(({ Destination, RW }) => ({ container, state: State, path: Destination, writable: RW }));
}

/** `web (running) at /data, job (exited) at /data read-only`. */
export function usersText(users: readonly VolumeUser[]): string {
  return listed(
    users.map(({ container, state, path, writable }) =>
      `${container} (${state}) at ${path}${writable ? "" : " read-only"}`
    ),
  );
}

/**
 * Bytes of each volume, as far as the engine tells within `timeout` milliseconds: it counts every file of every volume,
 * and before 23.0 only for one caller at a time. Volumes that do not lie on its own disk have none.
 */
export async function sizesOf({ engine, signal }: Context, timeout: number): Promise<Map<string, number>> {
  const volumes = await orUnknown(engine.volumes.usage({ signal, timeout }));
  return new Map(
    volumes.flatMap(({ Name, UsageData }) => UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size]] : []),
  );
}

async function orUnknown<T>(asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (error) {
    // A size is a courtesy; the call is about something else.
    if (error instanceof EngineError) return [];
    throw error;
  }
}

/** Made for one container and never named. Docker marks such volumes from 23.0 on; before, only their names tell. */
export function isAnonymous({ Name, Labels }: Pick<Volume, "Name" | "Labels">): boolean {
  return Labels?.["com.docker.volume.anonymous"] !== undefined || isGenerated(Name);
}

/** The names of the volumes that containers have, running or not. */
export async function usedVolumes({ engine, signal }: Context): Promise<Set<string>> {
  const containers = await engine.containers.list({ all: true }, { signal });
  return new Set(containers.flatMap(({ Mounts }) => (Mounts ?? []).flatMap(({ Name }) => Name ?? [])));
}

/** What a prune takes, on every engine the same: volumes of the engine's own disk that no container has. */
export async function unusedVolumes(
  context: Context,
  { all, label }: { all: boolean; label: readonly string[] | undefined },
): Promise<Volume[]> {
  const [volumes, used] = await Promise.all([
    context.engine.volumes.list({ signal: context.signal }),
    usedVolumes(context),
  ]);
  return volumes.filter((volume) => meets(volume, { driver: ["local"], label }))
    .filter((volume) => !used.has(volume.Name) && (all || isAnonymous(volume)))
    .toSorted(byName);
}

/** `data (1.2 MB)`; of an anonymous one the first digits. */
export function sized({ Name }: Volume, sizes: ReadonlyMap<string, number>): string {
  const bytes = sizes.get(Name);
  const name = shortName(Name);
  return bytes === undefined ? name : `${name} (${size(bytes)})`;
}

/** The volume's name; of an anonymous one the first digits. */
export function shortName(volume: string): string {
  return isGenerated(volume) ? shortId(volume) : volume;
}

/** Bytes of the named volumes together, as far as they are known; nothing where none is. */
export function sumOf(names: readonly string[], sizes: ReadonlyMap<string, number>): number | undefined {
  const known = names.flatMap((name) => sizes.get(name) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes);
}

/** Removes a volume. Where it is in use, the error names its containers; the daemon tells their ids alone. */
export async function removeVolumeOf(context: Context, volume: string, { force }: { force: boolean }): Promise<void> {
  try {
    await context.engine.volumes.remove(volume, { force, signal: context.signal });
  } catch (cause) {
    if (!(cause instanceof EngineError) || cause.status !== 409) throw cause;
    const users = await usersOf(context, volume);
    if (users.length === 0) throw cause;
    const { fault, request } = cause;
    throw new EngineError(`The volume is in use: ${usersText(users)}`, { fault, request, cause });
  }
}

/** Removes a volume that was unused a moment ago; says why it stayed, where it did. */
export async function removeUnused({ engine, signal }: Context, volume: string): Promise<string | undefined> {
  return await whyKept(engine.volumes.remove(volume, { signal }));
}
