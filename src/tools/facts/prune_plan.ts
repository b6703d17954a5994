import type { CacheRecord } from "../../engine/builds.ts";
import type { ContainerSummary } from "../../engine/containers.ts";
import type { NetworkSummary } from "../../engine/networks.ts";
import type { DiskUsage, StoredImage, StoredVolume } from "../../engine/system.ts";
import { shortId } from "../format.ts";
import { isActive } from "./disk_usage.ts";
import { imageName } from "./image_facts.ts";
import { nameOf } from "./overview.ts";
import { isAnonymous } from "./volume_facts.ts";

/** What a prune is to take. */
export interface PruneScope {
  /** Images with a tag, and cache that images share, too. */
  all: boolean;
  /** Anonymous volumes. */
  volumes: boolean;
  /** `key` or `key=value`, all of which must be there. */
  labels: readonly string[];
  /** Only what is older, in milliseconds since 1970. */
  before: number;
  /** The same of images. */
  isOld(image: StoredImage): boolean;
}

/** What a prune would take of one kind, and the bytes that go with it. */
export interface Planned {
  items: Item[];
  bytes: number;
}

export interface Item {
  /** As the Engine tells what it removed. */
  id: string;
  name: string;
  bytes: number;
}

/** Of images at least so many bytes: layers in common go only with the last image. */
export type PrunePlan = Record<"containers" | "networks" | "volumes" | "images" | "build_cache", Planned>;

/** Foretells what the Engine takes when it prunes kind after kind: what used something is gone by then. */
export function prunePlan(disk: DiskUsage, networks: readonly NetworkSummary[], scope: PruneScope): PrunePlan {
  const containers = (disk.Containers ?? []).filter(({ State, Created, Labels }) =>
    !isActive(State) && matches({ Labels, created: Created * 1000 }, scope)
  );
  const left = (disk.Containers ?? []).filter((container) => !containers.includes(container));
  const old = networks.filter(({ Created, Labels }) => matches({ Labels, created: Date.parse(Created) }, scope));
  const volumes = scope.volumes ? unusedVolumes(disk.Volumes ?? [], { left, scope }) : [];
  return {
    containers: planned(containers.map((one) => ({ id: one.Id, name: nameOf(one), bytes: one.SizeRw ?? 0 }))),
    networks: planned(old.map(({ Id, Name }) => ({ id: Id, name: Name, bytes: 0 }))),
    volumes: planned(volumes.map(({ Name, UsageData }) => ({
      id: Name,
      name: shortId(Name),
      bytes: Math.max(0, UsageData?.Size ?? 0),
    }))),
    images: unusedImages(disk, { left, scope }),
    build_cache: planned(unusedCache(disk.BuildCache ?? [], scope)),
  };
}

function planned(items: Item[]): Planned {
  return { items: items.toSorted(byName), bytes: sum(items.map(({ bytes }) => bytes)) };
}

/** An engine lists in another order each time, and a question that reads otherwise would be asked again. */
function byName(a: Item, b: Item): number {
  return a.name < b.name ? -1 : 1;
}

interface Remaining {
  /** The containers that stay. */
  left: readonly ContainerSummary[];
  scope: PruneScope;
}

function unusedVolumes(volumes: readonly StoredVolume[], { left, scope }: Remaining): StoredVolume[] {
  const used = new Set(left.flatMap(({ Mounts }) => (Mounts ?? []).map(({ Name }) => Name)));
  return volumes.filter((volume) => {
    const created = volume.CreatedAt === undefined ? 0 : Date.parse(volume.CreatedAt);
    return isAnonymous(volume) && !used.has(volume.Name) && matches({ Labels: volume.Labels, created }, scope);
  });
}

function unusedImages({ Images, LayersSize = 0 }: DiskUsage, { left, scope }: Remaining): Planned {
  const all = Images ?? [];
  const used = new Set(left.map(({ ImageID }) => ImageID));
  const parents = new Set(all.map(({ ParentId }) => ParentId));
  const unused = all.filter((image) =>
    !used.has(image.Id) && (isTagged(image) ? scope.all : !parents.has(image.Id)) &&
    hasLabels(image, scope) && scope.isOld(image)
  );
  const kept = all.filter((image) => !unused.includes(image));
  // Two bounds from below: what only one image has, and what the others cannot account for.
  const own = sum(unused.map(({ Size, SharedSize }) => Size - Math.max(0, SharedSize)));
  const rest = LayersSize - sum(kept.map(({ Size }) => Size));
  const items = unused.map((image) => ({ id: image.Id, name: imageName(image), bytes: image.Size }));
  return { ...planned(items), bytes: unused.length > 0 ? Math.max(own, rest) : 0 };
}

/** Images that `all` would take as well, if nothing used them. */
export function imagesInUse(
  { Images }: DiskUsage,
  { plan, scope }: { plan: PrunePlan; scope: PruneScope },
): readonly StoredImage[] {
  const taken = new Set(plan.images.items.map(({ id }) => id));
  const matching = scope.all ? Images ?? [] : [];
  return matching.filter((image) => !taken.has(image.Id) && hasLabels(image, scope) && scope.isOld(image));
}

function isTagged({ RepoTags }: StoredImage): boolean {
  return (RepoTags ?? []).some((tag) => tag !== "<none>:<none>");
}

/** The cache has no labels, so that a prune by label leaves it alone. */
function unusedCache(records: readonly CacheRecord[], { all, labels, before }: PruneScope): Item[] {
  if (labels.length > 0) return [];
  const unused = records.filter(({ InUse, Shared, Type, LastUsedAt }) =>
    !InUse && (all || !Shared && !internal.has(Type)) && (!LastUsedAt || Date.parse(LastUsedAt) < before)
  );
  // What an image holds as well stays on the disk.
  return unused.map(({ ID, Size, Shared }) => ({ id: ID, name: shortId(ID), bytes: Shared ? 0 : Size }));
}

/** What the builder keeps for itself. */
const internal = new Set(["internal", "frontend"]);

function matches({ Labels, created }: Labelled & { created: number }, scope: PruneScope): boolean {
  return created < scope.before && hasLabels({ Labels }, scope);
}

interface Labelled {
  Labels?: Readonly<Record<string, string>> | null | undefined;
}

function hasLabels({ Labels }: Labelled, { labels }: PruneScope): boolean {
  return labels.every((wanted) => {
    const [key = "", ...value] = wanted.split("=");
    const found = Labels?.[key];
    return found !== undefined && (value.length === 0 || found === value.join("="));
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
