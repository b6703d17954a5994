import type { Position } from "../errors.ts";
import { imagesOf } from "../observe.ts";
import type { Operation } from "../operation.ts";
import { type Hook, locate, type Project, type Service } from "../project.ts";

/** What in the files asks for an operation that failed: the attribute where the cause tells it, or else what holds it. */
export function placeOf(
  project: Project,
  operation: Operation,
  cause?: unknown,
): Place | undefined {
  const owner = ownerOf(project, operation);
  return owner && placeIn(project, owner, cause);
}

/** A path, as a reader knows it, and where it is. */
export interface Place {
  path: string;
  at: Position;
}

type Path = readonly (string | number)[];

/** The attribute in `owner` that the cause tells. */
export function placeIn(project: Project, owner: Path, cause?: unknown): Place {
  const path = [...owner, ...attributeOf(cause)];
  return { path: path.join("."), at: locate(project, path) };
}

/** The commands that are run in a service's containers, each with its path in the project. */
export function hooksOf(name: string, { post_start = [], pre_stop = [] }: Service): { hook: Hook; path: Path }[] {
  const of = (key: string, hooks: readonly Hook[]) =>
    hooks.map((hook, i) => ({ hook, path: ["services", name, key, i] }));
  return [...of("post_start", post_start), ...of("pre_stop", pre_stop)];
}

function ownerOf(project: Project, operation: Operation): Path | undefined {
  const { resource } = operation;
  switch (resource.kind) {
    case "container":
    case "service": {
      const service = project.services.get(resource.service);
      const hooks = operation.kind === "run_hook" && service ? hooksOf(resource.service, service) : [];
      const own = hooks.find(({ hook }) => operation.kind === "run_hook" && hook === operation.hook);
      return own?.path ?? ["services", resource.service];
    }
    case "network":
    case "volume":
      return [`${resource.kind}s`, resource.key];
    case "image":
      return imagesOf(project).find(({ image }) => image === resource.name)?.path;
    case "orphan":
      return undefined;
  }
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
