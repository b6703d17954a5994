import assert from "node:assert/strict";
import type { EngineRequest } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { stubEngine } from "./stub_engine.ts";

const id = "0a1b2c3d4e5f".padEnd(64, "0");

/** The own container under each of its names, another one, and an exec instance in either. */
const known = {
  ...Object.fromEntries(
    [id, id.slice(0, 12), "0a1", "mcp", "/mcp"].map((name) => [name, { Id: id, Image: "sha256:e" }])
      .map(([name, details]) => [`/containers/${name}/json`, details]),
  ),
  "/containers/web/json": { Id: "f".repeat(64) },
  "/images/mcp:1/json": { Id: "sha256:e" },
  "/images/x:1/json": { Id: "sha256:f" },
  "/exec/inside/json": { ContainerID: id },
  "/exec/outside/json": { ContainerID: "web" },
};

const self = { container: id.slice(0, 12), required: false };

function change(path: string, rest: Partial<EngineRequest> = {}): EngineRequest {
  return { method: "POST", path, reply: "whole", ...rest };
}

function json(value: unknown): Pick<EngineRequest, "body"> {
  return { body: { kind: "json", value } };
}

/** Every way to get at the container `name`. */
function changesOf(name: string): EngineRequest[] {
  const verbs = [
    "stop",
    "kill",
    "pause",
    "restart",
    "rename",
    "update",
    "exec",
    "start",
    "unpause",
    "attach",
    "resize",
  ];
  const encoded = encodeURIComponent(name);
  return [
    ...verbs.map((verb) => change(`/containers/${encoded}/${verb}`)),
    change(`/containers/${encoded}`, { method: "DELETE", query: { force: true } }),
    change(`/containers/${encoded}/archive`, { method: "PUT" }),
    change("/commit", { query: { container: name } }),
    change("/networks/front/connect", json({ Container: name })),
    change("/networks/front/disconnect", json({ container: name, Force: true })),
    change("/containers/create", json({ Image: "x", HostConfig: { VolumesFrom: [`${name}:ro`] } })),
    change("/containers/create", json({ Image: "x", HostConfig: { VolumesFrom: [name] } })),
    ...["PidMode", "IpcMode", "NetworkMode"].map((mode) =>
      change("/containers/create", json({ Image: "x", HostConfig: { [mode]: `container:${name}` } }))
    ),
    change("/build", { query: { networkmode: `container:${name}` } }),
  ];
}

async function assertSpared(request: EngineRequest, options = { self }): Promise<Refusal> {
  const { transport, changed } = stubEngine(known, options);
  const refusal = await transport.send(request).catch((thrown: unknown) => thrown);
  assert.ok(refusal instanceof Refusal, `was sent: ${request.method} ${request.path}`);
  assert.deepEqual([refusal.rule, refusal.flag, changed.length], ["self", "--self", 0]);
  return refusal;
}

Deno.test("the container this server runs in is left as it is, by whichever name it is called", async () => {
  for (const name of [id, id.slice(0, 12), "0a1", "mcp", "/mcp"]) {
    for (const request of changesOf(name)) await assertSpared(request);
  }
  const { message } = await assertSpared(change("/containers/mcp/stop"));
  assert.equal(message, 'container is "mcp": this server runs in it, and leaves it as it is');
});

Deno.test("a command that was prepared in it is not started, also over an upgraded connection", async () => {
  await assertSpared(change("/exec/inside/start"));
  const { transport, changed } = stubEngine(known, { self });
  await assert.rejects(transport.upgrade(change("/exec/inside/start")), Refusal);
  assert.deepEqual(changed, []);
  await assert.rejects(transport.upgrade(change("/exec/outside/start")), /reached the daemon/);
});

Deno.test("its image is not removed; it may get another name, or lose one to its successor", async () => {
  const remove = (name: string) => change(`/images/${name}`, { method: "DELETE", query: { force: true } });
  const { message } = await assertSpared(remove("mcp:1"));
  assert.equal(message, 'image is "mcp:1": this server runs in a container of it, and leaves it as it is');
  const { transport, changed } = stubEngine(known, { self });
  const rest = [
    remove("x:1"),
    change("/images/mcp:1/tag", { query: { repo: "new" } }),
    change("/images/x:1/tag", { query: { repo: "mcp", tag: "1" } }),
    change("/build", { query: { t: "mcp:1" } }),
  ];
  for (const request of rest) await transport.send(request);
  assert.equal(changed.length, rest.length);
});

Deno.test("it is read as any other, and others are changed as ever", async () => {
  const { transport, changed } = stubEngine(known, { self });
  await transport.send({ method: "GET", path: "/containers/mcp/json", reply: "whole" });
  await transport.send(change("/containers/mcp/wait"));
  const rest = [...changesOf("web"), change("/images/x/tag"), change("/build/prune"), change("/containers/prune")];
  for (const request of rest) await transport.send(request);
  assert.equal(changed.length, rest.length + 1);
});

Deno.test("what is not there is for the engine to tell", async () => {
  const { transport, changed } = stubEngine(known, { self });
  await transport.send(change("/containers/nobody/stop"));
  assert.equal(changed.length, 1);
});

Deno.test("the engine is asked once which container it is, with the first change of a container", async () => {
  const { transport, asked } = stubEngine(known, { self });
  const elsewhere = [
    change("/volumes/create", json({})),
    change("/volumes/x", { method: "DELETE" }),
    change("/networks/x", { method: "DELETE" }),
    change("/containers/web/json", { method: "GET" }),
  ];
  for (const request of elsewhere) await transport.send(request);
  assert.equal(asked.length, elsewhere.length);
  await transport.send(change("/containers/web/stop"));
  await transport.send(change("/containers/web/start"));
  assert.deepEqual(asked.slice(elsewhere.length), [
    "GET /containers/web/json",
    `GET /containers/${self.container}/json`,
    "POST /containers/web/stop",
    "GET /containers/web/json",
    "POST /containers/web/start",
  ]);
});

Deno.test("outside of a container nothing is asked at all", async () => {
  const { transport, asked } = stubEngine(known, {});
  await transport.send(change("/containers/web/stop"));
  assert.deepEqual(asked, ["POST /containers/web/stop"]);
});

Deno.test("a hostname that is no container of this engine tells nothing, a name from the operator must be one", async () => {
  const elsewhere = stubEngine(known, { self: { container: "ffffffffffff", required: false } });
  await elsewhere.transport.send(change("/containers/mcp/stop"));
  await elsewhere.transport.send(change("/containers/mcp/start"));
  assert.deepEqual(elsewhere.asked.filter((line) => line.includes("ffff")), ["GET /containers/ffffffffffff/json"]);
  const { message } = await assertSpared(change("/containers/web/stop"), {
    self: { container: "mpc", required: true },
  });
  assert.match(message, /^--self is "mpc": this engine has no such container/);
});
