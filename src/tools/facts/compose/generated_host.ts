import type { DeviceRate, DeviceRequest, HostConfig } from "../../../engine/container_types.ts";
import { filled, securityOptionsOf, ulimitsOf } from "../container_facts.ts";
import type { AskedFor } from "./asked_for.ts";

/** Ports, limits and rights of a container in the words of Compose. */
export function hostFields(host: HostConfig, { asked, ids }: { asked: AskedFor | undefined; ids: Ids }) {
  const fields: Record<string, unknown> = {
    ports: portsOf(host),
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => options ? `${path}:${options}` : path),
    restart: restartOf(host),
    extra_hosts: host.ExtraHosts,
    dns: host.Dns,
    dns_opt: host.DnsOptions,
    dns_search: host.DnsSearch,
    logging: loggingOf(host),
    ...rights(host),
    ...namespaces(host, ids),
    ...resources(host),
    ulimits: Object.fromEntries(
      ulimitsOf(host).filter(({ Name }) => asked?.has(`ulimits.${Name}`) ?? true)
        .map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }]),
    ),
    ...devices(host),
  };
  if (!asked) return withoutDefaults(fields, host);
  if (asked.has("init")) fields["init"] = host.Init;
  // What an engine fills in by itself, unless it was asked for.
  const isAsked = (key: string) => asked.has(key) || key === "pids_limit" && asked.has("deploy");
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !filledIn.has(key) || isAsked(key)));
}

/** The services of the file, by the ids of their containers. */
export type Ids = ReadonlyMap<string, string>;

const filledIn = new Set([
  ...["annotations", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "ipc", "isolation", "logging", "mem_swappiness"],
  ...["memswap_limit", "oom_score_adj", "pid", "pids_limit", "runtime", "security_opt", "shm_size"],
  ...["userns_mode", "uts"],
]);

/** Where nobody noted what was asked for, what every engine fills in is left out. */
function withoutDefaults(fields: Record<string, unknown>, { Memory = 0, MemorySwap = 0 }: HostConfig) {
  const defaults: Record<string, boolean> = {
    annotations: true,
    cgroup: true,
    cgroup_parent: true,
    isolation: true,
    mem_swappiness: true,
    memswap_limit: MemorySwap === 2 * Memory,
    runtime: /^(runc|crun|oci)$/.test(String(fields["runtime"])),
    shm_size: fields["shm_size"] === 64 * 1024 * 1024,
  };
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !defaults[key]));
}

function rights(host: HostConfig) {
  return {
    privileged: host.Privileged || undefined,
    read_only: host.ReadonlyRootfs || undefined,
    cap_add: host.CapAdd,
    cap_drop: host.CapDrop,
    security_opt: [
      ...securityOptionsOf(host),
      // A privileged container has none of them either.
      ...(host.MaskedPaths?.length === 0 && !host.Privileged ? ["systempaths=unconfined"] : []),
    ],
    group_add: host.GroupAdd,
    oom_score_adj: host.OomScoreAdj || undefined,
    storage_opt: host.StorageOpt,
    annotations: host.Annotations,
    sysctls: host.Sysctls,
    init: host.Init || undefined,
  };
}

function namespaces(host: HostConfig, ids: Ids) {
  return {
    pid: sharedMode(host.PidMode, ids),
    ipc: host.IpcMode === "private" || host.IpcMode === "shareable" ? undefined : sharedMode(host.IpcMode, ids),
    uts: host.UTSMode,
    userns_mode: host.UsernsMode,
    cgroup: host.CgroupnsMode,
    cgroup_parent: host.CgroupParent,
    isolation: host.Isolation,
    runtime: host.Runtime,
  };
}

/** The container of another service goes by the name of that. */
export function sharedMode(mode: string | undefined, ids: Ids): string | undefined {
  const service = ids.get(/^container:(.+)$/.exec(mode ?? "")?.[1] ?? "");
  return service === undefined ? mode : `service:${service}`;
}

