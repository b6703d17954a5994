import type { EngineRequest } from "../engine/request.ts";
import { each, field, type Scope, scopes, text } from "./request_body.ts";

/** A path of the host that a request would bring into a container. */
export interface HostPath {
  field: string;
  /** Absolute, with `/`, without `.`, `..`, doubled or trailing slashes. */
  path: string;
}

/** Every path of the host that a request mounts: binds, mounts, and volumes whose driver options name a path. */
export function hostPaths(request: EngineRequest): HostPath[] {
  return scopes(request).flatMap((scope) => [
    ...each(scope.value, "Binds").flatMap((bind) => hostPath(`${scope.prefix}Binds`, bindSource(text(bind)))),
    ...each(scope.value, "Mounts").flatMap((mount) => mountPaths(scope, mount)),
    ...driverPaths(`${scope.prefix}DriverOpts`, field(scope.value, "DriverOpts")),
  ]);
}

/** Whether the path is an engine's socket, or a folder that holds one. */
export function isSocket(path: string): boolean {
  const lower = path.toLowerCase();
  return /\/(docker|podman|containerd)\.sock$|\/pipe\/docker_engine$/.test(lower) || socketFolders.test(lower);
}

const socketFolders = /^(\/private)?(\/var)?\/run(\/docker|\/podman|\/containerd|\/user\/\d+(\/podman)?)?$/;

/** Whether the path holds what runs or guards the host, or a user's keys. */
export function isSensitive(path: string): boolean {
  const lower = path.toLowerCase().replace(/^\/private(?=\/)/, "");
  if (exactly.has(lower) || /^\/?[a-z]:(\/users)?$/.test(lower)) return true;
  if (/^\/?[a-z]:\/(windows|programdata\/docker)(\/|$)/.test(lower) || /^\/lib[^/]*(\/|$)/.test(lower)) return true;
  return withBelow.some((folder) => within(lower, folder)) || keyFolders.test(lower);
}

const exactly = new Set(["/", "/var", "/var/lib", "/home", "/users", "/opt", "/mnt", "/private"]);

const withBelow = [
  ...["/etc", "/root", "/boot", "/proc", "/sys", "/dev", "/usr", "/bin", "/sbin", "/run", "/var/run"],
  ...["/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet"],
];

const keyFolders = /\/(\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.config\/gcloud)(\/|$)/;

/** Whether `path` is `folder` or lies below it. */
export function within(path: string, folder: string): boolean {
  const base = normalize(folder);
  return path === base || path.startsWith(base === "/" ? "/" : `${base}/`);
}

function mountPaths(scope: Scope, mount: unknown): HostPath[] {
  const name = `${scope.prefix}Mounts`;
  // Whatever its type says: only a bind can have an absolute source.
  const sources = field(mount, "Source").flatMap((source) => hostPath(`${name}.Source`, text(source)));
  const options = each(mount, "VolumeOptions")
    .flatMap((volume) => each(volume, "DriverConfig"))
    .flatMap((driver) => field(driver, "Options"));
  return [...sources, ...driverPaths(`${name}.VolumeOptions.DriverConfig.Options`, options)];
}

/** `type=none, o=bind, device=/etc` mounts a folder; so do an overlay's `lowerdir=/etc` and a plain `type=proc`. */
function driverPaths(name: string, options: unknown[]): HostPath[] {
  return options.flatMap((option) => {
    if (typeof option !== "object" || option === null) return [];
    return Object.entries(option).flatMap(([key, value]) => {
      const kernel = key.toLowerCase() === "type" ? kernelFilesystems.get(text(value)) : undefined;
      const pieces = [text(value), ...text(value).split(/[,:=]/), ...relativePaths(key, text(value))];
      return [...pieces, kernel ?? ""].flatMap((path) => hostPath(`${name}.${key}`, path));
    });
  });
}

/** `device=.` and `lowerdir=etc` start in the engine's own folder, which is the root. */
function relativePaths(key: string, value: string): string[] {
  const named = key.toLowerCase() === "device"
    ? [value]
    : value.split(",").flatMap((option) => /^\s*\w+dir=(.*)$/.exec(option)?.[1]?.split(":") ?? []);
  return named.filter((path) => path !== "").map((path) => `/${path}`);
}

/** File systems that show the kernel of the host, and where they are at home. */
const kernelFilesystems = new Map([
  ["proc", "/proc"],
  ["sysfs", "/sys"],
  ["devtmpfs", "/dev"],
  ["devpts", "/dev/pts"],
  ["debugfs", "/sys/kernel/debug"],
  ["tracefs", "/sys/kernel/tracing"],
  ["securityfs", "/sys/kernel/security"],
  ["configfs", "/sys/kernel/config"],
  ["cgroup", "/sys/fs/cgroup"],
  ["cgroup2", "/sys/fs/cgroup"],
  ["bpf", "/sys/fs/bpf"],
]);

/** The source of `source:target[:options]`; empty where there is only a target. */
export function bindSource(bind: string): string {
  const drive = /^[A-Za-z]:(?=[\\/])/.exec(bind)?.[0] ?? "";
  const rest = bind.slice(drive.length);
  const end = rest.indexOf(":");
  return end < 0 ? "" : drive + rest.slice(0, end);
}

function hostPath(name: string, path: string): HostPath[] {
  return /^([\\/]|[A-Za-z]:[\\/])/.test(path) ? [{ field: name, path: normalize(path) }] : [];
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
