import type { FakeContainer } from "./fake_containers.ts";
import { frames, type Seen } from "./fake_http.ts";

const never = "0001-01-01T00:00:00Z";
/** When every fake container was made. */
export const born = "2026-01-01T10:00:00.000000000Z";

/** The log, as the query wants it; where it is followed it goes on while the container runs. */
export function logOf(container: FakeContainer, ask: Seen): Response {
  const { query } = ask;
  const shown = (from: number) =>
    frames(linesOf(container, query).slice(from).filter(({ stream }) => query[stream] === "true"));
  const first = query["tail"] === "all" ? 0 : Math.max(0, container.log.length - Number(query["tail"]));
  if (query["follow"] !== "true") return new Response(shown(first));
  let next = first;
  const more = () => container.log.length > next || container.state !== "running";
  return streamed(ask, more, (controller) => {
    controller.enqueue(shown(next));
    next = container.log.length;
    return container.state === "running";
  });
}

/** The exit code, as soon as there is one. */
export function exitOf(container: FakeContainer, ask: Seen): Response {
  return streamed(ask, () => container.state === "exited", (controller) => {
    const { exitCode, exitError } = container;
    const exit = exitError ? { StatusCode: 0, Error: { Message: exitError } } : { StatusCode: exitCode };
    controller.enqueue(new TextEncoder().encode(JSON.stringify(exit)));
    return false;
  });
}

/** An answer in pieces: `give` is called whenever `ready`, until it says that there is no more. */
function streamed(
  ask: Seen,
  ready: () => boolean,
  give: (controller: ReadableStreamDefaultController<Uint8Array>) => boolean,
): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (!ready() && !ask.broken) await new Promise((resolve) => setTimeout(resolve, 5));
      if (!ask.broken && !give(controller)) controller.close();
    },
    cancel: () => void (ask.broken = true),
  });
  return new Response(body);
}

function linesOf({ log }: FakeContainer, { timestamps }: Record<string, string>): FakeContainer["log"] {
  return log.map(({ stream, text }, i) => {
    const time = new Date(Date.parse("2026-01-01T10:00:00Z") + i * 1000).toISOString().replace("Z", "000000Z");
    return { stream, text: timestamps === "true" ? `${time} ${text}` : text };
  });
}

let clock = 0;

export function sample({ Name, state }: FakeContainer) {
  clock += 1;
  const idle = { read: never, cpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: {} };
  if (state !== "running") return idle;
  return {
    name: `/${Name}`,
    read: new Date(Date.now() - 1000).toISOString(),
    cpu_stats: { cpu_usage: { total_usage: clock * 50 }, system_cpu_usage: clock * 1000, online_cpus: 4 },
    memory_stats: { usage: 64_000_000, limit: 512_000_000, stats: { inactive_file: 14_000_000 } },
    networks: { eth0: { rx_bytes: 1000, tx_bytes: 2000 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: { io_service_bytes_recursive: [{ op: "Read", value: 4096 }, { op: "write", value: 8192 }] },
    pids_stats: { current: 3 },
  };
}

export function listed(container: FakeContainer, { query }: Seen): boolean {
  const filters: Record<string, string[]> = JSON.parse(query["filters"] ?? "{}");
  const every = query["all"] === "true" || container.state === "running" || container.state === "paused";
  const labels: Record<string, string> = container.Config.Labels ?? {};
  const wants = (key: string, test: (value: string) => boolean) => filters[key]?.some(test) ?? true;
  return every && wants("status", (status) => container.state === status) &&
    wants("name", (name) => container.Name.includes(name)) &&
    wants("network", (network) => Object.keys(container.networks).includes(network)) &&
    wants("volume", (volume) => container.mounts.some(({ Name }) => Name === volume)) &&
    wants("label", (label) => Object.entries(labels).some(([k, v]) => label === k || label === `${k}=${v}`));
}

export function row(container: FakeContainer) {
  const { Id, Name, Config, state, exitCode, health, mounts, networks } = container;
  const Ports = published(container).flatMap(([port, bindings]) =>
    bindings.map(({ HostIp, HostPort }) => ({
      IP: HostIp,
      PrivatePort: parseInt(port),
      PublicPort: Number(HostPort),
      Type: port.split("/")[1],
    }))
  );
  const up = health ? `Up 3 minutes (${health})` : "Up 3 minutes";
  const Status = state === "running" ? up : state === "exited" ? `Exited (${exitCode}) 1 minute ago` : "Created";
  return {
    Id,
    Names: [`/${Name}`],
    Image: Config.Image,
    ImageID: "sha256:" + "b".repeat(64),
    Command: "",
    Created: 1_767_261_600,
    State: state,
    Status,
    Ports,
    Labels: Config.Labels ?? {},
    Mounts: mounts,
    NetworkSettings: { Networks: networks },
  };
}

export function details(container: FakeContainer) {
  const { Id, Name, Config, HostConfig, state, exitCode, health, mounts, networks } = container;
  const [Path = "", ...Args] = [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? ["sh"])];
  const started = state !== "created";
  return {
    Id,
    Name: `/${Name}`,
    Image: "sha256:" + "b".repeat(64),
    Created: born,
    Path,
    Args,
    RestartCount: 0,
    Platform: "linux",
    State: {
      Status: state,
      Running: state === "running" || state === "paused",
      Paused: state === "paused",
      OOMKilled: false,
      Pid: state === "running" ? 4711 : 0,
      ExitCode: exitCode,
      Error: "",
      StartedAt: started ? born : never,
      FinishedAt: state === "exited" ? "2026-01-01T10:05:00Z" : never,
      ...(health ? { Health: { Status: health, FailingStreak: 0, Log: [] } } : {}),
    },
    Config: { Tty: false, ...Config },
    HostConfig,
    Mounts: mounts,
    NetworkSettings: {
      Ports: Object.fromEntries(published(container)),
      Networks: networks,
    },
  };
}

/** The ports of a running container: on both families where no address is named, and on one of the engine's choice. */
function published({ HostConfig, state }: FakeContainer): [string, { HostIp: string; HostPort: string }[]][] {
  if (state !== "running") return [];
  const bindings = Object.entries<{ HostIp?: string; HostPort: string }[]>(HostConfig.PortBindings ?? {});
  return bindings.map(([port, hosts]) => [
    port,
    hosts.flatMap(({ HostIp, HostPort }) =>
      (HostIp ? [HostIp] : ["0.0.0.0", "::"]).map((address) => ({ HostIp: address, HostPort: HostPort || "32768" }))
    ),
  ]);
}
