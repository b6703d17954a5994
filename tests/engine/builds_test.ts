import assert from "node:assert/strict";
import { type BuildMessage, type BuildOptions, builds } from "../../src/engine/builds.ts";
import { EngineError } from "../../src/engine/errors.ts";
import { queryString, type UpgradedSocket } from "../../src/engine/request.ts";
import { connect } from "../../src/engine/transport.ts";

function engineThat(answer: (request: Request) => Response) {
  const urls: URL[] = [];
  const transport = connect({
    host: "unix:///fake.sock",
    timeout: 1000,
    apiVersion: "1.41",
    fetch: (input, init) => {
      const request = new Request(input, init);
      urls.push(new URL(request.url));
      return Promise.resolve(answer(request));
    },
  });
  return { ...builds(transport), transport, urls };
}

const nothing: BuildOptions = { builder: "buildkit", tags: [], args: {}, labels: {}, extraHosts: [], cacheFrom: [] };

Deno.test("builder() takes BuildKit unless the engine says otherwise", async () => {
  const rows: [Record<string, string>, string][] = [
    [{ "builder-version": "2", "ostype": "linux" }, "buildkit"],
    [{ "ostype": "linux" }, "buildkit"],
    [{ "builder-version": "1" }, "classic"],
    [{ "ostype": "windows" }, "classic"],
    [{ "libpod-api-version": "5.4.2", "builder-version": "" }, "podman"],
  ];
  for (const [headers, expected] of rows) {
    assert.equal(await engineThat(() => new Response("OK", { headers })).builder(), expected, JSON.stringify(headers));
  }
});

Deno.test("run() repeats tags and hosts for Docker, and gives Podman a list of hosts", async () => {
  const tags = ["a:1", "b:2"];
  const extraHosts = ["x:1.1.1.1", "y:2.2.2.2"];
  const asked = async (builder: BuildOptions["builder"]) => {
    const { run, urls } = engineThat(() => new Response(""));
    await Array.fromAsync(run({ ...nothing, builder, tags, extraHosts }, undefined));
    const query = urls[0]?.searchParams;
    return [query?.get("version"), query?.getAll("t"), query?.getAll("extrahosts")];
  };
  assert.deepEqual(await asked("buildkit"), ["2", tags, extraHosts]);
  assert.deepEqual(await asked("classic"), ["1", tags, extraHosts]);
  assert.deepEqual(await asked("podman"), ["1", tags, [JSON.stringify(extraHosts)]]);
  assert.equal(queryString({ t: new Set<string>() }), "");
});

async function read(...lines: unknown[]): Promise<BuildMessage[]> {
  const { run } = engineThat(() => new Response(lines.map((line) => JSON.stringify(line)).join("\r\n")));
  return await Array.fromAsync(run(nothing, undefined));
}

Deno.test("run() gives the messages of each builder their kind", async () => {
  assert.deepEqual(
    await read(
      { stream: "Step 1/1 : FROM x" },
      { status: "Pulling fs layer", id: "abc" },
      { aux: { ID: "sha256:1" } },
      { id: "moby.image.id", aux: { ID: "sha256:2" } },
      { id: "moby.buildkit.trace", aux: "" },
      { id: "something.new", aux: "AAAA" },
      { errorDetail: { code: 7, message: "returned a non-zero code: 7" }, error: "other words" },
      { error: "only this" },
    ),
    [
      { kind: "text", text: "Step 1/1 : FROM x" },
      { kind: "text", text: "abc: Pulling fs layer\n" },
      { kind: "image", id: "sha256:1" },
      { kind: "image", id: "sha256:2" },
      { kind: "trace", trace: { vertexes: [], statuses: [], logs: [], warnings: [] } },
      { kind: "failed", message: "returned a non-zero code: 7", code: 7 },
      { kind: "failed", message: "only this" },
    ],
  );
});

Deno.test("run() throws where a trace cannot be read", async () => {
  await assert.rejects(read({ id: "moby.buildkit.trace", aux: "Cp0C" }), (error) => {
    return error instanceof EngineError && error.fault.kind === "malformed";
  });
});

Deno.test("run() has a session open with each build of BuildKit, and does without where there is nothing to give", async () => {
  const asked: string[] = [];
  const refused = (status: number) =>
    new EngineError("no sessions here", { fault: { kind: "status", status }, request: "POST /session" });
  const run = async (options: Partial<BuildOptions>, answer: () => Promise<UpgradedSocket>) => {
    asked.length = 0;
    const { transport } = engineThat((request) => {
      asked.push(new URL(request.url).searchParams.has("session") ? "build in it" : "build");
      return new Response("");
    });
    const upgrade = ({ path }: { path: string }) => {
      asked.push(path);
      return answer();
    };
    await Array.fromAsync(builds({ ...transport, upgrade }).run({ ...nothing, ...options }, undefined));
    return asked;
  };
  const open = () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const none = () => Promise.resolve();
    const close = () => void writable.close();
    return Promise.resolve({ multiplexed: false, chunks: () => readable, write: none, closeWrite: none, close });
  };
  const closed = () => Promise.reject(refused(403));
  assert.deepEqual(await run({}, open), ["/session", "build in it"]);
  assert.deepEqual(await run({ builder: "classic" }, open), ["build"]);
  assert.deepEqual(await run({ builder: "podman" }, open), ["build"]);
  assert.deepEqual(await run({}, closed), ["/session", "build"]);
  await assert.rejects(run({ secrets: new Map([["word", new Uint8Array([1])]]) }, closed), refused(403));
  assert.deepEqual(asked, ["/session"]);
});
