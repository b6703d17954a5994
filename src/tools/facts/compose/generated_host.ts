import type { HostConfig } from "../../../engine/container_types.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import type { Keys } from "./generated.ts";

/** Ports, mounts, limits and rights of a container in the words of Compose, and the names of its volumes. */
export function hostFields(container: ContainerDetails, keys: Keys) {
  const { HostConfig: host } = container;
  const mounts = mountsOf(container, keys);
  const fields = {
    ports: portsOf(host),
    volumes: mounts.texts,
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => options ? `${path}:${options}` : path),
    restart: restartOf(host),
    privileged: host.Privileged || undefined,
    read_only: host.ReadonlyRootfs || undefined,
    cap_add: host.CapAdd,
    cap_drop: host.CapDrop,
    security_opt: host.SecurityOpt,
    devices: host.Devices?.map(({ PathOnHost, PathInContainer, CgroupPermissions }) =>
      `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`
    ),
    extra_hosts: host.ExtraHosts,
    dns: host.Dns,
    init: host.Init || undefined,
    pid: host.PidMode,
    ipc: host.IpcMode === "private" || host.IpcMode === "shareable" ? undefined : host.IpcMode,
    shm_size: host.ShmSize === 64 * 1024 * 1024 ? undefined : host.ShmSize || undefined,
    mem_limit: host.Memory || undefined,
    mem_reservation: host.MemoryReservation || undefined,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    cpu_shares: host.CpuShares || undefined,
    cpuset: host.CpusetCpus,
    pids_limit: host.PidsLimit && host.PidsLimit > 0 ? host.PidsLimit : undefined,
    ulimits: Object.fromEntries(
      (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }]),
    ),
    sysctls: host.Sysctls,
    group_add: host.GroupAdd,
    logging: loggingOf(host),
  };
  return { fields, volumes: mounts.volumes };
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

/** Volumes that nobody named are made anew with each container: their names are not told. */
function mountsOf({ HostConfig, Mounts = [] }: ContainerDetails, { volumes }: Keys) {
  const anonymous = /^[0-9a-f]{64}$/;
  const wanted = Mounts.filter(({ Type, Name = "" }) => Type === "bind" || Type === "volume" && !anonymous.test(Name));
  const isAsked = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => bind.split(":")[1]),
    ...(HostConfig.Mounts ?? []).map(({ Target }) => Target),
  ]);
  const asked = wanted.filter(({ Destination }) => isAsked.has(Destination));
  return {
    texts: asked.map(({ Name, Source, Destination, RW }) => {
      const source = Name === undefined ? Source : volumes.get(Name) ?? Name;
      return `${source}:${Destination}${RW ? "" : ":ro"}`;
    }),
    volumes: asked.flatMap(({ Name }) => Name ?? []),
  };
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
  return { driver: LogConfig.Type, options: LogConfig.Config };
}
