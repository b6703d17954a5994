import { packFiles } from "../src/engine/tar.ts";
import type { Route } from "./fake_daemon.ts";
import { failure, frames, json, NoSuch, type Seen } from "./fake_http.ts";

export interface FakeContainer {
  Id: string;
  Name: string;
  // deno-lint-ignore no-explicit-any -- as it was sent
  Config: any;
  // deno-lint-ignore no-explicit-any -- as it was sent
  HostConfig: any;
  state: "created" | "running" | "paused" | "exited";
  exitCode: number;
  /** Lines in the log; each with its own time, a second apart. */
  log: { stream: "stdout" | "stderr"; text: string }[];
  files: Map<string, Uint8Array<ArrayBuffer>>;
  health?: string;
}

type FindImage = (name: string) => { Id: string } | undefined;

const never = "0001-01-01T00:00:00Z";
const born = "2026-01-01T10:00:00.000000000Z";

/** The containers of the fake daemon, with their routes. */
export function fakeContainers(findImage: FindImage) {
  const all: FakeContainer[] = [];
  const execs = new Map<string, { words: string[]; container: FakeContainer }>();
  const find = (name: string): FakeContainer => {
    const found = all.find(({ Id, Name }) => Name === name || Id.startsWith(name) && name.length > 3);
    if (!found) throw new NoSuch(404, `No such container: ${name}`);
    return found;
  };
  const done = (status = 204) => new Response(null, { status });

  function create({ body, query }: Seen): Response {
    const name = query["name"] ?? `quiet_${all.length + 1}`;
    const taken = all.find(({ Name }) => Name === name);
    if (taken) {
      const message = `Conflict. The container name "/${name}" is already in use by container "${taken.Id}".`;
      return failure(409, message);
    }
    if (!findImage(body.Image)) throw new NoSuch(404, `No such image: ${body.Image}`);
    const Id = String(all.length + 1).padStart(4, "0").repeat(16);
    const { HostConfig = {}, NetworkingConfig: _, ...Config } = body;
    const health = Config.Healthcheck?.Test?.[0] === "NONE" || !Config.Healthcheck ? undefined : "starting";
    const files = new Map([["/etc/hostname", new TextEncoder().encode(`${name}\n`)]]);
    const container: FakeContainer = {
      Id,
      Name: name,
      Config,
      HostConfig,
      state: "created",
      exitCode: 0,
      log: [],
      files,
    };
    all.unshift(health ? { ...container, health } : container);
    return json({ Id, Warnings: [] }, 201);
  }

  function start(container: FakeContainer): Response {
    if (container.state === "running") return done(304);
    const clash = container.HostConfig.PortBindings?.["80/tcp"]?.some((b: { HostPort: string }) =>
      b.HostPort === "8080"
    );
    if (
      clash && all.some((other) => other !== container && other.state === "running" && other.HostConfig.PortBindings)
    ) {
      return failure(
        500,
        "driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already allocated",
      );
    }
    container.state = "running";
    const { output, exit } = interpret(container.Config.Cmd ?? []);
    container.log.push(...output);
    if (exit !== undefined) Object.assign(container, { state: "exited", exitCode: exit });
    else if (container.health) container.health = "healthy";
    return done();
  }

  function stop(container: FakeContainer): Response {
    if (container.state !== "running") return done(304);
    Object.assign(container, { state: "exited", exitCode: 137 });
    return done();
  }

  function remove(container: FakeContainer, force: boolean): Response {
    if (container.state === "running" && !force) {
      return failure(
        409,
        `cannot remove container "/${container.Name}": container is running: stop the container before removing or force remove`,
      );
    }
    all.splice(all.indexOf(container), 1);
    return done();
  }

  const post = (verb: string, handle: (container: FakeContainer, ask: Seen) => Response): Route => [
    "POST",
    new RegExp(`^/containers/([^/]+)/${verb}$`),
    (ask, name) => handle(find(name), ask),
  ];

  const routes: Route[] = [
    ["GET", /^\/containers\/json$/, (ask) => json(all.filter((container) => listed(container, ask)).map(row))],
    ["POST", /^\/containers\/create$/, create],
    ["POST", /^\/containers\/prune$/, () => {
      const gone = all.filter(({ state }) => state === "exited" || state === "created");
      for (const container of gone) all.splice(all.indexOf(container), 1);
      return json({ ContainersDeleted: gone.map(({ Id }) => Id), SpaceReclaimed: 1234 });
    }],
    ["GET", /^\/containers\/([^/]+)\/json$/, (_, name) => json(details(find(name)))],
    post("start", start),
    post("stop", stop),
    post("restart", (container) => {
      stop(container);
      return start(container);
    }),
    post("kill", (container) => {
      if (container.state !== "running") {
        return failure(409, `Cannot kill container: ${container.Name}: Container ${container.Id} is not running`);
      }
      return stop(container);
    }),
    post("pause", (container) => (container.state = "paused", done())),
    post("unpause", (container) => (container.state = "running", done())),
    post("rename", (container, { query }) => (container.Name = query["name"] ?? "", done())),
    post("update", (container, { body }) => (Object.assign(container.HostConfig, body), json({ Warnings: null }))),
    post(
      "wait",
      ({ exitCode, state }) =>
        state === "running" ? new Response(new ReadableStream()) : json({ StatusCode: exitCode }),
    ),
    post("attach", (container) => new Response(frames(interpret(container.Config.Cmd ?? []).output))),
    post("exec", (container, { body }) => {
      if (container.state !== "running") return failure(409, `Container ${container.Id} is not running`);
      const Id = `exec${execs.size + 1}`;
      execs.set(Id, { words: body.Cmd, container });
      return json({ Id }, 201);
    }),
    ["POST", /^\/exec\/([^/]+)\/start$/, (_, id) => new Response(frames(interpret(execs.get(id)?.words ?? []).output))],
    [
      "GET",
      /^\/exec\/([^/]+)\/json$/,
      (_, id) => json({ ID: id, Running: false, ExitCode: interpret(execs.get(id)?.words ?? []).exit ?? 0, Pid: 7 }),
    ],
    ["DELETE", /^\/containers\/([^/]+)$/, ({ query }, name) => remove(find(name), query["force"] === "true")],
    ["GET", /^\/containers\/([^/]+)\/logs$/, ({ query }, name) => new Response(logOf(find(name), query))],
    ["GET", /^\/containers\/([^/]+)\/stats$/, (_, name) => json(sample(find(name)))],
    ["GET", /^\/containers\/([^/]+)\/top$/, (_, name) => {
      find(name);
      return json({ Titles: ["PID", "CMD"], Processes: [["4711", "sleep 1d"]] });
    }],
    ["GET", /^\/containers\/([^/]+)\/changes$/, (_, name) => {
      find(name);
      return json([{ Path: "/tmp", Kind: 0 }, { Path: "/tmp/new", Kind: 1 }, { Path: "/www/index.html", Kind: 2 }]);
    }],
    ["PUT", /^\/containers\/([^/]+)\/archive$/, (ask, name) => {
      find(name);
      return ask.query["path"] === "/missing"
        ? failure(404, "Could not find the file /missing in container")
        : done(200);
    }],
    ["GET", /^\/containers\/([^/]+)\/archive$/, async ({ query }, name) => {
      const path = query["path"] ?? "";
      const content = find(name).files.get(path);
      if (!content) return failure(404, `Could not find the file ${path} in container ${name}`);
      const stat = btoa(
        JSON.stringify({ name: "hostname", size: content.length, mode: 420, mtime: born, linkTarget: "" }),
      );
      const tar = await packFiles([{ name: path.split("/").at(-1) ?? "", content, mode: 0o644 }]);
      return new Response(tar, { headers: { "x-docker-container-path-stat": stat } });
    }],
  ];
  return { find, routes };
}

