import assert from "node:assert/strict";
import { EngineError } from "../../src/engine/errors.ts";
import { type Engine, engine } from "../../src/engine/engine.ts";
import type { EngineRequest } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { type StubEngine, stubEngine } from "./stub_engine.ts";

function made(kind: string) {
  return { Labels: { "com.docker-mcp.managed": kind } };
}

/** `ours` was made here, `theirs` was not, and `inherited` is a container of an image that was made here. */
const known = {
  "/containers/ours/json": { Id: "1", Config: made("container") },
  "/containers/theirs/json": { Id: "2", Config: { Labels: { team: "blue" } } },
  "/containers/inherited/json": { Id: "3", Config: made("image") },
  "/exec/ours/json": { ContainerID: "ours" },
  "/exec/theirs/json": { ContainerID: "theirs" },
  "/images/ours/json": { Id: "4", Config: made("image") },
  "/images/ours:1/json": { Id: "4", Config: made("image") },
  "/images/theirs/json": { Id: "5", Config: { Labels: null } },
  "/images/theirs:1/json": { Id: "5", Config: null },
  "/networks/ours": { Id: "6", ...made("network") },
  "/networks/theirs": { Id: "7", Labels: {} },
  "/volumes/ours": made("volume"),
  "/volumes/theirs": { Labels: null },
};

function guarded(): StubEngine {
  return stubEngine(known, { managedOnly: true, labels: true });
}

const exec = { Cmd: ["id"], AttachStdout: true, AttachStderr: true };
const file = new Uint8Array();

/** Every function of the engine that changes what is there, on the thing `name`. */
const changes: Record<string, (engine: Engine, name: string) => Promise<unknown>> = {
  "containers.rename": ({ containers }, name) => containers.rename(name, "new"),
  "containers.update": ({ containers }, name) => containers.update(name, { Memory: 1 }),
  "containers.remove": ({ containers }, name) => containers.remove(name),
  "containers.start": ({ containers }, name) => containers.start(name),
  "containers.stop": ({ containers }, name) => containers.stop(name),
  "containers.restart": ({ containers }, name) => containers.restart(name),
  "containers.kill": ({ containers }, name) => containers.kill(name, "HUP"),
  "containers.pause": ({ containers }, name) => containers.pause(name),
  "containers.unpause": ({ containers }, name) => containers.unpause(name),
  "containers.attach": ({ containers }, name) => containers.attach(name),
  "containers.writeArchive": ({ containers }, name) => containers.writeArchive(name, "/", file),
  "exec.create": ({ exec: execs }, name) => execs.create(name, exec),
  "exec.start": ({ exec: execs }, name) => execs.start(name, false),
  "exec.attach": ({ exec: execs }, name) => execs.attach(name, false).catch(unlessReached),
  "images.tag": ({ images }, name) => images.tag(name, { repo: "new", tag: "1" }),
  "images.remove": ({ images }, name) => images.remove(name),
  "images.commit": ({ images }, name) => images.commit({ container: name, changes: [] }),
  "networks.connect": ({ networks }, name) => networks.connect("theirs", { container: name, endpoint: {} }),
  "networks.disconnect": ({ networks }, name) => networks.disconnect("theirs", { container: name }),
  "networks.remove": ({ networks }, name) => networks.remove(name),
  "volumes.remove": ({ volumes }, name) => volumes.remove(name),
};

/** Those that read, make, fetch, or use what is there; and the prunes. */
const others = [
  ...["list", "inspect", "top", "changes", "sample", "create", "prune", "logs", "wait", "readArchive", "endOf"]
    .map((name) => `containers.${name}`),
  "exec.inspect",
  ...["list", "inspect", "platforms", "history", "prune"].map((name) => `images.${name}`),
  ...["pull", "push", "save", "load", "import"].map((name) => `images.${name}`),
  ...["list", "inspect", "create", "prune"].map((name) => `networks.${name}`),
  ...["list", "inspect", "create", "usage"].map((name) => `volumes.${name}`),
  ...["builder", "run", "cache", "prune"].map((name) => `builds.${name}`),
];

function unlessReached(error: unknown): void {
  if (!(error instanceof Error) || error.message !== "reached the daemon") throw error;
}

Deno.test("every function of the engine is known as a change or as none", () => {
  const { system: _, ...parts } = engine(guarded().transport);
  const names = Object.entries(parts).flatMap(([part, of]) => Object.keys(of).map((name) => `${part}.${name}`));
  const untold = names.filter((name) => !(name in changes) && !others.includes(name));
  assert.deepEqual(untold, [], "put it in this test, and what it requests into src/safety/changes.ts");
});

for (const [name, change] of Object.entries(changes)) {
  Deno.test(`--managed-only lets ${name} at what this server made, and at nothing else`, async () => {
    const refused = guarded();
    const refusal = await change(engine(refused.transport), "theirs").catch((thrown: unknown) => thrown);
    assert.ok(refusal instanceof Refusal, String(refusal));
    assert.deepEqual([refusal.rule, refusal.flag], ["managed-only", "--managed-only"]);
    assert.match(refusal.message, /is "theirs": this server did not make it, and changes only what it made$/);
    assert.deepEqual(refused.changed, []);
    const allowed = guarded();
    await change(engine(allowed.transport), "ours");
    assert.equal(allowed.changed.length, 1);
  });
}

