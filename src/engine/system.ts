import { given, json, none, type Options, type Transport } from "./request.ts";

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
  };
}
