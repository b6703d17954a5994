import type { CacheRecord } from "./builds.ts";
import type { ContainerSummary, Filters } from "./containers.ts";
import type { ImageSummary } from "./images.ts";
import { bytes, given, json, none, type Options, type Transport } from "./request.ts";
import { jsonLines } from "./stream.ts";

/** `GET /version`. */
export interface Version {
  Version: string;
  ApiVersion: string;
  MinAPIVersion?: string;
  Os: string;
  Arch: string;
  KernelVersion?: string;
  GitCommit?: string;
  BuildTime?: string;
  Components?: { Name: string; Version: string }[] | null;
}

/** `GET /info`, as far as it is used. */
export interface Info {
  Name: string;
  ServerVersion: string;
  Containers: number;
  ContainersRunning: number;
  ContainersPaused: number;
  ContainersStopped: number;
  Images: number;
  Driver: string;
  LoggingDriver: string;
  CgroupDriver?: string;
  CgroupVersion?: string;
  OperatingSystem: string;
  OSType: string;
  Architecture: string;
  KernelVersion: string;
  NCPU: number;
  /** Bytes. */
  MemTotal: number;
  DockerRootDir: string;
  Runtimes?: Record<string, unknown> | null;
  DefaultRuntime?: string;
  LiveRestoreEnabled?: boolean;
  SecurityOptions?: string[] | null;
  Swarm?: { LocalNodeState?: string };
  Warnings?: string[] | null;
  Plugins?: { Volume?: string[] | null; Network?: string[] | null };
}

/** `GET /system/df`. Sizes are bytes; -1 where the Engine did not count. */
export interface DiskUsage {
  /** All image layers together, each counted once. */
  LayersSize?: number;
  Images?: StoredImage[] | null;
  /** With `SizeRw`, what each wrote itself; left out for nothing. */
  Containers?: ContainerSummary[] | null;
  Volumes?: StoredVolume[] | null;
  BuildCache?: CacheRecord[] | null;
}

export interface StoredImage extends ImageSummary {
  ParentId?: string;
  /** What it has in common with other images. */
  SharedSize: number;
}

export interface StoredVolume {
  Name: string;
  CreatedAt?: string;
  Labels?: Record<string, string> | null;
  UsageData?: { Size: number; RefCount: number } | null;
}

/** One message of `GET /events`. */
export interface EngineEvent {
  Type: string;
  /** `die`, or with more behind a colon: `health_status: unhealthy`. */
  Action: string;
  /** The id of a container, the name of a volume or image. Attributes hold the labels too. */
  Actor: { ID: string; Attributes?: Record<string, string> | null };
  /** Seconds since 1970. */
  time: number;
  timeNano: number;
}

export interface EventQuery {
  /** Seconds since 1970, with a fraction. */
  since?: string;
  /** Where it is not in the past, events come until then; without it, until `signal` ends them. */
  until?: string;
  filters?: Filters;
}

/** The daemon itself. */
export type SystemApi = ReturnType<typeof system>;

export function system(transport: Transport) {
  return {
    async ping({ signal }: Options = {}) {
      await none(transport, { method: "GET", path: "/_ping", ...given(signal) });
    },
    version({ signal }: Options = {}) {
      return json<Version>(transport, { method: "GET", path: "/version", ...given(signal) });
    },
    info({ signal }: Options = {}) {
      return json<Info>(transport, { method: "GET", path: "/info", ...given(signal) });
    },
    /** Counted on the disk, which takes as long as it takes. */
    df({ signal }: Options = {}) {
      const ask = { method: "GET", path: "/system/df", timeout: 0, ...given(signal) } as const;
      return json<DiskUsage>(transport, ask);
    },
    async *events(query: EventQuery, options: Options = {}) {
      yield* await openEvents(transport, query, options);
    },
    /** The same; it resolves once the engine has begun to tell, so that nothing is missed from then on. */
    openEvents: (query: EventQuery, options: Options = {}) => openEvents(transport, query, options),
  };
}

async function openEvents(transport: Transport, query: EventQuery, { signal }: Options) {
  const ask = { method: "GET", path: "/events", query: { ...query }, ...given(signal) } as const;
  return jsonLines<EngineEvent>((await bytes(transport, ask)).chunks());
}
