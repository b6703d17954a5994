import type { Deploy, DeviceRequest } from "./deploy.ts";
import type { Extensible, Strings, Variables } from "./extensible.ts";

/** Sizes are in bytes, durations in nanoseconds. */
export interface Service extends Extensible {
  readonly profiles?: readonly string[];
  readonly annotations?: Strings;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: Develop;
  readonly blkio_config?: BlkioConfig;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  /** Null or absent keeps the image's; an empty list clears it. */
  readonly command?: readonly string[] | null;
  readonly configs?: readonly FileReference[];
  readonly container_name?: string;
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly depends_on?: ReadonlyMap<string, Dependency>;
  readonly deploy?: Deploy;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly Device[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  /** Null or absent keeps the image's; an empty list clears it. */
  readonly entrypoint?: readonly string[] | null;
  readonly provider?: Provider;
  /** With what `env_file` says. */
  readonly environment?: Variables;
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  /** Host names and their addresses. */
  readonly extra_hosts?: ReadonlyMap<string, readonly string[]>;
  readonly group_add?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly hostname?: string;
  readonly healthcheck?: Healthcheck;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  /** With what `label_file` says. */
  readonly labels?: Strings;
  readonly label_file?: readonly string[];
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Strings };
  readonly mem_limit?: number;
  readonly mem_reservation?: number;
  readonly memswap_limit?: number;
  readonly mem_swappiness?: number;
  readonly mac_address?: string;
  readonly models?: ReadonlyMap<string, ModelReference | null>;
  readonly network_mode?: string;
  /** Null where nothing is said about the endpoint. */
  readonly networks?: ReadonlyMap<string, Endpoint | null>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileReference[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: number;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: number;
  readonly stop_signal?: string;
  readonly storage_opt?: Strings;
  readonly sysctls?: Strings;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: ReadonlyMap<string, Ulimit>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly Mount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly pre_start?: readonly Hook[];
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
}

export interface Build extends Extensible {
  /** An absolute folder, or an address. */
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: Variables;
  readonly provenance?: string;
  readonly sbom?: string;
  /** Ids of keys and the paths of their sockets or files, empty for the agent. */
  readonly ssh?: Strings;
  readonly labels?: Strings;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly no_cache_filter?: readonly string[];
  readonly additional_contexts?: Strings;
  readonly pull?: boolean;
  readonly extra_hosts?: ReadonlyMap<string, readonly string[]>;
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileReference[];
  readonly shm_size?: number;
  readonly tags?: readonly string[];
  readonly ulimits?: ReadonlyMap<string, Ulimit>;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

export interface Develop extends Extensible {
  readonly watch?: readonly Watch[];
}

export interface Watch extends Extensible {
  readonly path: string;
  readonly action: string;
  readonly target?: string;
  readonly exec?: Hook;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: boolean;
}

export interface BlkioConfig extends Extensible {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly path: string; readonly weight: number }[];
  readonly device_read_bps?: readonly Throttle[];
  readonly device_read_iops?: readonly Throttle[];
  readonly device_write_bps?: readonly Throttle[];
  readonly device_write_iops?: readonly Throttle[];
}

export interface Throttle {
  readonly path: string;
  readonly rate: number;
}

/** A config or secret in a container. */
export interface FileReference extends Extensible {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Permission bits, as a number: 0o440 is 288. */
  readonly mode?: number;
}

export interface Dependency extends Extensible {
  readonly condition: "service_started" | "service_healthy" | "service_completed_successfully";
  readonly restart?: boolean;
  readonly required: boolean;
}

export interface Device extends Extensible {
  readonly source: string;
  readonly target?: string;
  readonly permissions?: string;
}

export interface Provider extends Extensible {
  readonly type: string;
  readonly options?: ReadonlyMap<string, readonly string[]>;
}

export interface Healthcheck extends Extensible {
  /** Starts with CMD, CMD-SHELL or NONE. */
  readonly test?: readonly string[];
  readonly timeout?: number;
  readonly interval?: number;
  readonly retries?: number;
  readonly start_period?: number;
  readonly start_interval?: number;
  readonly disable?: boolean;
}

export interface ModelReference extends Extensible {
  readonly endpoint_var?: string;
  readonly model_var?: string;
}

/** A service's end of a network. */
export interface Endpoint extends Extensible {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Strings;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port extends Extensible {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port, or a range of which the engine picks one: `8000-9000`. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

/** One number for both limits, or the two. */
export type Ulimit = number | ({ readonly soft?: number; readonly hard?: number } & Extensible);

export interface Mount extends Extensible {
  readonly type: "bind" | "volume" | "tmpfs" | "cluster" | "npipe" | "image";
  /** Absolute for a bind; for a volume its key in the project, absent for an anonymous one. */
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    /** True when absent. */
    readonly create_host_path?: boolean;
    readonly recursive?: string;
  };
  readonly volume?: { readonly labels?: Strings; readonly nocopy?: boolean; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: number; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

export interface Hook extends Extensible {
  readonly command?: readonly string[] | null;
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Variables;
  readonly per_replica?: boolean;
}
