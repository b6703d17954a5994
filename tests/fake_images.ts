import type { Route } from "./fake_daemon.ts";
import { failure, json, NoSuch, type Seen } from "./fake_http.ts";

interface FakeImage {
  Id: string;
  RepoTags: string[];
  RepoDigests: string[];
  Created: number;
  Size: number;
  Labels: Record<string, string> | null;
  platform: string;
}

/**
 * The images of the fake daemon, with their routes. `private/...` is closed without an account, and with any but
 * ada's; `broken/...` fails in the middle; `arm/...` is for linux/arm64 alone.
 */
export function fakeImages(findContainer: (name: string) => unknown) {
  const known = [image("b", "busybox:1.37"), image("c", "nginx:1.27")];
  const find = (name: string) =>
    known.find(({ Id, RepoTags, RepoDigests }) =>
      [`${name}:latest`, name].some((tag) => RepoTags.includes(tag)) || RepoDigests.includes(name) ||
      Id === name || name.length >= 12 && Id.startsWith(`sha256:${name}`)
    );
  const mustFind = (name: string): FakeImage => {
    const found = find(name);
    if (!found) throw new NoSuch(404, `No such image: ${name}`);
    return found;
  };
  const add = (digit: string, tag?: string): FakeImage => {
    const made = image(digit, tag);
    known.unshift(made);
    return made;
  };

  function tag(name: string, { query }: Seen): Response {
    const tagged = `${query["repo"]}:${query["tag"]}`;
    const target = mustFind(name);
    for (const image of known) image.RepoTags = image.RepoTags.filter((other) => other !== tagged);
    target.RepoTags.push(tagged);
    return new Response(null, { status: 201 });
  }

  function remove(name: string): Response {
    const target = mustFind(name);
    const named = target.RepoTags.filter((tag) => tag === name || tag === `${name}:latest`);
    const untagged = named.length > 0 ? named : target.RepoTags;
    target.RepoTags = target.RepoTags.filter((tag) => !untagged.includes(tag));
    const rows: unknown[] = untagged.map((Untagged) => ({ Untagged }));
    if (target.RepoTags.length > 0) return json(rows);
    known.splice(known.indexOf(target), 1);
    return json([...rows, { Deleted: target.Id }]);
  }

  function create({ query, headers }: Seen): Response {
    if (query["fromSrc"]) {
      const made = add("e", query["repo"] && `${query["repo"]}:${query["tag"]}`);
      const progressDetail = { current: 10, total: 10 };
      return lines([{ status: "Importing", progressDetail }, { status: made.Id }]);
    }
    const [name = "", version = ""] = [query["fromImage"], query["tag"]];
    const reference = `${name}${version.includes(":") ? "@" : ":"}${version}`;
    const refused = refusal(name, headers);
    if (refused) return failure(404, refused);
    if (name.startsWith("broken/")) return broken(`Pulling from ${name}`);
    const pulled = find(reference) ?? add("d", reference);
    const wanted = query["platform"] ?? "linux/amd64";
    pulled.platform = name.startsWith("arm/") ? "linux/arm64" : wanted;
    const differs = query["platform"] !== undefined && pulled.platform !== wanted;
    return lines([
      { status: `Pulling from ${name}`, id: version },
      { status: "Downloading", id: "layer1", progressDetail: { current: 500, total: 1000 } },
      { status: "Download complete", id: "layer1" },
      { status: "Pull complete", id: "layer1" },
      { status: `Digest: sha256:${"d".repeat(64)}` },
      { status: `Status: Downloaded newer image for ${reference}` },
      ...(differs ? [{ status: `WARNING: image was found but does not match the specified platform: ${wanted}` }] : []),
    ]);
  }

  function push(name: string, { query, headers }: Seen): Response {
    mustFind(`${name}:${query["tag"]}`);
    const refused = refusal(name, headers);
    if (refused) return lines([{ status: "Preparing", id: "layer1" }, errorLine(refused)]);
    const Digest = `sha256:${"c".repeat(64)}`;
    return lines([
      { status: `The push refers to repository [${name}]` },
      { status: "Preparing", id: "layer1" },
      { status: "Pushing", id: "layer1", progressDetail: { current: 512, total: 1000 } },
      { status: "Pushed", id: "layer1" },
      { status: "Layer already exists", id: "layer2" },
      { status: `${query["tag"]}: digest: ${Digest} size: 528` },
      { progressDetail: {}, aux: { Tag: query["tag"], Digest, Size: 528 } },
    ]);
  }

  /** By time only, of the filters. */
  function listed(query: Record<string, string>) {
    const { until: [until = Infinity] = [] } = JSON.parse(query["filters"] ?? "{}");
    return known.filter(({ Created }) => Created < until).map(({ platform: _, ...row }) => row);
  }

  const routes: Route[] = [
    ["GET", /^\/images\/json$/, ({ query }) => json(listed(query))],
    ["GET", /^\/images\/(.+)\/json$/, (_, name) => json(inspected(mustFind(name)))],
    ["GET", /^\/images\/(.+)\/history$/, (_, name) => json(historyOf(mustFind(name)))],
    ["POST", /^\/images\/create$/, create],
    ["POST", /^\/images\/(.+)\/push$/, (ask, name) => push(name, ask)],
    ["POST", /^\/images\/(.+)\/tag$/, (ask, name) => tag(name, ask)],
    ["GET", /^\/images\/get$/, () => new Response("an archive of images")],
    ["POST", /^\/images\/load$/, ({ bytes }) => {
      if (new TextDecoder().decode(bytes) !== "an archive of images") return lines([errorLine("unexpected EOF")]);
      const moving = { status: "Loading layer", id: "layer1", progressDetail: { current: 5, total: 10 } };
      return lines([moving, { stream: "Loaded image: busybox:1.37\n" }, { stream: "Loaded image ID: sha256:cc\n" }]);
    }],
    ["DELETE", /^\/images\/(.+)$/, (_, name) => remove(name)],
    ["POST", /^\/images\/prune$/, () => json({ ImagesDeleted: [{ Deleted: known.pop()?.Id }], SpaceReclaimed: 4321 })],
    ["POST", /^\/commit$/, ({ query }) => {
      findContainer(query["container"] ?? "");
      return json({ Id: add("f", query["repo"] && `${query["repo"]}:${query["tag"]}`).Id }, 201);
    }],
  ];
  return { all: known, find, routes };
}

