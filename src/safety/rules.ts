import type { EngineRequest } from "../engine/request.ts";
import { type HostPath, hostPaths, isSensitive, isSocket, within } from "./host_paths.ts";
import type { RefusalFacts } from "./refusal.ts";
import { each, field, scopes, text } from "./request_body.ts";

/** Judges one request as it is about to be sent: the reason to refuse it, or nothing. */
export type Rule = (request: EngineRequest) => RefusalFacts | undefined;

export interface RuleOptions {
  /** Only GET, HEAD and the wait for a container's end pass. */
  readOnly: boolean;
  allowPrivileged: boolean;
  allowDockerSocket: boolean;
  /** Paths of the sockets of the engines in use, wherever they are. */
  sockets: readonly string[];
  allowHostNamespaces: boolean;
  /** Names with or without `CAP_`; `ALL` allows every one. */
  allowCapabilities: readonly string[];
  allowDevices: boolean;
  allowUnconfined: boolean;
  /** Absolute folders of the host that may be mounted, with all below them. */
  allowMounts: readonly string[];
}

/** What may be sent to Docker, whoever asks. */
export function rules(options: RuleOptions): Rule[] {
  const list: Rule[] = [sensitiveMounts(options.allowMounts), capabilities(options.allowCapabilities)];
  if (options.readOnly) list.unshift(readOnly({ reason: "this server only reads", flag: "--read-only" }));
  if (!options.allowPrivileged) list.push(privileged);
  if (!options.allowDockerSocket) list.push(dockerSocket(options.sockets));
  if (!options.allowHostNamespaces) list.push(hostNamespaces);
  if (!options.allowDevices) list.push(devices);
  if (!options.allowUnconfined) list.push(unconfined);
  return list;
}

/** Lets pass what reads. */
export function readOnly(why: Pick<RefusalFacts, "reason" | "flag">): Rule {
  return ({ method, path }) => {
    if (method === "GET" || method === "HEAD") return undefined;
    // The one POST that changes nothing: it answers when the container has stopped by itself.
    if (/^\/containers\/[^/]+\/wait$/.test(path)) return undefined;
    return { rule: "read-only", ...why, field: "method", value: method };
  };
}

function privileged(request: EngineRequest): RefusalFacts | undefined {
  for (const scope of scopes(request)) {
    if (!field(scope.value, "Privileged").includes(true)) continue;
    const reason = "it gives the container every right on the host";
    return {
      rule: "privileged",
      reason,
      flag: "--allow-privileged",
      field: `${scope.prefix}Privileged`,
      value: "true",
    };
  }
}

function dockerSocket(sockets: readonly string[]): Rule {
  return (request) => {
    // The root holds every socket, and has a rule and a flag of its own.
    const holds = (path: string) => path !== "/" && sockets.some((socket) => within(socket, path));
    const mount = hostPaths(request).find(({ path }) => isSocket(path) || holds(path));
    if (!mount) return undefined;
    return refuseMount(mount, {
      rule: "docker-socket",
      reason: "who has the engine's socket has every right on the host",
      flag: "--allow-docker-socket",
    });
  };
}

function sensitiveMounts(allowed: readonly string[]): Rule {
  return (request) => {
    // The socket has a rule and a flag of its own.
    const mounts = hostPaths(request).filter(({ path }) => isSensitive(path) && !isSocket(path));
    const mount = mounts.find(({ path }) => !allowed.some((folder) => within(path, folder)));
    if (!mount) return undefined;
    return refuseMount(mount, {
      rule: "sensitive-mount",
      reason: "this folder of the host holds what runs or guards the host",
      flag: `--allow-mounts=${mount.path}`,
    });
  };
}

function refuseMount(mount: HostPath, why: { rule: string; reason: string; flag: string }): RefusalFacts {
  return { ...why, field: mount.field, value: mount.path };
}

const namespaceFields = ["PidMode", "IpcMode", "NetworkMode", "UTSMode", "UsernsMode", "CgroupnsMode"] as const;

function hostNamespaces(request: EngineRequest): RefusalFacts | undefined {
  const found = hostNamespace(request);
  if (!found) return undefined;
  const reason = "it removes the wall between the container and the host";
  return { rule: "host-namespace", reason, flag: "--allow-host-namespaces", field: found, value: "host" };
}

