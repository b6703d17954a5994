import { type EngineKind, isOnContainerd } from "./kinds.ts";

/** The command line of a private engine's daemon, which keeps to `folder` and to the `/run` of its own. */
export function daemonCommand(
  { folder, socket, kind }: { folder: string; socket: string; kind: EngineKind | undefined },
): string[] {
  if (kind?.startsWith("podman")) return podman(folder, socket);
  return [...dockerd(folder, socket), ...isOnContainerd(kind) ? ["--feature", "containerd-snapshotter=true"] : []];
}

function dockerd(folder: string, socket: string): string[] {
  const options = {
    "--config-file": `${folder}/daemon.json`,
    "--data-root": `${folder}/data`,
    "--exec-root": "/run/docker",
    "--pidfile": "/run/docker.pid",
    "--host": `unix://${socket}`,
    // Without systemd in its namespace it can only make cgroups itself; under this name they are found and removed.
    "--exec-opt": "native.cgroupdriver=cgroupfs",
    "--cgroup-parent": `/engine-${folder.slice(folder.lastIndexOf("/") + 1)}`,
  };
  return ["dockerd", "--live-restore", ...Object.entries(options).flat()];
}

function podman(folder: string, socket: string): string[] {
  const options = {
    "--root": `${folder}/data`,
    "--runroot": "/run/podman",
    "--tmpdir": "/run/podman/tmp",
    "--network-config-dir": `${folder}/networks`,
    // As for dockerd: there is no systemd.
    "--cgroup-manager": "cgroupfs",
    "--events-backend": "file",
  };
  return ["podman", ...Object.entries(options).flat(), "system", "service", "--time=0", `unix://${socket}`];
}
