/** The engines that the live tests can be run on, each in the Debian suite that has it. */

// In a root of their own they need all the programs they call; git for builds from a repository, tzdata for what mounts
// the time of the host. No busybox: the test image has the machine's own on all of them.
const base = [
  "iptables",
  "iproute2",
  "procps",
  "xz-utils",
  "ca-certificates",
  "git",
  "dash",
  "coreutils",
  "sed",
  "grep",
  "mount",
  "tzdata",
];
const docker = ["docker.io", ...base];
const netavark = ["crun", "conmon", "netavark", "aardvark-dns", "nftables", "catatonit", "tar", "gzip"];
const podman = ["podman", ...netavark, ...base];

export const engineKinds = {
  "docker-20.10": { suite: "bookworm", packages: docker },
  "docker-26.1": { suite: "trixie", packages: docker },
  "docker-28.5": { suite: "sid", packages: docker },
  // Images kept by containerd, as Docker Desktop and new engines do: their ids are digests, and a name may be an index.
  "docker-28.5-containerd": { suite: "sid", packages: docker },
  "podman-4": { suite: "bookworm", packages: podman },
  // Newer ones have their settings in a package of their own.
  "podman-5": { suite: "sid", packages: [...podman, "containers-storage"] },
} as const;

export type EngineKind = keyof typeof engineKinds;

export const kindNames = [
  "docker-20.10",
  "docker-26.1",
  "docker-28.5",
  "docker-28.5-containerd",
  "podman-4",
  "podman-5",
] as const;

export function isEngineKind(name: string | undefined): name is EngineKind {
  return kindNames.some((kind) => kind === name);
}

/** Whether it is one whose daemon keeps its images in containerd. */
export function isOnContainerd(kind: string | undefined): boolean {
  return kind?.endsWith(containerd) ?? false;
}

const containerd = "-containerd";

/** What an engine says of itself at `/version` and `/info`. */
export interface EngineIdentity {
  /** `Docker 28.5.2` */
  engine: string;
  /** As the table of kinds names it, also where the table has no such kind: `docker-27.3`. */
  kind: string;
  /** `1.51` */
  api: string;
}

/** Reads both answers. A Podman is of the kind of its major version, since it has no minor differences here. */
export function identify(version: unknown, info: unknown): EngineIdentity {
  const { Version, ApiVersion, Components } = asRecord(version);
  const store = JSON.stringify(asRecord(info)["DriverStatus"] ?? "").includes("io.containerd.snapshotter")
    ? containerd
    : "";
  const isPodman = JSON.stringify(Components ?? "").includes("Podman Engine");
  const [major = "", minor = ""] = String(Version).split(".");
  return {
    engine: `${isPodman ? "Podman" : "Docker"} ${Version}${store && ", images in containerd"}`,
    kind: isPodman ? `podman-${major}` : `docker-${major}.${minor}${store}`,
    api: String(ApiVersion),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
