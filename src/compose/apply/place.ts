import type { Position } from "../errors.ts";
import { imageName, mountedImage, mountsOfImages } from "../observe.ts";
import type { Operation } from "../operation.ts";
import { locate, type Mount, type Project } from "../project.ts";

/** What in the files asks for an operation that failed: the attribute where the cause tells it, or else what holds it. */
export function placeOf(
  project: Project,
  { resource }: Operation,
  cause?: unknown,
): { path: string; at: Position } | undefined {
  const owner = ownerOf(project, resource);
  if (owner === undefined) return undefined;
  const path = [...owner, ...attributeOf(cause)];
  return { path: path.join("."), at: locate(project, path) };
}

function ownerOf(project: Project, resource: Operation["resource"]): string[] | undefined {
  switch (resource.kind) {
    case "container":
    case "service":
      return ["services", resource.service];
    case "network":
    case "volume":
      return [`${resource.kind}s`, resource.key];
    case "image":
      return userOf(project, resource.name);
    case "orphan":
      return undefined;
  }
}

function userOf(project: Project, image: string): string[] | undefined {
  const services = [...project.services];
  const made = services.find(([name, service]) => imageName(project.name, { name, service }) === image);
  if (made) return ["services", made[0]];
  const isMounted = (mount: Mount) => mountedImage(project, mount) === image;
  const mounts = services.find(([, service]) => mountsOfImages(service).some(isMounted));
  return mounts && ["services", mounts[0], "volumes"];
}

/** A refusal names the field of the request: `HostConfig.Privileged`. */
function attributeOf(cause: unknown): string[] {
  if (!(cause instanceof Error) || !("field" in cause) || typeof cause.field !== "string") return [];
  const name = cause.field.split(".").find((part) => attributes.has(part)) ?? "";
  return [attributes.get(name) ?? []].flat();
}

const attributes = new Map([
  ["Privileged", "privileged"],
  ["CapAdd", "cap_add"],
  ["Binds", "volumes"],
  ["Mounts", "volumes"],
  ["Devices", "devices"],
  ["DeviceCgroupRules", "device_cgroup_rules"],
  ["SecurityOpt", "security_opt"],
  ["MaskedPaths", "security_opt"],
  ["ReadonlyPaths", "security_opt"],
  ["NetworkMode", "network_mode"],
  ["PidMode", "pid"],
  ["IpcMode", "ipc"],
  ["UTSMode", "uts"],
  ["UsernsMode", "userns_mode"],
  ["CgroupnsMode", "cgroup"],
]);