Deno.test("one question goes before a change, and none before a read", async () => {
  const { transport, asked } = guarded();
  await engine(transport).containers.stop("ours");
  await engine(transport).containers.inspect("theirs");
  assert.deepEqual(asked, ["GET /containers/ours/json", "POST /containers/ours/stop", "GET /containers/theirs/json"]);
});

Deno.test("a container that only inherits the label of its image was not made here", async () => {
  const { transport, changed } = guarded();
  await assert.rejects(engine(transport).containers.stop("inherited"), Refusal);
  assert.deepEqual(changed, []);
});

Deno.test("what is not there is told as the engine tells it, and nothing is sent", async () => {
  const { transport, changed } = guarded();
  await assert.rejects(engine(transport).containers.remove("nobody", { force: true }), EngineError);
  assert.deepEqual(changed, []);
});

Deno.test("the processes of what others made are not joined: through them it can be changed", async () => {
  const joining = (mode: string) => ({
    ...post("/containers/create"),
    body: { kind: "json" as const, value: { Image: "ours", HostConfig: { [mode]: "container:theirs" } } },
  });
  for (const mode of ["PidMode", "IpcMode"]) {
    const { transport, changed } = guarded();
    await assert.rejects(transport.send(joining(mode)), { rule: "managed-only" }, mode);
    assert.deepEqual(changed, []);
  }
  await guarded().transport.send(joining("NetworkMode"));
});

function post(path: string, query: EngineRequest["query"] = {}): EngineRequest {
  return { method: "POST", path, query, reply: "whole" };
}

Deno.test("an image that others made keeps its name", async () => {
  const taking = (name: string) => [
    post("/build", { t: new Set(["new:1", `${name}:1`]) }),
    post("/commit", { container: "ours", repo: name, tag: "1" }),
    post("/images/create", { fromSrc: "-", repo: name, tag: "1" }),
    post("/images/ours/tag", { repo: name, tag: "1" }),
    post("/images/ours/tag", { repo: name }),
  ];
  for (const request of taking("theirs")) {
    const { transport, changed } = guarded();
    await assert.rejects(transport.send(request), { rule: "managed-only", field: "image" }, request.path);
    assert.deepEqual(changed, []);
  }
  for (const request of [...taking("ours"), ...taking("new"), post("/build"), post("/commit", { container: "ours" })]) {
    await guarded().transport.send(request);
  }
});

Deno.test("making, fetching and pushing are free, and so is the use of what others made", async () => {
  const body = {
    kind: "json" as const,
    value: {
      Image: "theirs",
      HostConfig: {
        Binds: ["theirs:/data"],
        NetworkMode: "theirs",
        VolumesFrom: ["theirs"],
      },
    },
  };
  const free = [
    { ...post("/containers/create"), body },
    post("/networks/create"),
    post("/volumes/create"),
    post("/images/create", { fromImage: "theirs", tag: "1" }),
    post("/images/load"),
    post("/images/theirs/push", { tag: "1" }),
    post("/containers/theirs/wait"),
  ];
  const { transport, changed } = guarded();
  for (const request of free) await transport.send(request);
  assert.equal(changed.length, free.length);
});

Deno.test("a prune takes only what this server made, whatever else it is to match", async () => {
  for (const kind of ["container", "image", "network", "volume"]) {
    const { transport, changed } = guarded();
    const label = `com.docker-mcp.managed=${kind}`;
    await transport.send(post(`/${kind}s/prune`));
    await transport.send(post(`/${kind}s/prune`, { filters: { label: ["team=blue"], until: ["1"] } }));
    assert.deepEqual(changed.map(({ query }) => query), [
      { filters: { label: [label] } },
      { filters: { label: ["team=blue", label], until: ["1"] } },
    ]);
  }
});

Deno.test("what bears no labels, and what nobody knows, is not changed", async () => {
  const { transport, changed } = guarded();
  const requests = [
    post("/build/prune"),
    post("/swarm/leave"),
    post("/plugins/x/disable"),
    post("/networks/theirs/connect"),
    { ...post("/containers/ours"), method: "PUT" as const },
  ];
  for (const request of requests) await assert.rejects(transport.send(request), { rule: "managed-only" });
  await assert.rejects(transport.send(post("/build/prune")), /^Refusal: request is "POST \/build\/prune": what it/);
  assert.deepEqual(changed, []);
});

Deno.test("a thing that is called like a verb is a thing all the same", async () => {
  for (
    const path of ["/containers/create", "/containers/prune", "/volumes/prune", "/images/load", "/networks/create"]
  ) {
    const { transport, changed } = guarded();
    await assert.rejects(transport.send({ method: "DELETE", path, reply: "whole" }), EngineError);
    assert.deepEqual(changed, []);
  }
});

Deno.test("an image is known by its whole name, with its slashes in either form", async () => {
  const labels = { Config: made("image") };
  const { transport, changed } = stubEngine({ "/images/team/app:1/json": labels }, { managedOnly: true });
  await transport.send({ method: "DELETE", path: "/images/team%2Fapp%3A1", reply: "whole" });
  await transport.send({ method: "DELETE", path: "/images/team/app:1", reply: "whole" });
  assert.equal(changed.length, 2);
});

Deno.test("without --managed-only nothing is looked at, and prunes are sent as they are", async () => {
  const { transport, asked, changed } = stubEngine(known, {});
  await transport.send(post("/containers/prune"));
  await transport.send(post("/containers/theirs/stop"));
  assert.deepEqual(asked, ["POST /containers/prune", "POST /containers/theirs/stop"]);
  assert.deepEqual(changed[0]?.query, {});
});
