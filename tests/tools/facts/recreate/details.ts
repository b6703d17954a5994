import type { ContainerConfig, HostConfig } from "../../../../src/engine/container_types.ts";
import type { ContainerDetails, MountPoint, NetworkEndpoint } from "../../../../src/engine/containers.ts";

export interface Given {
  config?: Partial<ContainerConfig>;
  host?: HostConfig;
  networks?: Record<string, NetworkEndpoint>;
  mounts?: MountPoint[];
  /** False for one that was created and never started. */
  started?: boolean;
}

export const id = "0123456789ab".padEnd(64, "c");

/** What an inspect tells of a container that has nothing special but what is given. */
export function details({ config, host, networks, mounts = [], started = true }: Given): ContainerDetails {
  return {
    Id: id,
    Name: "/box",
    Image: "sha256:old",
    Created: "2026-01-01T10:00:00Z",
    Path: "sh",
    Args: [],
    RestartCount: 0,
    State: {
      Status: started ? "running" : "created",
      Running: started,
      Paused: false,
      OOMKilled: false,
      Pid: 0,
      ExitCode: 0,
      Error: "",
      StartedAt: started ? "2026-01-01T10:00:00Z" : "0001-01-01T00:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
    },
    Config: { Image: "busybox", Hostname: id.slice(0, 12), Tty: false, ...config },
    HostConfig: { NetworkMode: "bridge", ...host },
    Mounts: mounts,
    NetworkSettings: { Networks: networks ?? { bridge: { IPAddress: "172.17.0.2", Aliases: null } } },
  };
}
