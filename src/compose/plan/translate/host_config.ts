import type { HostConfig, Resources, RestartPolicy } from "../../../engine/container_types.ts";
import type { BlkioConfig, Device, DeviceRequest, Port, Service } from "../../project.ts";
import { filled } from "./filled.ts";
import { linksOf, networksOf, record } from "./networks.ts";
import { type ContainerSpec, sharedWith } from "./spec.ts";

/** All of HostConfig but rights and mounts. `definition` has the ids of containers in place of services. */
export function hostConfig(spec: ContainerSpec, definition: Service, ids: ReadonlyMap<string, string>): HostConfig {
  return {
    ...filled({
      NetworkMode: networkMode(spec, definition),
      RestartPolicy: restartPolicy(definition),
      Links: linksOf(spec),
      VolumesFrom: (spec.definition.volumes_from ?? []).map((from) => {
        const { id, mode } = sharedWith(from, ids);
        return mode === "" ? id : `${id}:${mode}`;
      }),
      LogConfig: logConfig(definition),
      Tmpfs: tmpfs(definition),
    }),
    // Compose sends these two when they are empty as well, and an engine shows that.
    PortBindings: portBindings(definition.ports ?? []),
    ExtraHosts: extraHosts(definition),
    ...isolation(definition),
    ...resources(definition),
  };
}

function networkMode({ project }: ContainerSpec, definition: Service): string | undefined {
  if (definition.network_mode !== undefined) return definition.network_mode;
  const [primary] = networksOf(definition);
  if (primary === undefined) return "none";
  return project.networks.get(primary[0])?.name ?? primary[0];
}

function portBindings(ports: readonly Port[]): NonNullable<HostConfig["PortBindings"]> {
  const bindings: ReturnType<typeof portBindings> = {};
  for (const { target, protocol = "tcp", host_ip, published = "" } of ports) {
    const binding = { ...(host_ip === undefined ? {} : { HostIp: host_ip }), HostPort: published };
    (bindings[`${target}/${protocol}`] ??= []).push(binding);
  }
  return bindings;
}

/** What `deploy` says takes the place of `restart`. */
function restartPolicy({ restart, deploy }: Service): RestartPolicy | undefined {
  const policy = deploy?.restart_policy;
  if (policy) {
    const name = namedPolicy(policy.condition ?? "any");
    // An engine takes a number of attempts for failures alone.
    return name === "on-failure" && policy.max_attempts !== undefined
      ? { Name: name, MaximumRetryCount: policy.max_attempts }
      : { Name: name };
  }
  if (restart === undefined || restart === "") return undefined;
  const [name = "", count] = restart.split(":");
  return { Name: namedPolicy(name), ...(count === undefined ? {} : { MaximumRetryCount: Number(count) }) };
}

function namedPolicy(name: string): RestartPolicy["Name"] {
  switch (name) {
    case "always":
    case "any":
      return "always";
    case "on-failure":
    case "unless-stopped":
      return name;
    default:
      return "no";
  }
}

function logConfig({ logging }: Service): HostConfig["LogConfig"] {
  if (!logging) return undefined;
  return { Type: logging.driver ?? "", ...filled({ Config: record(logging.options) }) };
}

function tmpfs({ tmpfs: paths = [] }: Service): Record<string, string> {
  return Object.fromEntries(paths.map((path) => {
    const [target = "", ...options] = path.split(":");
    return [target, options.join(":")];
  }));
}

function extraHosts({ extra_hosts = new Map() }: Service): string[] {
  return [...extra_hosts].flatMap(([host, addresses]) => addresses.map((address) => `${host}:${address}`));
}

/** Namespaces and names. */
function isolation(service: Service): HostConfig {
  return filled({
    IpcMode: service.ipc,
    PidMode: service.pid,
    UTSMode: service.uts,
    UsernsMode: service.userns_mode,
    CgroupnsMode: service.cgroup,
    CgroupParent: service.cgroup_parent,
    Isolation: service.isolation,
    Runtime: service.runtime,
    Init: service.init,
    Dns: copied(service.dns),
    DnsOptions: copied(service.dns_opt),
    DnsSearch: copied(service.dns_search),
    Annotations: record(service.annotations),
    StorageOpt: record(service.storage_opt),
    Sysctls: record(service.sysctls),
  });
}

