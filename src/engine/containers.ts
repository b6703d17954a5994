import type {
  ContainerConfig,
  CreateContainerBody,
  EndpointConfig,
  HostConfig,
  Resources,
  RestartPolicy,
} from "./container_types.ts";
import { archives } from "./archives.ts";
import { bytes, type EngineResponse, given, json, none, type Options, path, type Transport } from "./request.ts";

/** Filters as the Engine takes them: every key with the values of which one must match. */
export type Filters = Record<string, string[]>;

/** A row of `GET /containers/json`. */
export interface ContainerSummary {
  Id: string;
  /** Each with a leading slash. */
  Names: string[];
  Image: string;
  ImageID: string;
  Command: string;
  /** Seconds since 1970. */
  Created: number;
  State: string;
  /** In words: `Up 3 minutes (healthy)`. */
  Status: string;
  Ports?: { IP?: string; PrivatePort: number; PublicPort?: number; Type: string }[] | null;
  Labels?: Record<string, string> | null;
  NetworkSettings?: { Networks?: Record<string, NetworkEndpoint> | null };
  HostConfig?: { NetworkMode?: string };
  Mounts?: MountPoint[] | null;
  SizeRw?: number;
}

/** `GET /containers/{id}/json`, as far as it is used. */
export interface ContainerDetails {
  Id: string;
  /** With a leading slash. */
  Name: string;
  Image: string;
  Created: string;
  Path: string;
  Args: string[];
  RestartCount: number;
  Platform?: string;
  State: ContainerState;
  Config: ContainerConfig & { Env?: string[] | null; Tty: boolean };
  HostConfig: HostConfig;
  Mounts?: MountPoint[];
  NetworkSettings: {
    Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks?: Record<string, NetworkEndpoint> | null;
  };
}

export interface ContainerState {
  Status: string;
  Running: boolean;
  Paused: boolean;
  OOMKilled: boolean;
  Pid: number;
  ExitCode: number;
  Error: string;
  StartedAt: string;
  FinishedAt: string;
  Health?: { Status: string; FailingStreak: number; Log?: HealthProbe[] | null };
}

/** What its health check says; undefined where it has none, for which there are several words. */
export function healthStatus({ Health }: ContainerState): string | undefined {
  return Health && Health.Status !== "none" && Health.Status !== "" ? Health.Status : undefined;
}

export interface HealthProbe {
  Start: string;
  End: string;
  ExitCode: number;
  Output: string;
}

export interface MountPoint {
  Type: string;
  Name?: string;
  Source: string;
  Destination: string;
  Mode: string;
  RW: boolean;
}

export interface NetworkEndpoint {
  /** Empty until the container has run. */
  NetworkID?: string;
  IPAddress?: string;
  GlobalIPv6Address?: string;
  Gateway?: string;
  MacAddress?: string;
  Aliases?: string[] | null;
  /** What was asked for at creation, as the next three. */
  IPAMConfig?: EndpointConfig["IPAMConfig"] | null;
  Links?: string[] | null;
  DriverOpts?: Record<string, string> | null;
  GwPriority?: number;
  /** From API 1.44 on. */
  DNSNames?: string[] | null;
}