function hostNamespace(request: EngineRequest): string | undefined {
  if (request.query?.["networkmode"] === "host") return "networkmode";
  for (const scope of scopes(request)) {
    const name = namespaceFields.find((name) => field(scope.value, name).includes("host"));
    if (name) return `${scope.prefix}${name}`;
    const endpoints = each(scope.value, "NetworkingConfig").flatMap((config) => field(config, "EndpointsConfig"));
    if (endpoints.some((config) => field(config, "host").length > 0)) return "NetworkingConfig.EndpointsConfig";
  }
}

const dangerous = new Set([
  ...["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME", "SYS_RESOURCE", "SYSLOG"],
  ...["NET_ADMIN", "DAC_READ_SEARCH", "BPF", "PERFMON", "MAC_ADMIN", "MAC_OVERRIDE", "AUDIT_CONTROL"],
]);

function capabilities(allowed: readonly string[]): Rule {
  const names = new Set(allowed.map(capability));
  return (request) => {
    if (names.has("ALL")) return undefined;
    for (const scope of scopes(request)) {
      const wanted = each(scope.value, "CapAdd").map((name) => capability(text(name)));
      const value = wanted.find((name) => dangerous.has(name) && !names.has(name));
      if (value === undefined) continue;
      const reason = "with this capability a process can leave its container";
      const flag = `--allow-capabilities=${value}`;
      return { rule: "capability", reason, flag, field: `${scope.prefix}CapAdd`, value };
    }
  };
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}

function devices(request: EngineRequest): RefusalFacts | undefined {
  for (const scope of scopes(request)) {
    for (const name of ["Devices", "DeviceCgroupRules"]) {
      const first = each(scope.value, name)[0];
      if (first === undefined) continue;
      const value = typeof first === "string" ? first : field(first, "PathOnHost").map(text).join();
      const reason = "a device of the host is reached past the container's walls";
      return { rule: "device", reason, flag: "--allow-devices", field: `${scope.prefix}${name}`, value };
    }
  }
}

function unconfined(request: EngineRequest): RefusalFacts | undefined {
  const found = unconfinedOption(request) ?? unmaskedPaths(request);
  if (!found) return undefined;
  const reason = "it switches off a part of the container's confinement";
  return { rule: "unconfined", reason, flag: "--allow-unconfined", ...found };
}

function unconfinedOption(request: EngineRequest): { field: string; value: string } | undefined {
  const fromBuild = each(request.query, "securityopt").map(text).find(disables);
  if (fromBuild !== undefined) return { field: "securityopt", value: fromBuild };
  for (const scope of scopes(request)) {
    const value = each(scope.value, "SecurityOpt").map(text).find(disables);
    if (value !== undefined) return { field: `${scope.prefix}SecurityOpt`, value };
  }
}

/** `label=disable`, `label:disable`, `seccomp=unconfined`, a seccomp profile that allows what it does not list ... */
function disables(option: string): boolean {
  const [, name = "", value = ""] = /^\s*([\w-]+)(?:\s*[=:]\s*(.*))?$/s.exec(option) ?? [];
  if (name === "no-new-privileges") return /^(false|f|0)\s*$/i.test(value);
  if (name === "writable-cgroups") return !/^(false|f|0)\s*$/i.test(value);
  if (name === "label") return /^(disable|type:(spc|unconfined)_t)\s*$/i.test(value);
  return /^unconfined\s*$/i.test(value) || (name === "seccomp" && /SCMP_ACT_(ALLOW|LOG)/.test(defaultAction(value)));
}

function defaultAction(profile: string): string {
  try {
    return field(JSON.parse(profile), "defaultAction").map(text).join();
  } catch {
    // Not a profile in JSON but the name of one.
    return "";
  }
}

function unmaskedPaths(request: EngineRequest): { field: string; value: string } | undefined {
  for (const scope of scopes(request)) {
    for (const name of ["MaskedPaths", "ReadonlyPaths"]) {
      const emptied = field(scope.value, name).some((paths) => Array.isArray(paths) && paths.length === 0);
      if (emptied) return { field: `${scope.prefix}${name}`, value: "[]" };
    }
  }
}
