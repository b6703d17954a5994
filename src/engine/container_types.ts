/**
 * The parts of a container's configuration that are sent to the Engine, as its API spells them
 * (docs.docker.com/reference/api/engine, `POST /containers/create`).
 */
export interface ContainerConfig {
  Image: string;
  Cmd?: string[];
  Entrypoint?: string[];
  /** `KEY=value` each. */
  Env?: string[];
  Labels?: Record<string, string>;
  User?: string;
  WorkingDir?: string;
  Hostname?: string;
  Domainname?: string;
  ExposedPorts?: Record<string, EmptyObject>;
  Healthcheck?: HealthcheckConfig;
  StopSignal?: string;
  /** Seconds. */
  StopTimeout?: number;
  Tty?: boolean;
  OpenStdin?: boolean;
}

export type EmptyObject = Record<string, never>;

export interface HealthcheckConfig {
  /** `["NONE"]`, `["CMD", ...]` or `["CMD-SHELL", line]`. */
  Test?: string[];
  /** Nanoseconds, as are the other two. */
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

export interface HostConfig extends Resources {
  Binds?: string[];
  Mounts?: Mount[];
  Tmpfs?: Record<string, string>;
  PortBindings?: Record<string, PortBinding[]>;
  PublishAllPorts?: boolean;
  RestartPolicy?: RestartPolicy;
  NetworkMode?: string;
  PidMode?: string;
  IpcMode?: string;
  UsernsMode?: string;
  UTSMode?: string;
  Privileged?: boolean;
  ReadonlyRootfs?: boolean;
  CapAdd?: string[];
  CapDrop?: string[];
  SecurityOpt?: string[];
  /** `name:address` each. */
  ExtraHosts?: string[];
  Dns?: string[];
  DnsSearch?: string[];
  LogConfig?: { Type: string; Config?: Record<string, string> };
  AutoRemove?: boolean;
  Init?: boolean;
  /** Bytes. */
  ShmSize?: number;
  Sysctls?: Record<string, string>;
  GroupAdd?: string[];
}

/** Limits; they can be changed on a running container (`POST /containers/{id}/update`). */
export interface Resources {
  /** Billionths of a CPU. */
  NanoCpus?: number;
  CpuShares?: number;
  CpusetCpus?: string;
  /** Bytes, as are the next two; `MemorySwap` counts memory and swap, -1 is no limit. */
  Memory?: number;
  MemoryReservation?: number;
  MemorySwap?: number;
  PidsLimit?: number;
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  DeviceRequests?: DeviceRequest[];
}

/** A request for GPUs or other accelerators; `Count` -1 means all. */
export interface DeviceRequest {
  Driver?: string;
  Count?: number;
  DeviceIDs?: string[];
  Capabilities: string[][];
}

export interface Mount {
  Type: "bind" | "volume" | "tmpfs";
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

export interface PortBinding {
  HostIp?: string;
  /** A port, a range, or empty for one that the engine chooses. */
  HostPort: string;
}

export interface RestartPolicy {
  Name: "no" | "always" | "unless-stopped" | "on-failure";
  MaximumRetryCount?: number;
}

export interface EndpointConfig {
  Aliases?: string[];
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string };
  MacAddress?: string;
}

/** The body of `POST /containers/create`. */
export interface CreateContainerBody extends ContainerConfig {
  HostConfig?: HostConfig;
  NetworkingConfig?: { EndpointsConfig: Record<string, EndpointConfig> };
}
