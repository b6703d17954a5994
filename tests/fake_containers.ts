import { packFiles } from "../src/engine/tar.ts";
import type { MountPoint, NetworkEndpoint } from "../src/engine/containers.ts";
import type { Route } from "./fake_daemon.ts";
import { born, details, exitOf, listed, logOf, row, sample } from "./fake_container_answers.ts";
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
  /** What is said beside the exit code, which is then none. */
  exitError?: string;
  /** Milliseconds that it takes to stop, whether or not whoever asked for it waits. */
  stopsIn?: number;
  /** What the runtime says instead of starting a command inside. */
  execRefusal?: string;
  /** Lines in the log; each with its own time, a second apart. */
  log: { stream: "stdout" | "stderr"; text: string }[];
  files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What links in it lead to. */
  links: Map<string, string>;
  health?: string;
  mounts: MountPoint[];
  /** By the names of the networks. */
  networks: Record<string, NetworkEndpoint>;
}

type FindImage = (name: string) => { Id: string; platform: string } | undefined;

/** The containers of the fake daemon, with their routes. */
export function fakeContainers(findImage: FindImage, networkId: (name: string) => string | undefined) {
  const all: FakeContainer[] = [];
  let made = 0;
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
    const image = findImage(body.Image);
    if (!image) throw new NoSuch(404, `No such image: ${body.Image}`);
    const { platform = image.platform } = query;
    // As Podman 4 does with all images.
    const looks = !String(body.Image).startsWith("unlooked/");
    if (looks && image.platform !== platform) {
      const differ = `wanted ${platform}, actual: ${image.platform}`;
      const found = `image with reference ${body.Image} was found but does not match the specified platform`;
      throw new NoSuch(404, `${found}: ${differ}`);
    }
    made += 1;
    const Id = String(made).padStart(4, "0").repeat(16);
    const { HostConfig = {}, NetworkingConfig, ...Config } = body;
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
      links: new Map(),
      mounts: named(HostConfig.Binds ?? []),
      networks: endpoints(NetworkingConfig?.EndpointsConfig),
    };
    all.unshift(health ? { ...container, health } : container);
    return json({ Id, Warnings: [] }, 201);
  }

  function endpoints(asked: Record<string, { Aliases?: string[] }> | undefined): FakeContainer["networks"] {
    if (!asked) return { bridge: { IPAddress: "172.17.0.2", Aliases: null } };
    return Object.fromEntries(
      Object.entries(asked).map(([name, { Aliases = null }]) => {
        const NetworkID = networkId(name);
        return [name, { IPAddress: "172.20.0.2", Aliases, ...(NetworkID === undefined ? {} : { NetworkID }) }];
      }),
    );
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

  function executed(id: string): Outcome {
    const { words, container } = execs.get(id) ?? { words: [] };
    const refusal = container?.execRefusal;
    return refusal ? { output: [{ stream: "stdout", text: refusal }], exit: 126 } : interpret(words);
  }

  function stop(container: FakeContainer): Response {
    if (container.state !== "running") return done(304);
    Object.assign(container, { state: "exited", exitCode: 137 });
    if (container.HostConfig.AutoRemove) all.splice(all.indexOf(container), 1);
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

  const post = (verb: string, handle: (container: FakeContainer, ask: Seen) => Response | Promise<Response>): Route => [
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
    post("stop", async (container) => {
      if (container.stopsIn) await new Promise((resolve) => setTimeout(resolve, container.stopsIn));
      return stop(container);
    }),
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
    post("wait", exitOf),
    post("attach", (container) => new Response(frames(interpret(container.Config.Cmd ?? []).output))),
    post("exec", (container, { body }) => {
      if (container.state !== "running") return failure(409, `Container ${container.Id} is not running`);
      const Id = `exec${execs.size + 1}`;
      execs.set(Id, { words: body.Cmd, container });
      return json({ Id }, 201);
    }),
    ["POST", /^\/exec\/([^/]+)\/start$/, (_, id) => new Response(frames(executed(id).output))],
    [
      "GET",
      /^\/exec\/([^/]+)\/json$/,
      (_, id) => json({ ID: id, Running: false, ExitCode: executed(id).exit ?? 0, Pid: 7 }),
    ],
    ["DELETE", /^\/containers\/([^/]+)$/, ({ query }, name) => remove(find(name), query["force"] === "true")],
    ["GET", /^\/containers\/([^/]+)\/logs$/, (ask, name) => logOf(find(name), ask)],
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
    ["HEAD", /^\/containers\/([^/]+)\/archive$/, ({ query }, name) => {
      const linkTarget = find(name).links.get(query["path"] ?? "");
      if (linkTarget === undefined) return new Response(null, { status: 404 });
      return new Response(null, { headers: { "x-docker-container-path-stat": btoa(JSON.stringify({ linkTarget })) } });
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
  return { all, find, routes };
}

/** The volumes among the binds; a path is none. */
function named(binds: readonly string[]): MountPoint[] {
  return binds.filter((bind) => !bind.startsWith("/")).map((bind) => {
    const [Name = "", Destination = "", Mode = ""] = bind.split(":");
    const Source = `/var/lib/docker/volumes/${Name}/_data`;
    return { Type: "volume", Name, Source, Destination, Mode, RW: !Mode.split(",").includes("ro") };
  });
}

/** What a command came to. No exit code: it runs on. */
interface Outcome {
  output: FakeContainer["log"];
  exit?: number;
}

/** The commands that the fake knows. */
function interpret(words: readonly string[]): Outcome {
  const [command, ...rest] = words[0] === "sh" ? (words[2] ?? "").split(" ") : words;
  if (command === "echo") return { output: [{ stream: "stdout", text: rest.join(" ") + "\n" }], exit: 0 };
  if (command === "fail") return { output: [{ stream: "stderr", text: "it failed\n" }], exit: Number(rest[0] ?? 1) };
  return { output: [] };
}
