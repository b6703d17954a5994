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
  const files = filesFor(project, definition).map(({ file, target, kind }): EngineMount => ({
    Type: "bind",
    Source: file,
    Target: target,
    ReadOnly: true,
    // Compose says so of secrets, and not of configs.
    ...(kind === "secrets" ? { BindOptions: {} } : {}),
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
      return bind(mount, spec);
    case "volume":
      return volume(mount, spec);
    case "image":
      return {
        ...base(mount),
        Source: mountedImage(spec.project, mount),
        ...(mount.image && { ImageOptions: filled({ Subpath: mount.image.subpath }) }),
      };
    case "tmpfs": {
      const { tmpfs } = mount;
      return { ...base(mount), ...(tmpfs && { TmpfsOptions: filled({ SizeBytes: tmpfs.size, Mode: tmpfs.mode }) }) };
    }
    default:
      return { ...base(mount), ...filled({ Source: mount.source }) };
  }
}

function base({ type, target = "", read_only, consistency }: Mount): EngineMount {
  return { Type: type, Target: target, ...filled({ ReadOnly: read_only || undefined, Consistency: consistency }) };
}

function bind(mount: Mount, { version }: ContainerSpec): string | EngineMount {
  const { source = "", propagation, create_host_path, recursive } = { ...mount, ...mount.bind };
  if (create_host_path !== false && propagation === undefined && recursive === undefined) {
    return bindText(source, mount);
  }
  const options = filled({
    Propagation: propagation,
    // Where it is not said, Compose makes the folder since version 5.
    CreateMountpoint: (create_host_path ?? !version.startsWith("2.")) || undefined,
    NonRecursive: recursive === "disabled" || undefined,
    ReadOnlyNonRecursive: recursive === "writable" || undefined,
    ReadOnlyForceRecursive: recursive === "readonly" || undefined,
  });
  return { ...base(mount), Source: source, BindOptions: options };
}

function bindText(source: string, { target = "", read_only, bind: { selinux, propagation } = {} }: Mount): string {
  const mode = [read_only ? "ro" : "rw", selinux, propagation].filter((option) => option !== undefined).join(",");
  return [source, target, mode].join(":");
}

function volume(mount: Mount, { project, inherited }: ContainerSpec): string | EngineMount {
  const { source, target = "", volume: given } = mount;
  const { labels, nocopy, subpath } = given ?? {};
  const name = source === undefined ? inherited.get(target) : project.volumes.get(source)?.name ?? source;
  if (source !== undefined && name && !labels && !nocopy && subpath === undefined) return bindText(name, mount);
  const options = filled({ NoCopy: nocopy || undefined, Labels: record(labels), Subpath: subpath });
  return { ...base(mount), ...filled({ Source: name }), ...(given && { VolumeOptions: options }) };
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