function image(digit: string, tag?: string): FakeImage {
  return {
    Id: `sha256:${digit.repeat(64)}`,
    RepoTags: tag && !tag.includes("@") ? [tag] : [],
    RepoDigests: tag ? [tag.includes("@") ? tag : `${tag.split(":")[0]}@sha256:${digit.repeat(64)}`] : [],
    Created: 1_760_000_000,
    Size: 4_300_000,
    Labels: null,
    platform: "linux/amd64",
  };
}

function inspected({ platform, ...image }: FakeImage) {
  const [Os, Architecture] = platform.split("/");
  return { ...image, ...details, Os, Architecture };
}

/** What only an inspect tells. */
const details = {
  Created: "2025-10-09T08:53:20Z",
  Config: {
    Cmd: ["nginx", "-g", "daemon off;"],
    Entrypoint: ["/entry\u001b[31mpoint.sh"],
    Env: ["PATH=/bin", "DB_PASSWORD=hunter2"],
    ExposedPorts: { "80/tcp": {} },
    Volumes: { "/data": {} },
    Healthcheck: { Test: ["CMD-SHELL", "wget -q localhost"] },
    Labels: { maintainer: "ada\u0007" },
    WorkingDir: "/srv",
  },
  RootFS: { Type: "layers", Layers: ["sha256:1", "sha256:2"] },
};

function historyOf({ Id, Created, RepoTags }: FakeImage): unknown[] {
  const row = (CreatedBy: string, Size: number) => ({ Id: "<missing>", Created, CreatedBy, Size, Comment: "" });
  return [
    { ...row('/bin/sh -c #(nop)  CMD ["nginx"]', 0), Id, Tags: RepoTags },
    row("RUN /bin/sh -c apk add curl # buildkit", 300_000),
    row(`|1 VERSION=1 /bin/sh -c ${"very ".repeat(40)}long`, 1_000_000),
    row("ADD file:abc in / ", 3_000_000),
  ];
}

function refusal(name: string, headers: Headers): string | undefined {
  if (!name.startsWith("private/")) return undefined;
  const header = headers.get("x-registry-auth") ?? "";
  const { username, password } = header ? JSON.parse(atob(header.replaceAll("-", "+").replaceAll("_", "/"))) : {};
  if (username === "ada" && password === "lovelace") return undefined;
  return `pull access denied for ${name}, repository does not exist or may require 'docker login'`;
}

function broken(status: string): Response {
  return lines([{ status, id: "latest" }, errorLine("failed to register layer: no space left on device")]);
}

function errorLine(message: string) {
  return { errorDetail: { message }, error: message };
}

function lines(messages: readonly unknown[]): Response {
  return new Response(messages.map((message) => JSON.stringify(message) + "\r\n").join(""));
}
