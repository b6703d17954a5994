import { type FakeContainer, fakeContainers } from "./fake_containers.ts";
import { failure, json, NoSuch, type Seen } from "./fake_http.ts";

export interface FakeDaemon {
  fetch: typeof fetch;
  /** Every request in order, without the version prefix. */
  seen: Seen[];
  /** Answers the next request that matches with `status` and `message` instead. */
  failNext(match: { method: string; path: RegExp }, status: number, message: string): void;
  container(name: string): FakeContainer;
}

/**
 * One stateful Docker Engine as a `fetch` function: what is created can be listed, started, read and removed. Ids and
 * times are the same in each run. Commands: `echo WORDS` prints and ends, `fail CODE` ends with that code, all else
 * runs until it is stopped.
 */
export function fakeDaemon(): FakeDaemon {
  const seen: Seen[] = [];
  const failures: { match: { method: string; path: RegExp }; status: number; message: string }[] = [];
  const images = fakeImages();
  const containers = fakeContainers(images.find);
  const routes: Route[] = [...systemRoutes, ...images.routes, ...containers.routes, ...networkRoutes];

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname.replace(/^\/v\d+\.\d+/, ""));
    const query = Object.fromEntries(url.searchParams);
    const isJson = request.headers.get("content-type")?.includes("json") ?? false;
    const bytes = new Uint8Array(await request.arrayBuffer());
    const body = isJson && bytes.length ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
    const ask = { method: request.method, path, query, body, bytes };
    seen.push(ask);
    const planned = failures.findIndex(({ match }) => match.method === ask.method && match.path.test(path));
    const [plan] = planned >= 0 ? failures.splice(planned, 1) : [];
    if (plan) return failure(plan.status, plan.message);
    for (const [method, pattern, handle] of routes) {
      const match = pattern.exec(path);
      if (match && method === request.method) return handle(ask, match[1] ?? "");
    }
    return failure(404, `page not found: ${ask.method} ${path}`);
  }

  return {
    seen,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      try {
        return await answer(request);
      } catch (error) {
        if (error instanceof NoSuch) return failure(error.status, error.message);
        throw error;
      }
    },
    failNext: (match, status, message) => failures.push({ match, status, message }),
    container: containers.find,
  };
}

export type Route = [method: string, path: RegExp, handle: (ask: Seen, name: string) => Response | Promise<Response>];

const systemRoutes: Route[] = [
  ["GET", /^\/_ping$/, () => new Response("OK", { headers: { "api-version": "1.51", "builder-version": "2" } })],
  ["HEAD", /^\/_ping$/, () => new Response(null, { headers: { "api-version": "1.51" } })],
  ["GET", /^\/version$/, () =>
    json({
      Version: "28.5.2",
      ApiVersion: "1.51",
      MinAPIVersion: "1.24",
      Os: "linux",
      Arch: "amd64",
      KernelVersion: "6.1.0",
      Components: [{ Name: "Engine", Version: "28.5.2" }, { Name: "containerd", Version: "2.1.9" }],
    })],
  ["GET", /^\/info$/, () =>
    json({
      Name: "fake",
      ServerVersion: "28.5.2",
      Containers: 1,
      ContainersRunning: 1,
      ContainersPaused: 0,
      ContainersStopped: 0,
      Images: 1,
      Driver: "overlay2",
      LoggingDriver: "json-file",
      CgroupDriver: "systemd",
      CgroupVersion: "2",
      OperatingSystem: "Debian GNU/Linux 12",
      OSType: "linux",
      Architecture: "x86_64",
      KernelVersion: "6.1.0",
      NCPU: 4,
      MemTotal: 8_000_000_000,
      DockerRootDir: "/var/lib/docker",
      Runtimes: { runc: {} },
      SecurityOptions: ["name=seccomp,profile=builtin"],
      Swarm: { LocalNodeState: "inactive" },
      Warnings: null,
    })],
];

const networkRoutes: Route[] = [
  ["GET", /^\/networks$/, () => json([{ Id: "n1", Name: "bridge", Driver: "bridge", Scope: "local" }])],
  ["POST", /^\/networks\/(.+)\/connect$/, (_, name) => {
    if (name === "missing") throw new NoSuch(404, `network ${name} not found`);
    return new Response(null, { status: 200 });
  }],
];

function fakeImages() {
  const image = (tag: string, digit: string) => ({
    Id: `sha256:${digit.repeat(64)}`,
    RepoTags: [tag],
    RepoDigests: [`${tag.split(":")[0]}@sha256:${digit.repeat(64)}`],
    Created: 1_760_000_000,
    Size: 4_300_000,
    Os: "linux",
    Architecture: "amd64",
    Labels: null,
    Containers: -1,
  });
  const known = [image("busybox:1.37", "b"), image("nginx:1.27", "c")];
  const find = (name: string) =>
    known.find(({ RepoTags, Id }) => RepoTags.includes(name) || RepoTags.includes(`${name}:latest`) || Id === name);
  const pull = (name: string, tag: string): Response => {
    const reference = `${name}:${tag}`;
    if (name === "private/app") return failure(404, "pull access denied for private/app, repository does not exist");
    if (name === "broken/app") {
      const message = "failed to register layer: no space left on device";
      return lines([{ status: "Pulling from broken/app", id: tag }, { errorDetail: { message }, error: message }]);
    }
    if (!find(reference)) known.unshift(image(reference, "d"));
    return lines([
      { status: `Pulling from ${name}`, id: tag },
      { status: "Downloading", id: "layer1", progressDetail: { current: 500, total: 1000 } },
      { status: "Download complete", id: "layer1" },
      { status: "Pull complete", id: "layer1" },
      { status: `Status: Downloaded newer image for ${reference}` },
    ]);
  };
  const routes: Route[] = [
    ["GET", /^\/images\/json$/, () => json(known)],
    ["GET", /^\/images\/(.+)\/json$/, (_, name) => {
      const found = find(name);
      if (!found) throw new NoSuch(404, `No such image: ${name}`);
      return json({ ...found, Created: "2025-10-09T08:53:20Z" });
    }],
    ["POST", /^\/images\/create$/, ({ query }) => pull(query["fromImage"] ?? "", query["tag"] ?? "latest")],
  ];
  return { find, routes };
}

function lines(messages: readonly unknown[]): Response {
  return new Response(messages.map((message) => JSON.stringify(message) + "\r\n").join(""));
}
