import type { HostConfig } from "../../engine/container_types.ts";
import {
  type ContainerDetails,
  type ContainerState,
  type ContainerSummary,
  type HealthProbe,
  healthStatus,
} from "../../engine/containers.ts";
import { memory, shortId } from "../format.ts";

type Port = NonNullable<ContainerSummary["Ports"]>[number];

/** Published ports in few characters: `8080->80, 127.0.0.1:53->53/udp`. The same port on IPv6 is not told again. */
export function portsOf(ports: readonly Port[]): string {
  const texts = ports.map(({ IP, PublicPort, PrivatePort, Type }) => {
    const inside = Type === "tcp" ? `${PrivatePort}` : `${PrivatePort}/${Type}`;
    if (PublicPort === undefined) return inside;
    const address = !IP || IP === "0.0.0.0" || IP === "::" ? "" : `${IP}:`;
    return `${address}${PublicPort}->${inside}`;
  });
  return [...new Set(texts)].sort(byNumber).join(", ");
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** What a reader needs of an inspected container; whatever is empty or the default is left out. */
export function summarize(details: ContainerDetails): Record<string, unknown> {
  const { Config, HostConfig, NetworkSettings } = details;
  return filled({
    id: shortId(details.Id),
    name: details.Name.slice(1),
    image: Config.Image,
    image_id: shortId(details.Image),
    state: stateOf(details),
    health: healthOf(details),
    created: details.Created,
    restarts: details.RestartCount || undefined,
    command: [details.Path, ...details.Args],
    user: Config.User,
    workdir: Config.WorkingDir,
    tty: Config.Tty || undefined,
    environment: Config.Env ?? [],
    labels: Config.Labels,
    ports: publishedOf(NetworkSettings.Ports ?? {}),
    mounts: (details.Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) =>
      `${Type} ${Name ?? Source} -> ${Destination}${RW ? "" : " (read-only)"}`
    ),
    networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks ?? {}).map(([name, { IPAddress, Aliases }]) => [
        name,
        filled({ address: IPAddress, aliases: Aliases ?? [] }),
      ]),
    ),
    restart_policy: restartOf(HostConfig.RestartPolicy),
    limits: limitsOf(HostConfig),
    security: filled({
      privileged: HostConfig.Privileged || undefined,
      read_only: HostConfig.ReadonlyRootfs || undefined,
      cap_add: HostConfig.CapAdd ?? [],
      cap_drop: HostConfig.CapDrop ?? [],
      options: HostConfig.SecurityOpt ?? [],
    }),
    auto_remove: HostConfig.AutoRemove || undefined,
  });
}

function stateOf({ State }: ContainerDetails): Record<string, unknown> {
  const ended = !State.Running && !State.FinishedAt.startsWith("0001");
  return filled({
    status: State.Status,
    started: State.StartedAt.startsWith("0001") ? undefined : State.StartedAt,
    finished: ended ? State.FinishedAt : undefined,
    exit_code: ended ? State.ExitCode : undefined,
    out_of_memory: State.OOMKilled || undefined,
    error: State.Error,
    pid: State.Pid || undefined,
  });
}

/** `running, healthy`; without a health check `running`. */
export function stateWithHealth(state: ContainerState): string {
  const health = healthStatus(state);
  return health === undefined ? state.Status : `${state.Status}, ${health}`;
}

function healthOf({ State }: ContainerDetails): Record<string, unknown> | undefined {
  const status = healthStatus(State);
  if (status === undefined) return undefined;
  const last = State.Health?.Log?.at(-1);
  return filled({
    status,
    failing_streak: State.Health?.FailingStreak || undefined,
    last_probe: last && probeOf(last),
  });
}

function probeOf({ ExitCode, Output }: HealthProbe): string {
  return `exit ${ExitCode}: ${Output.trim().slice(0, 300)}`;
}

function publishedOf(ports: NonNullable<ContainerDetails["NetworkSettings"]["Ports"]>): string[] {
  const listed = Object.entries(ports).flatMap(([key, bindings]) => {
    const [port = "", Type = "tcp"] = key.split("/");
    const inside = { PrivatePort: Number(port), Type };
    if (!bindings) return [inside];
    return bindings.map(({ HostIp, HostPort }) => ({ ...inside, IP: HostIp, PublicPort: Number(HostPort) }));
  });
  return listed.length ? portsOf(listed).split(", ") : [];
}

function restartOf(policy: ContainerDetails["HostConfig"]["RestartPolicy"]): string | undefined {
  if (!policy?.Name || policy.Name === "no") return undefined;
  return policy.MaximumRetryCount ? `${policy.Name}:${policy.MaximumRetryCount}` : policy.Name;
}

function limitsOf(host: ContainerDetails["HostConfig"]): Record<string, unknown> {
  return filled({
    cpu: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    memory: host.Memory ? memory(host.Memory) : undefined,
    memory_reservation: host.MemoryReservation ? memory(host.MemoryReservation) : undefined,
    pids: host.PidsLimit && host.PidsLimit > 0 ? host.PidsLimit : undefined,
    cpuset: host.CpusetCpus,
  });
}

/** By the names that Docker takes: Podman tells the kernel's. */
export function ulimitsOf({ Ulimits }: HostConfig): NonNullable<HostConfig["Ulimits"]> {
  return (Ulimits ?? []).map(({ Name, ...rest }) => ({ Name: Name.replace(/^RLIMIT_/, "").toLowerCase(), ...rest }));
}

/** Without what the engine switches off by itself where a container shares the host's processes or may do all. */
export function securityOptionsOf({ SecurityOpt, Privileged, PidMode, IpcMode }: HostConfig): string[] {
  const unlabelled = Privileged || PidMode === "host" || IpcMode === "host";
  return (SecurityOpt ?? []).filter((option) => !unlabelled || option !== "label=disable");
}

/** Without what says nothing: undefined, null, empty texts, lists and objects. */
export function filled(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
