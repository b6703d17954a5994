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
  /** Paths that get an anonymous volume where nothing else is mounted. */
  Volumes?: Record<string, EmptyObject>;
  /** Of the first network; engines from API 1.44 on take it with the network. */
  MacAddress?: string;
  Healthcheck?: HealthcheckConfig;
  StopSignal?: string;
  /** Seconds. */
  StopTimeout?: number;
  Tty?: boolean;
  OpenStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
}

export type EmptyObject = Record<string, never>;

export interface HealthcheckConfig {
  /** `["NONE"]`, `["CMD", ...]` or `["CMD-SHELL", line]`. */
  Test?: string[];
  /** Nanoseconds, as are the other two. */
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  /** From API 1.44 on. */
  StartInterval?: number;
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
  CgroupnsMode?: string;
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
  /** `container[:ro]` each. */
  VolumesFrom?: string[];
  VolumeDriver?: string;
  /** Legacy links: `container:alias` each. */
  Links?: string[];
  DnsOptions?: string[];
  Annotations?: Record<string, string>;
  CgroupParent?: string;
  Isolation?: string;
  OomScoreAdj?: number;
  Runtime?: string;
  StorageOpt?: Record<string, string>;
  /** Empty lists hide and protect nothing of `/proc`. */
  MaskedPaths?: string[];
  ReadonlyPaths?: string[];
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
  /** Percent. */
  MemorySwappiness?: number;
  OomKillDisable?: boolean;
  CpuCount?: number;
  CpuPercent?: number;
  /** Microseconds, as are the next three. */
  CpuPeriod?: number;
  CpuQuota?: number;
  CpuRealtimePeriod?: number;
  CpuRealtimeRuntime?: number;
  BlkioWeight?: number;
  BlkioWeightDevice?: { Path: string; Weight: number }[];
  BlkioDeviceReadBps?: DeviceRate[];
  BlkioDeviceReadIOps?: DeviceRate[];
  BlkioDeviceWriteBps?: DeviceRate[];
  BlkioDeviceWriteIOps?: DeviceRate[];
  DeviceCgroupRules?: string[];
  PidsLimit?: number;
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  DeviceRequests?: DeviceRequest[];
}

/** Bytes or operations a second. */
export interface DeviceRate {
  Path: string;
  Rate: number;
}

/** A request for GPUs or other accelerators; `Count` -1 means all. */
export interface DeviceRequest {
  Driver?: string;
  Count?: number;
  DeviceIDs?: string[];
  Capabilities: string[][];
  Options?: Record<string, string>;
}

export interface Mount {
  Type: "bind" | "volume" | "tmpfs" | "image" | "npipe" | "cluster";
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: {
    Propagation?: string;
    CreateMountpoint?: boolean;
    NonRecursive?: boolean;
    ReadOnlyNonRecursive?: boolean;
    ReadOnlyForceRecursive?: boolean;
  };
  /** The subpath from API 1.45 on. */
  VolumeOptions?: { NoCopy?: boolean; Labels?: Record<string, string>; Subpath?: string };
  ImageOptions?: { Subpath?: string };
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
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] };
  MacAddress?: string;
  /** Legacy links: `container:alias` each. */
  Links?: string[];
  DriverOpts?: Record<string, string>;
  /** Which network gives the default gateway: the one with the most. */
  GwPriority?: number;
}

/** The body of `POST /containers/create`. */
export interface CreateContainerBody extends ContainerConfig {
  HostConfig?: HostConfig;
  NetworkingConfig?: { EndpointsConfig: Record<string, EndpointConfig> };
}
