import type { HostConfig, Mount } from "../../../engine/container_types.ts";
import type { ContainerDetails, MountPoint } from "../../../engine/containers.ts";
import { isGenerated } from "../../../engine/volumes.ts";
import { present } from "../../spec/resources.ts";

/** The volumes that a container has, by their names; `gone` ones do not exist any more. */
export function volumesOf({ Mounts = [] }: Pick<ContainerDetails, "Mounts">): string[] {
  return Mounts.flatMap((mount) => nameOf(mount) ?? []);
}

/** Those that have no name but an id, since nobody gave them one: they may go with their container. */
export function anonymousVolumesOf(container: Pick<ContainerDetails, "Mounts">): string[] {
  return volumesOf(container).filter(isGenerated);
}

/** The mounts as they were asked for, with the names of the volumes that had none, so that their content stays. */
export function mountsOf(
  container: ContainerDetails,
  gone: ReadonlySet<string>,
): Pick<HostConfig, "Binds" | "Mounts"> {
  const { Config, HostConfig } = container;
  const held = new Map(heldVolumes(container).filter(([, name]) => !gone.has(name)));
  const binds = HostConfig.Binds?.map((bind) => {
    const name = held.get(clean(bind));
    // Without a colon it is the path of an anonymous volume.
    return bind.includes(":") || name === undefined ? bind : `${name}:${bind}`;
  });
  const mounts = HostConfig.Mounts?.map((mount) => named(mount, held));
  const elsewhere = new Set([
    ...(binds ?? []).map((bind) => clean(bind.split(":")[1] ?? bind)),
    ...(mounts ?? []).map(({ Target }) => clean(Target)),
  ]);
  const declared = Object.keys(Config.Volumes ?? {}).map(clean).filter((path) => !elsewhere.has(path))
    .flatMap((Target): Mount[] => {
      const Source = held.get(Target);
      return Source === undefined ? [] : [{ Type: "volume", Source, Target }];
    });
  return present({ Binds: binds, Mounts: declared.length > 0 ? [...(mounts ?? []), ...declared] : mounts });
}

function named(mount: Mount, held: ReadonlyMap<string, string>): Mount {
  const Source = held.get(clean(mount.Target));
  return mount.Type !== "volume" || mount.Source || Source === undefined ? mount : { ...mount, Source };
}

/** Where each volume is, and its name. */
function heldVolumes({ Mounts = [] }: ContainerDetails): [path: string, name: string][] {
  return Mounts.flatMap((mount): [string, string][] => {
    const name = nameOf(mount);
    return name === undefined ? [] : [[clean(mount.Destination), name]];
  });
}

/** Docker 28 leaves the name out where a bind names no source; the folder still tells it. */
function nameOf({ Type, Name, Source }: MountPoint): string | undefined {
  if (Type !== "volume") return undefined;
  return Name || /\/volumes\/([0-9a-f]{64})\/_data$/.exec(Source)?.[1];
}

function clean(path: string): string {
  return path.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "");
}