/** One sample of `GET /containers/{id}/stats`; numbers are bytes, nanoseconds or counts since the start. */
export interface StatsSample {
  read: string;
  name?: string;
  id?: string;
  cpu_stats: CpuSample;
  memory_stats: { usage?: number; limit?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
  pids_stats?: { current?: number };
}

export interface CpuSample {
  cpu_usage: { total_usage: number; percpu_usage?: number[] | null };
  system_cpu_usage?: number;
  online_cpus?: number;
  /** Periods in which it had to stand still, since its share was used up. */
  throttling_data?: { periods: number; throttled_periods: number };
}

export interface LogQuery {
  stdout?: boolean;
  stderr?: boolean;
  follow?: boolean;
  /** A number of lines from the end, or `all`. */
  tail?: string;
  /** Seconds since 1970, with a fraction. */
  since?: string;
  until?: string;
  timestamps?: boolean;
}

export type WaitCondition = "not-running" | "next-exit" | "removed";

/** How a container ended; `Error` is set where the daemon could not tell. */
export interface Exit {
  StatusCode: number;
  Error?: { Message?: string } | null;
}

/** Containers: one function for each endpoint of the Engine's `/containers`. */
export type Containers = ReturnType<typeof containers>;

export function containers(transport: Transport) {
  return {
    ...reading(transport),
    ...making(transport),
    ...states(transport),
    ...streams(transport),
    ...archives(transport),
  };
}

function reading(transport: Transport) {
  return {
    list(query: { all?: boolean; limit?: number; filters?: Filters }, { signal }: Options = {}) {
      return json<ContainerSummary[]>(transport, { method: "GET", path: "/containers/json", query, ...given(signal) });
    },
    inspect(id: string, { signal }: Options = {}) {
      return json<ContainerDetails>(transport, { method: "GET", path: path`/containers/${id}/json`, ...given(signal) });
    },
    top(id: string, { signal, psArgs }: Options & { psArgs?: string } = {}) {
      const query = { ps_args: psArgs };
      const ask = { method: "GET", path: path`/containers/${id}/top`, query, ...given(signal) } as const;
      return json<{ Titles: string[]; Processes: string[][] | null }>(transport, ask);
    },
    /** Kind: 0 is changed, 1 is added, 2 is deleted. The Engine answers `null` for nothing. */
    async changes(id: string, { signal }: Options = {}) {
      const ask = { method: "GET", path: path`/containers/${id}/changes`, ...given(signal) } as const;
      return await json<{ Path: string; Kind: number }[] | null>(transport, ask) ?? [];
    },
    /** One sample, without waiting for a second one where the Engine can do that (from 23.0; older ones wait 1 s). */
    sample(id: string, { signal }: Options = {}) {
      const query = { stream: false, "one-shot": true };
      return json<StatsSample>(transport, {
        method: "GET",
        path: path`/containers/${id}/stats`,
        query,
        ...given(signal),
      });
    },
  };
}

function making(transport: Transport) {
  return {
    create(body: CreateContainerBody, { signal, name, platform }: Options & { name?: string; platform?: string } = {}) {
      return json<{ Id: string; Warnings?: string[] | null }>(transport, {
        method: "POST",
        path: "/containers/create",
        query: { name, platform },
        body: { kind: "json", value: body },
        ...given(signal),
      });
    },
    async rename(id: string, name: string, { signal }: Options = {}) {
      await none(transport, {
        method: "POST",
        path: path`/containers/${id}/rename`,
        query: { name },
        ...given(signal),
      });
    },
    update(id: string, change: Resources & { RestartPolicy?: RestartPolicy }, { signal }: Options = {}) {
      return json<{ Warnings?: string[] | null }>(transport, {
        method: "POST",
        path: path`/containers/${id}/update`,
        body: { kind: "json", value: change },
        ...given(signal),
      });
    },
    async remove(id: string, { signal, force, volumes }: Options & { force?: boolean; volumes?: boolean } = {}) {
      const query = { force, v: volumes };
      await none(transport, { method: "DELETE", path: path`/containers/${id}`, query, ...given(signal) });
    },
    prune({ filters, signal }: Options & { filters?: Filters } = {}) {
      const ask = { method: "POST", path: "/containers/prune", query: { filters }, ...given(signal) } as const;
      return json<{ ContainersDeleted?: string[] | null; SpaceReclaimed: number }>(transport, ask);
    },
  };
}

function states(transport: Transport) {
  const post = (id: string, verb: string, options: Options & { query?: Record<string, string | number | undefined> }) =>
    none(transport, { method: "POST", path: path`/containers/${id}/${verb}`, ...options });
  return {
    /** False when it was running already. */
    async start(id: string, { signal }: Options = {}) {
      return await post(id, "start", given(signal)) !== 304;
    },
    /** Waits `timeout` seconds before it is killed. False when it was stopped already. */
    async stop(id: string, { signal, timeout }: Options & { timeout?: number } = {}) {
      return await none(transport, graceful(id, "stop", timeout, signal)) !== 304;
    },
    async restart(id: string, { signal, timeout }: Options & { timeout?: number } = {}) {
      await none(transport, graceful(id, "restart", timeout, signal));
    },
    /** `signal` is the Unix signal's name or number. */
    async kill(id: string, unixSignal: string, { signal }: Options = {}) {
      await post(id, "kill", { query: { signal: unixSignal }, ...given(signal) });
    },
    async pause(id: string, { signal }: Options = {}) {
      await post(id, "pause", given(signal));
    },
    async unpause(id: string, { signal }: Options = {}) {
      await post(id, "unpause", given(signal));
    },
  };
}

function streams(transport: Transport) {
  return {
    /** Frames of stdout and stderr, or the raw bytes of a TTY: the container's `Config.Tty` tells which. */
    logs(id: string, query: LogQuery, { signal }: Options = {}): Promise<EngineResponse> {
      const ask = { method: "GET", path: path`/containers/${id}/logs`, query: { ...query }, ...given(signal) } as const;
      // Podman 4 does not even begin to answer before there is a line.
      return bytes(transport, query.follow ? { ...ask, timeout: 0 } : ask);
    },
    /** The output from now on, framed as `logs` is; called before the start it misses nothing. */
    attach(id: string, { signal }: Options = {}): Promise<EngineResponse> {
      const query = { stream: true, stdout: true, stderr: true };
      return bytes(transport, { method: "POST", path: path`/containers/${id}/attach`, query, ...given(signal) });
    },
    /** Starts to wait at once; the function it gives resolves when the container has stopped. */
    async wait(id: string, { signal, condition }: Options & { condition?: WaitCondition } = {}) {
      const ask = {
        method: "POST",
        path: path`/containers/${id}/wait`,
        query: { condition },
        ...given(signal),
      } as const;
      const response = await bytes(transport, ask);
      return async (): Promise<Exit> => JSON.parse(await response.text());
    },
  };
}

/** Stopping takes as long as the container may take: the time-out of ordinary calls starts after that. */
function graceful(id: string, verb: string, seconds: number | undefined, signal: AbortSignal | undefined) {
  const patience = seconds === undefined ? {} : { timeout: seconds < 0 ? 0 : (seconds + 60) * 1000 };
  const ask = { method: "POST", path: path`/containers/${id}/${verb}`, query: { t: seconds } } as const;
  return { ...ask, ...patience, ...given(signal) };
}