/** What a container may do; `profiles` has the options that name a file with what is in it. */
export function security(service: Service, profiles: ReadonlyMap<string, string>): HostConfig {
  const options = (service.security_opt ?? []).map((option) => profiles.get(option) ?? option);
  const unconfined = options.includes(allPaths);
  return {
    ...filled({
      Privileged: service.privileged,
      ReadonlyRootfs: service.read_only,
      CapAdd: service.cap_add?.map(capability),
      CapDrop: service.cap_drop?.map(capability),
      GroupAdd: service.group_add?.map(String),
      SecurityOpt: options.filter((option) => option !== allPaths),
      OomScoreAdj: service.oom_score_adj,
      ShmSize: service.shm_size,
    }),
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}

/** By its whole name, as docker sends it. */
function capability(name: string): string {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
}

const allPaths = "systempaths=unconfined";

/** What `deploy` says takes the place of the service's own limits. */
function resources(service: Service): Resources {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const cpus = limits?.cpus ?? service.cpus;
  return filled({
    Memory: limits?.memory ?? service.mem_limit,
    MemoryReservation: reservations?.memory ?? service.mem_reservation,
    MemorySwap: service.memswap_limit,
    MemorySwappiness: service.mem_swappiness,
    // Compose counts with 32 bits.
    NanoCpus: cpus === undefined ? undefined : Math.trunc(Math.fround(Math.fround(cpus) * 1e9)),
    CpuCount: service.cpu_count,
    CpuPercent: service.cpu_percent === undefined ? undefined : Math.round(service.cpu_percent * 100),
    CpuPeriod: service.cpu_period,
    CpuQuota: service.cpu_quota,
    CpuRealtimePeriod: service.cpu_rt_period,
    CpuRealtimeRuntime: service.cpu_rt_runtime,
    CpuShares: service.cpu_shares,
    CpusetCpus: service.cpuset,
    PidsLimit: limits?.pids ?? service.pids_limit,
    OomKillDisable: service.oom_kill_disable,
    Ulimits: [...service.ulimits ?? []].map(([Name, limit]) => ({ Name, ...bothLimits(limit) })),
    Devices: (service.devices ?? []).filter((device) => !isNamed(device)).map(deviceOf),
    DeviceRequests: deviceRequests(service),
    DeviceCgroupRules: copied(service.device_cgroup_rules),
    ...blkio(service.blkio_config),
  });
}

function bothLimits(limit: NonNullable<Service["ulimits"]> extends ReadonlyMap<string, infer L> ? L : never) {
  if (typeof limit === "number") return { Soft: limit, Hard: limit };
  return { Soft: limit.soft ?? 0, Hard: limit.hard ?? 0 };
}

function deviceOf({ source, target = source, permissions = "rwm" }: Device) {
  return { PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions };
}

/** `vendor.com/class=name`: a device that the engine finds by its name (CDI). */
function isNamed({ source, target = source }: Device): boolean {
  return source === target && /^[\w.-]+\/[\w.-]+=/.test(source);
}

function deviceRequests({ gpus = [], devices = [], deploy }: Service): Resources["DeviceRequests"] {
  const named = devices.filter(isNamed).map(({ source }) => source);
  return [
    ...(deploy?.resources?.reservations?.devices ?? []).map((request) => requestOf(request, [])),
    ...gpus.map((request) => requestOf(request, ["gpu"])),
    ...(named.length > 0 ? [{ Driver: "cdi", DeviceIDs: named, Capabilities: [] }] : []),
  ];
}

function requestOf({ driver, count, device_ids, capabilities = [], options }: DeviceRequest, more: readonly string[]) {
  return {
    ...filled({ Driver: driver, Count: count, DeviceIDs: copied(device_ids), Options: record(options) }),
    Capabilities: [[...new Set([...capabilities, ...more])]],
  };
}

function blkio(config: BlkioConfig = {}): Resources {
  const rates = (list: BlkioConfig["device_read_bps"]) => list?.map(({ path, rate }) => ({ Path: path, Rate: rate }));
  return filled({
    BlkioWeight: config.weight,
    BlkioWeightDevice: config.weight_device?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: rates(config.device_read_bps),
    BlkioDeviceReadIOps: rates(config.device_read_iops),
    BlkioDeviceWriteBps: rates(config.device_write_bps),
    BlkioDeviceWriteIOps: rates(config.device_write_iops),
  });
}

function copied(list: readonly string[] | undefined): string[] | undefined {
  return list && [...list];
}
