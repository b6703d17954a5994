import type { Context } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import type { DiskUsage } from "../../engine/system.ts";
import { count, shortId, size } from "../format.ts";
import { pause } from "./signals.ts";

/** What takes room on the engine's disk. */
export const kinds = ["images", "containers", "volumes", "build_cache"] as const;
export type Kind = (typeof kinds)[number];

const nouns = { images: "image", containers: "container", volumes: "volume", build_cache: "cache record" } as const;

/** `2 images (1.2 GB)`; networks take no room. */
export function amount(kind: Kind | "networks", { count: number, bytes }: { count: number; bytes: number }): string {
  const text = count(number, kind === "networks" ? "network" : nouns[kind]);
  return bytes > 0 ? `${text} (${size(bytes)})` : text;
}

/** One kind of things: how many, how many of them in use, and the bytes that go when the others are removed. */
export interface Usage {
  count: number;
  active: number;
  bytes: number;
  reclaimable_bytes: number;
}

/** One thing on the disk. */
export interface Stored {
  kind: Kind;
  name: string;
  bytes: number;
  in_use: boolean;
}

/** Milliseconds between two tries. */
const tryEvery = 200;

/** Counts the disk. Docker before 23.0 counts for one caller at a time and turns the others away: they wait here. */
export async function diskUsage(context: Pick<Context, "engine" | "signal">): Promise<DiskUsage> {
  const { engine, signal } = context;
  for (;;) {
    try {
      const disk = await engine.system.df({ signal });
      return isPodmans(disk) ? await asListed(context, disk) : disk;
    } catch (error) {
      if (!(error instanceof EngineError) || !/disk usage operation is already running/.test(error.message)) {
        throw error;
      }
    }
    await pause(tryEvery, signal);
  }
}

/** Podman leaves out what kind of hash an image's id is. */
function isPodmans({ Images, Containers }: DiskUsage): boolean {
  const ids = [...(Images ?? []).map(({ Id }) => Id), ...(Containers ?? []).map(({ ImageID }) => ImageID)];
  return ids.some((id) => !id.startsWith("sha256:"));
}

/** Podman counts an image for each of its tags, and tells no labels here: names and labels come from its lists. */
async function asListed({ engine, signal }: Pick<Context, "engine" | "signal">, disk: DiskUsage): Promise<DiskUsage> {
  const [images, containers] = await Promise.all([
    engine.images.list({}, { signal }),
    engine.containers.list({ all: true }, { signal }),
  ]);
  const shared = new Map((disk.Images ?? []).map(({ Id, SharedSize }) => [`sha256:${Id}`, SharedSize]));
  const written = new Map((disk.Containers ?? []).map(({ Id, SizeRw }) => [Id, SizeRw ?? 0]));
  return {
    ...disk,
    Images: images.map((image) => ({ ...image, SharedSize: shared.get(image.Id) ?? 0 })),
    Containers: containers.map((container) => ({ ...container, SizeRw: written.get(container.Id) ?? 0 })),
  };
}

/** The sums of `docker system df` (docker/cli, cli/command/formatter/disk_usage.go). */
export function usageOf(disk: DiskUsage): Record<Kind, Usage> {
  const stored = storedOf(disk);
  const of = (kind: Kind): Usage => {
    const all = stored.filter((one) => one.kind === kind);
    const idle = all.filter(({ in_use }) => !in_use);
    return {
      count: all.length,
      active: all.length - idle.length,
      bytes: bytesOf(all),
      reclaimable_bytes: bytesOf(idle),
    };
  };
  return {
    images: imagesUsage(disk, of("images")),
    containers: of("containers"),
    volumes: of("volumes"),
    build_cache: { ...of("build_cache"), ...cacheBytes(disk) },
  };
}

/** Everything on the disk, the biggest first. */
export function storedOf({ Images, Containers, Volumes, BuildCache }: DiskUsage): Stored[] {
  const images = (Images ?? []).map(({ Id, RepoTags, Size, Containers }) => ({
    kind: "images" as const,
    name: RepoTags?.find((tag) => tag !== "<none>:<none>") ?? shortId(Id),
    bytes: Size,
    in_use: Containers > 0,
  }));
  const containers = (Containers ?? []).map(({ Names, Id, SizeRw, State }) => ({
    kind: "containers" as const,
    name: Names[0]?.slice(1) ?? shortId(Id),
    bytes: SizeRw ?? 0,
    in_use: isActive(State),
  }));
  const volumes = (Volumes ?? []).map(({ Name, UsageData }) => ({
    kind: "volumes" as const,
    name: Name,
    bytes: Math.max(0, UsageData?.Size ?? 0),
    in_use: (UsageData?.RefCount ?? 0) > 0,
  }));
  const records = (BuildCache ?? []).map(({ ID, Description, Size, InUse }) => ({
    kind: "build_cache" as const,
    name: Description || shortId(ID),
    bytes: Size,
    in_use: InUse,
  }));
  return [...images, ...containers, ...volumes, ...records].sort((a, b) => b.bytes - a.bytes);
}

/** Whether a container in this state is counted as used: all but those that have ended or never ran. */
export function isActive(state: string): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}

/** Layers that images have in common lie on the disk once, and stay while one of them is used. */
function imagesUsage({ Images, LayersSize }: DiskUsage, usage: Usage): Usage {
  const used = (Images ?? []).filter(({ Containers }) => Containers > 0);
  const bytes = LayersSize ?? usage.bytes;
  const kept = used.reduce((sum, { Size, SharedSize }) => sum + Size - Math.max(0, SharedSize), 0);
  return { ...usage, bytes, reclaimable_bytes: Math.max(0, bytes - kept) };
}

/** What an image holds as well does not go with the cache. */
function cacheBytes({ BuildCache }: DiskUsage): Pick<Usage, "bytes" | "reclaimable_bytes"> {
  const own = (BuildCache ?? []).filter(({ Shared }) => !Shared);
  const bytes = own.reduce((sum, { Size }) => sum + Size, 0);
  const idle = own.filter(({ InUse }) => !InUse).reduce((sum, { Size }) => sum + Size, 0);
  return { bytes, reclaimable_bytes: idle };
}

function bytesOf(stored: readonly Stored[]): number {
  return stored.reduce((sum, { bytes }) => sum + bytes, 0);
}
