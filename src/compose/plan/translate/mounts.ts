import type { HostConfig, Mount as EngineMount } from "../../../engine/container_types.ts";
import { mountedImage, type ObservedImage } from "../../observe.ts";
import type { FileReference, Mount, Project, Service } from "../../project.ts";
import { filled } from "./filled.ts";
import { record } from "./networks.ts";
import type { ContainerSpec } from "./spec.ts";

/** What is mounted into a container, as the engine takes it. */
export function mountsOf(spec: ContainerSpec, image: ObservedImage | undefined): Pick<HostConfig, "Binds" | "Mounts"> {
  const { project, definition } = spec;
  const given = (definition.volumes ?? []).map((mount) => mounted(mount, spec));
  const files = filesFor(project, definition).map(({ file, target }): EngineMount => ({
    Type: "bind",
    Source: file,
    Target: target,
    ReadOnly: true,
  }));
  const taken = new Set((definition.volumes ?? []).map(({ target }) => target));
  // A volume that only the image asks for: what the old container had in it goes on in the new one.
  const kept = (image?.volumes ?? []).flatMap((target): EngineMount[] => {
    const source = spec.inherited.get(target);
    return source === undefined || taken.has(target) ? [] : [{ Type: "volume", Source: source, Target: target }];
  });
  return filled({
    Binds: given.flatMap((mount) => typeof mount === "string" ? [mount] : []),
    Mounts: [...given.flatMap((mount) => typeof mount === "string" ? [] : [mount]), ...kept, ...files],
  });
}

/** A bind or plain volume is written as `source:target:mode`: that makes the folder on the host where there is none. */
function mounted(mount: Mount, spec: ContainerSpec): string | EngineMount {
  switch (mount.type) {
    case "bind":
      return bind(mount);
    case "volume":
      return volume(mount, spec);
    case "image":
      return {
        ...base(mount),
        Source: mountedImage(spec.project, mount),
        ...filled({ ImageOptions: filled({ Subpath: mount.image?.subpath }) }),
      };
    case "tmpfs": {
      const options = filled({ SizeBytes: mount.tmpfs?.size, Mode: mount.tmpfs?.mode });
      return { ...base(mount), ...filled({ TmpfsOptions: options }) };
    }
    default:
      return { ...base(mount), ...filled({ Source: mount.source }) };
  }
}

function base({ type, target = "", read_only, consistency }: Mount): EngineMount {
  return { Type: type, Target: target, ...filled({ ReadOnly: read_only || undefined, Consistency: consistency }) };
}

function bind(mount: Mount): string | EngineMount {
  const {
    source = "",
    target = "",
    read_only,
    bind: { selinux, propagation, create_host_path = true, recursive } = {},
  } = mount;
  if (create_host_path && propagation === undefined && recursive === undefined) {
    return [source, target, [read_only ? "ro" : "rw", ...(selinux ? [selinux] : [])].join(",")].join(":");
  }
  const options = filled({
    Propagation: propagation ?? "rprivate",
    CreateMountpoint: create_host_path || undefined,
    NonRecursive: recursive === "disabled" || undefined,
    ReadOnlyNonRecursive: recursive === "writable" || undefined,
    ReadOnlyForceRecursive: recursive === "readonly" || undefined,
  });
  return { ...base(mount), Source: source, BindOptions: options };
}

function volume(mount: Mount, { project, inherited }: ContainerSpec): string | EngineMount {
  const { source, target = "", read_only, volume: { labels, nocopy, subpath } = {} } = mount;
  if (source === undefined) {
    const kept = inherited.get(target);
    return { ...base(mount), ...(kept === undefined ? {} : { Source: kept }) };
  }
  const name = project.volumes.get(source)?.name ?? source;
  if (!labels && !nocopy && subpath === undefined) return `${name}:${target}:${read_only ? "ro" : "rw"}`;
  const options = filled({ NoCopy: nocopy || undefined, Labels: record(labels), Subpath: subpath });
  return { ...base(mount), Source: name, VolumeOptions: options };
}

/** A config or secret of a service: where it goes, and what it is. */
export interface FileTarget {
  target: string;
  reference: FileReference;
  kind: "configs" | "secrets";
}

/** Configs and secrets whose text comes from a file are mounted. */
export function filesFor(project: Project, definition: Service): (FileTarget & { file: string })[] {
  return fileTargets(definition).flatMap((given) => {
    const file = project[given.kind].get(given.reference.source)?.file;
    return file === undefined ? [] : [{ ...given, file }];
  });
}

/** All configs and secrets of a service, with the absolute paths that they get. */
export function fileTargets({ secrets = [], configs = [] }: Service): FileTarget[] {
  return [
    ...secrets.map((reference): FileTarget => ({ reference, kind: "secrets", target: secretPath(reference) })),
    ...configs.map((reference): FileTarget => ({ reference, kind: "configs", target: configPath(reference) })),
  ];
}

function secretPath({ source, target = source }: FileReference): string {
  return target.startsWith("/") ? target : `/run/secrets/${target}`;
}

function configPath({ source, target = source }: FileReference): string {
  return target.startsWith("/") ? target : `/${target}`;
}