function resources(host: HostConfig) {
  return {
    shm_size: host.ShmSize || undefined,
    mem_limit: host.Memory || undefined,
    mem_reservation: host.MemoryReservation || undefined,
    memswap_limit: host.MemorySwap || undefined,
    mem_swappiness: host.MemorySwappiness,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    cpu_count: host.CpuCount || undefined,
    cpu_percent: host.CpuPercent || undefined,
    // Podman tells the share in both ways, and takes only one.
    cpu_period: host.NanoCpus ? undefined : host.CpuPeriod || undefined,
    cpu_quota: host.NanoCpus ? undefined : host.CpuQuota || undefined,
    cpu_rt_period: host.CpuRealtimePeriod || undefined,
    cpu_rt_runtime: host.CpuRealtimeRuntime || undefined,
    cpu_shares: host.CpuShares || undefined,
    cpuset: host.CpusetCpus,
    pids_limit: host.PidsLimit && host.PidsLimit > 0 ? host.PidsLimit : undefined,
    oom_kill_disable: host.OomKillDisable || undefined,
    blkio_config: filled({
      weight: host.BlkioWeight || undefined,
      weight_device: host.BlkioWeightDevice?.map(({ Path, Weight }) => ({ path: Path, weight: Weight })),
      device_read_bps: rates(host.BlkioDeviceReadBps),
      device_read_iops: rates(host.BlkioDeviceReadIOps),
      device_write_bps: rates(host.BlkioDeviceWriteBps),
      device_write_iops: rates(host.BlkioDeviceWriteIOps),
    }),
  };
}

function rates(list: readonly DeviceRate[] | undefined) {
  return list?.map(({ Path, Rate }) => ({ path: Path, rate: Rate }));
}

function devices({ Devices = [], DeviceRequests = [], DeviceCgroupRules }: HostConfig) {
  const requests = DeviceRequests ?? [];
  const named = requests.filter(({ Driver }) => Driver === "cdi").flatMap(({ DeviceIDs = [] }) => DeviceIDs);
  const asked = Map.groupBy(
    requests.filter(({ Driver }) => Driver !== "cdi"),
    ({ Capabilities }) => Capabilities?.flat().includes("gpu") ?? false,
  );
  const others = (asked.get(false) ?? []).map(requestFields);
  return {
    devices: [
      ...(Devices ?? []).map(({ PathOnHost, PathInContainer, CgroupPermissions }) =>
        `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`
      ),
      ...named,
    ],
    device_cgroup_rules: DeviceCgroupRules,
    gpus: (asked.get(true) ?? []).map(requestFields),
    deploy: others.length === 0 ? undefined : { resources: { reservations: { devices: others } } },
  };
}

function requestFields({ Driver, Count, DeviceIDs, Capabilities, Options }: DeviceRequest) {
  return filled({
    driver: Driver,
    // Devices that are named are not counted.
    count: DeviceIDs?.length ? undefined : Count === -1 ? "all" : Count,
    device_ids: DeviceIDs,
    capabilities: Capabilities?.flat(),
    options: Options,
  });
}

function portsOf({ PortBindings }: HostConfig): string[] {
  return Object.entries(PortBindings ?? {}).flatMap(([port, bindings]) => {
    const inside = port.replace(/\/tcp$/, "");
    return (bindings ?? []).map(({ HostIp = "", HostPort }) => {
      const address = HostIp.includes(":") ? `[${HostIp}]` : HostIp;
      if (address !== "") return `${address}:${HostPort}:${inside}`;
      return HostPort === "" ? inside : `${HostPort}:${inside}`;
    });
  });
}

function restartOf({ RestartPolicy: policy }: HostConfig): string | undefined {
  if (!policy?.Name || policy.Name === "no") return undefined;
  return policy.MaximumRetryCount ? `${policy.Name}:${policy.MaximumRetryCount}` : policy.Name;
}

/** The engine's own default says nothing. */
function loggingOf({ LogConfig }: HostConfig) {
  if (!LogConfig?.Type || LogConfig.Type === "json-file" && Object.keys(LogConfig.Config ?? {}).length === 0) {
    return undefined;
  }
  return filled({ driver: LogConfig.Type, options: LogConfig.Config });
}
