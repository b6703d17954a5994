import type { Mount } from "../../../engine/container_types.ts";
import type { ContainerDetails, MountPoint } from "../../../engine/containers.ts";
import type { ImageConfig } from "../../../engine/images.ts";
import { isGenerated } from "../../../engine/volumes.ts";
import { filled } from "../container_facts.ts";
import type { Keys } from "./generated.ts";

/** The mounts of a container in the words of Compose, and the names of its volumes. */
export function mountsOf(
  { Config, HostConfig, Mounts = [] }: ContainerDetails,
  { image, keys: { volumes } }: { image: ImageConfig; keys: Keys },
) {
  const named = (name: string) => volumes.get(name) ?? name;
  const wanted = (HostConfig.Mounts ?? []).filter((mount) => !isInherited(mount, image));
  const long = wanted.filter(hasOptions);
  const binds = new Map((HostConfig.Binds ?? []).map((bind): [string, string] => {
    const [, target = "", mode = ""] = bind.split(":");
    return [target, mode];
  }));
  const plain = new Set([...binds.keys(), ...wanted.map(({ Target }) => Target), ...unnamed(Config.Volumes, image)]);
  for (const { Target } of long) plain.delete(Target);
  // As they were given: the engine lists them in any order.
  const there = [...plain].flatMap((target) =>
    Mounts.filter((mount) => isPlain(mount) && mount.Destination === target)
  );
  return {
    list: [
      ...there.map((mount) => mountText(mount, { named, options: optionsIn(binds.get(mount.Destination)) })),
      ...long.map((mount) => mountFields(mount, named)),
    ],
    volumes: [
      ...there.flatMap(({ Name }) => Name === undefined || isGenerated(Name) ? [] : [Name]),
      ...long.flatMap(({ Type, Source }) => Type === "volume" && Source ? [Source] : []),
    ],
  };
}

/** A volume that only the image asks for, and that Compose hands on to the next container. */
function isInherited({ Type, Target }: Mount, { Volumes }: ImageConfig): boolean {
  return Type === "volume" && Volumes?.[Target] !== undefined;
}

function unnamed(volumes: Record<string, unknown> | undefined, { Volumes }: ImageConfig): string[] {
  return Object.keys(volumes ?? {}).filter((path) => Volumes?.[path] === undefined);
}

/** What the short form has no word for. */
function hasOptions({ Type, Consistency, BindOptions = {}, VolumeOptions = {} }: Mount): boolean {
  const { CreateMountpoint: _, ...bind } = BindOptions;
  const { NoCopy, Labels, Subpath } = VolumeOptions;
  if (!isPlain({ Type })) return true;
  return Object.keys(filled({ Consistency, ...bind, NoCopy: NoCopy || undefined, Labels, Subpath })).length > 0;
}

function isPlain({ Type }: Pick<MountPoint, "Type">): boolean {
  return Type === "bind" || Type === "volume";
}

interface Naming {
  named(volume: string): string;
  options: readonly string[];
}

/** Volumes that nobody named are made anew with each container: their names are not told. */
function mountText({ Name, Source, Destination, RW }: MountPoint, { named, options }: Naming): string {
  if (Name !== undefined && isGenerated(Name)) return Destination;
  const mode = [...(RW ? [] : ["ro"]), ...options].join(",");
  return [Name === undefined ? Source : named(Name), Destination, mode].filter(Boolean).join(":");
}

/** Those that somebody asks for: engines add theirs. */
function optionsIn(mode = ""): string[] {
  return mode.split(",").filter((option) => /^(z|Z|nocopy|r?shared|r?slave)$/.test(option));
}

function mountFields(mount: Mount, named: Naming["named"]): Record<string, unknown> {
  const { Type, Source, Target, ReadOnly, Consistency, BindOptions, VolumeOptions, TmpfsOptions, ImageOptions } = mount;
  const recursive = BindOptions?.NonRecursive
    ? "disabled"
    : BindOptions?.ReadOnlyNonRecursive
    ? "writable"
    : BindOptions?.ReadOnlyForceRecursive
    ? "readonly"
    : undefined;
  return filled({
    type: Type,
    source: Type === "volume" && Source ? named(Source) : Source,
    target: Target,
    read_only: ReadOnly || undefined,
    consistency: Consistency,
    bind: BindOptions && filled({ propagation: BindOptions.Propagation, recursive }),
    volume: VolumeOptions && filled({
      nocopy: VolumeOptions.NoCopy || undefined,
      labels: VolumeOptions.Labels,
      subpath: VolumeOptions.Subpath,
    }),
    tmpfs: TmpfsOptions && filled({ size: TmpfsOptions.SizeBytes, mode: TmpfsOptions.Mode }),
    image: ImageOptions && filled({ subpath: ImageOptions.Subpath }),
  });
}