/** The commands that the fake knows. No exit code: it runs on. */
function interpret(words: readonly string[]): { output: FakeContainer["log"]; exit?: number } {
  const [command, ...rest] = words[0] === "sh" ? (words[2] ?? "").split(" ") : words;
  if (command === "echo") return { output: [{ stream: "stdout", text: rest.join(" ") + "\n" }], exit: 0 };
  if (command === "fail") return { output: [{ stream: "stderr", text: "it failed\n" }], exit: Number(rest[0] ?? 1) };
  return { output: [] };
}

function logOf(container: FakeContainer, query: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tail = query["tail"] === "all" ? container.log.length : Number(query["tail"]);
  const stamped = container.log.map(({ stream, text }, i) => {
    const time = new Date(Date.parse("2026-01-01T10:00:00Z") + i * 1000).toISOString().replace("Z", "000000Z");
    return { stream, text: query["timestamps"] === "true" ? `${time} ${text}` : text };
  });
  return frames(stamped.slice(-tail).filter(({ stream }) => query[stream] === "true"));
}

let clock = 0;

function sample({ Name, state }: FakeContainer) {
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

function listed(container: FakeContainer, { query }: Seen): boolean {
  const filters: Record<string, string[]> = JSON.parse(query["filters"] ?? "{}");
  const every = query["all"] === "true" || container.state === "running" || container.state === "paused";
  const labels: Record<string, string> = container.Config.Labels ?? {};
  const wants = (key: string, test: (value: string) => boolean) => filters[key]?.some(test) ?? true;
  return every && wants("status", (status) => container.state === status) &&
    wants("name", (name) => container.Name.includes(name)) &&
    wants("label", (label) => Object.entries(labels).some(([k, v]) => label === k || label === `${k}=${v}`));
}

function row(container: FakeContainer) {
  const { Id, Name, Config, HostConfig, state, exitCode, health } = container;
  const Ports = Object.entries<{ HostPort: string }[]>(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
    bindings.flatMap(({ HostPort }) =>
      ["0.0.0.0", "::"].map((IP) => ({
        IP,
        PrivatePort: parseInt(port),
        PublicPort: Number(HostPort),
        Type: port.split("/")[1],
      }))
    )
  );
  const up = health ? `Up 3 minutes (${health})` : "Up 3 minutes";
  const Status = state === "running" ? up : state === "exited" ? `Exited (${exitCode}) 1 minute ago` : "Created";
  return {
    Id,
    Names: [`/${Name}`],
    Image: Config.Image,
    ImageID: "sha256:b",
    Command: "",
    Created: 1_767_261_600,
    State: state,
    Status,
    Ports: state === "running" ? Ports : [],
    Labels: Config.Labels ?? {},
  };
}

function details(container: FakeContainer) {
  const { Id, Name, Config, HostConfig, state, exitCode, health } = container;
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
    Mounts: [],
    NetworkSettings: { Ports: {}, Networks: { bridge: { IPAddress: "172.17.0.2", Aliases: null } } },
  };
}
