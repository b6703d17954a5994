import assert from "node:assert/strict";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { until } from "../until.ts";
import { envelope, initialized, type Message, type Spawned, spawned } from "./spawned.ts";

async function runWeb(server: Spawned): Promise<void> {
  const args = { image: "busybox:1.37", name: "web", command: "sleep 1d" };
  await server.ask("tools/call", { name: "docker_run_container", arguments: args });
}

/** The tools, in front of docker_compose_operations, without what is told to nobody: what decides whether a tool is offered. */
const listed = definitions.map(({ toolset: _, risk: __, ...definition }) => definition);

Deno.test("initialize agrees on each known version, and on the latest one where it does not know the version", async () => {
  const versions = ["2024-10-07", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
  await Promise.all([...versions, "2099-01-01"].map(async (version) => {
    await using server = spawned();
    const { result } = await initialized(server, version);
    assert.equal(result.protocolVersion, versions.includes(version) ? version : "2025-11-25");
    assert.equal(result.serverInfo.name, "docker-mcp");
    assert.match(result.instructions, /docker_overview/);
    const { result: { tools } } = await server.ask("tools/list");
    assert.equal(tools.length, listed.length + 1);
    const call = await server.ask("tools/call", { name: "docker_version", arguments: {} });
    assert.match(call.result.content[0].text, /^Docker 28\.5\.2/);
  }));
});

Deno.test("2026-07-28 is served without a handshake", async () => {
  await using server = spawned();
  const { result } = await server.ask("server/discover", envelope());
  assert.deepEqual(result.supportedVersions, ["2026-07-28"]);
  assert.equal(result._meta["io.modelcontextprotocol/serverInfo"].name, "docker-mcp");
  const list = await server.ask("tools/list", envelope());
  assert.deepEqual(list.result.tools.slice(0, -1), listed);
  assert.equal(list.result.ttlMs, 3_600_000);
  assert.equal(list.result.cacheScope, "private");
  const call = await server.ask("tools/call", { name: "docker_version", arguments: {}, ...envelope() });
  assert.equal(call.result.resultType, "complete");
  assert.equal(call.result.structuredContent.version, "28.5.2");
});

Deno.test("tools/list is the same each time, and is what was made ahead of time", async () => {
  await using server = spawned();
  await initialized(server);
  const first = await server.ask("tools/list");
  const second = await server.ask("tools/list");
  assert.deepEqual(first.result, second.result);
  assert.deepEqual(first.result.tools.slice(0, -1), listed);
  assert.equal(first.result.tools.at(-1).name, "docker_compose_operations");
});

Deno.test("parameters that are no such thing are told in words, as the caller's fault", async () => {
  await using server = spawned();
  await initialized(server);
  const rows: [string, Record<string, unknown>, RegExp][] = [
    ["resources/read", {}, /^Cannot use these parameters: "uri" is required \(a string\)$/],
    ["resources/read", { uri: 5 }, /^Cannot use these parameters: "uri": expected a string, got a number$/],
    ["resources/read", { uri: "docker://containers/a%0Ab/logs" }, /^\[DKR-004\] .*"container": expected a name/],
    ["resources/read", { uri: `docker://${"x".repeat(60_000)}` }, /^No resource at "docker:\/\/x{191}"\. /],
    ["prompts/get", { name: 5 }, /^Cannot use these parameters: "name": expected a string, got a number$/],
    ["completion/complete", {}, /^Cannot use these parameters: "ref": expected an object; "argument" is required/],
    ["tools/call", { name: 5 }, /^Invalid tools\/call request: "name": expected a string, got a number$/],
    ["tools/call", { name: "x".repeat(60_000) }, /^Cannot call "x{200}": there is no tool/],
  ];
  for (const [method, params, says] of rows) {
    const { error } = await server.ask(method, params);
    assert.deepEqual([error?.code, says.test(error?.message)], [-32602, true], `${method}: ${error?.message}`);
  }
});

Deno.test("an unknown tool and an unknown method are errors of the protocol", async () => {
  await using server = spawned();
  await initialized(server);
  const { error } = await server.ask("tools/call", { name: "docker_make_coffee", arguments: {} });
  assert.equal(error.code, -32602);
  assert.match(error.message, /"docker_make_coffee": there is no tool of this name; tools\/list names all/);
  assert.equal((await server.ask("coffee/make")).error.code, -32601);
  assert.deepEqual(server.daemon.seen, []);
});

Deno.test("wrong arguments are an answer that a model can read, and reach no engine", async () => {
  await using server = spawned();
  await initialized(server);
  for (const args of [{ containre: "web" }, {}]) {
    const { result } = await server.ask("tools/call", { name: "docker_stop_container", arguments: args });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /^\[DKR-004\] .*"container" is required \(a string\)/);
  }
  assert.deepEqual(server.daemon.seen, []);
});

Deno.test("a line that is no message is passed over", async () => {
  await using server = spawned();
  await initialized(server);
  for (const line of ["garbage", "", "[1,2", '{"jsonrpc":"2.0"}', "\u0000\u0001"]) await server.write(line);
  const { result } = await server.ask("tools/list");
  assert.equal(result.tools.length, listed.length + 1);
});

Deno.test("a request of a wrong form is told what is wrong with it, and a batch is answered one by one", async () => {
  await using server = spawned();
  await initialized(server);
  const call = { jsonrpc: "2.0", id: "x", method: "tools/list" };
  const rows: [object, string][] = [
    [{ ...call, jsonrpc: undefined }, '"jsonrpc" must be "2.0"'],
    [{ ...call, params: null }, '"params" must be an object'],
    [{ ...call, params: [] }, '"params" must be an object'],
    [{ ...call, params: { _meta: 5 } }, '"params._meta" must be an object'],
    [{ ...call, params: { _meta: { progressToken: {} } } }, '"params._meta.progressToken" must be a text'],
    [{ ...call, more: 1 }, '"more" is not known here'],
  ];
  const seen = (id: string) => server.lines.map((line) => JSON.parse(line)).filter((message) => message.id === id);
  for (const [i, [request, says]] of rows.entries()) {
    const id = `wrong-${i}`;
    await server.write(JSON.stringify({ ...request, id }));
    await until(() => seen(id).length > 0);
    const [{ error }] = seen(id);
    assert.deepEqual([error.code, error.message.includes(says)], [-32600, true], error.message);
  }
  await server.write(JSON.stringify([{ ...call, id: "one" }, { ...call, id: "two" }, { jsonrpc: "2.0" }]));
  await until(() => seen("one").length > 0 && seen("two").length > 0);
  assert.equal(seen("two")[0].result.tools.length, listed.length + 1);
});

Deno.test("a message that is too long is an error, and the session goes on", async () => {
  await using server = spawned();
  await initialized(server);
  const args = { container: "web", path: "/x", content: "x".repeat(11_000_000) };
  const { error } = await server.ask("tools/call", { name: "docker_copy_to_container", arguments: args });
  assert.equal(error.code, -32600);
  assert.match(error.message, /more than 10485760 characters is not read/);
  assert.equal((await server.ask("tools/list")).result.tools.length, listed.length + 1);
});

Deno.test("what is null among the arguments is not given", async () => {
  await using server = spawned();
  await initialized(server);
  const args = { all: null, limit: 5 };
  const { result } = await server.ask("tools/call", { name: "docker_list_containers", arguments: args });
  assert.equal(result.isError, undefined);
});

Deno.test("stdout carries nothing but messages, stderr one line for each call, without its secrets", async () => {
  await using server = spawned({ args: ["--log-level=debug"] });
  await initialized(server);
  const args = { image: "busybox:1.37", name: "web", environment: { API_TOKEN: "hunter2" }, command: "echo hi" };
  await server.ask("tools/call", { name: "docker_run_container", arguments: args });
  await server.ask("tools/call", { name: "docker_inspect_container", arguments: { container: "wbe" } });
  assert.equal(await server.end(), 0);
  for (const line of server.lines) assert.equal(JSON.parse(line).jsonrpc, "2.0", line);
  const events: Message[] = server.log.map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ level, name, outcome, code }) => [level, name, outcome, code]), [
    ["info", "docker_run_container", "answer", undefined],
    ["warn", "docker_inspect_container", "failure", "DKR-002"],
  ]);
  assert.equal(events[0].args.environment.API_TOKEN, "[redacted]");
  assert.doesNotMatch(server.log.join() + server.lines.join(), /hunter2/);
});

Deno.test("the end of stdin ends the program, also with a call at work, whose request it gives up", async () => {
  const idle = spawned();
  await initialized(idle);
  assert.equal(await idle.end(), 0);
  await idle[Symbol.asyncDispose]();
  await using server = spawned();
  await initialized(server);
  await runWeb(server);
  const waits = () => server.daemon.seen.find(({ path }) => path.endsWith("/wait"));
  server.ask("tools/call", { name: "docker_wait_container", arguments: { container: "web", timeout: 300 } });
  await until(() => waits() !== undefined);
  assert.equal(await server.end(), 0);
  await until(() => waits()?.broken === true);
});

Deno.test("a cancelled call gives up its request, and the program goes on", async () => {
  await using server = spawned();
  await initialized(server);
  await runWeb(server);
  const requests: [string, Record<string, unknown>, string][] = [
    ["docker_wait_container", { container: "web", timeout: 300 }, "/wait"],
    ["docker_container_logs", { container: "web", follow: 300 }, "/logs"],
  ];
  for (const [name, args, path] of requests) {
    const asked = () => server.daemon.seen.find((seen) => seen.path.endsWith(path));
    server.ask("tools/call", { name, arguments: args });
    await until(() => asked() !== undefined);
    assert.equal(asked()?.broken, undefined);
    await server.notify("notifications/cancelled", { requestId: server.lastId(), reason: "enough" });
    await until(() => asked()?.broken === true);
  }
  const { result } = await server.ask("tools/call", { name: "docker_version", arguments: {} });
  assert.equal(result.structuredContent.version, "28.5.2");
  assert.deepEqual(server.log.slice(1, 3).map((line) => JSON.parse(line).code), ["DKR-020", "DKR-020"]);
});

const givingUp: [how: string, giveUp: (server: Spawned) => Promise<unknown>][] = [
  ["a cancelled call", (server) => server.notify("notifications/cancelled", { requestId: server.lastId() })],
  ["the end of stdin", async (server) => assert.equal(await server.end(), 0)],
  ["SIGTERM", async (server) => assert.equal(await server.end("SIGTERM"), 0)],
  ["SIGINT", async (server) => assert.equal(await server.end("SIGINT"), 0)],
];

for (const [how, giveUp] of givingUp) {
  Deno.test(`${how} amid a stop that goes on leaves the container running that was to be recreated`, async () => {
    await using server = spawned({ args: ["--destructive=allow"] });
    await initialized(server);
    await runWeb(server);
    const web = server.daemon.container("web");
    web.stopsIn = 500;
    server.daemon.seen.splice(0);
    const asked = (path: RegExp) => server.daemon.seen.some((seen) => path.test(`${seen.method} ${seen.path}`));
    server.ask("tools/call", { name: "docker_recreate_container", arguments: { container: "web" } });
    await until(() => asked(/stop$/));
    await giveUp(server);
    await until(() => asked(/start$/));
    assert.deepEqual([server.daemon.container("web"), web.state], [web, "running"]);
    assert.throws(() => server.daemon.container("0002".repeat(16)));
  });
}

Deno.test("progress is told only to who asked, and only grows", async () => {
  await using server = spawned();
  await initialized(server);
  await runWeb(server);
  const { log } = server.daemon.container("web");
  log.push({ stream: "stdout", text: "one\n" });
  const params = { name: "docker_container_logs", arguments: { container: "web", follow: 300 } };
  const notes = () =>
    server.lines.map((line): Message => JSON.parse(line)).filter(({ method }) => method === "notifications/progress");
  const answer = server.ask("tools/call", { ...params, _meta: { progressToken: "p" } });
  for (const count of [1, 2, 3]) {
    await until(() => notes().length === count);
    log.push({ stream: "stdout", text: `more ${count}\n` });
  }
  await until(() => notes().length === 4);
  server.daemon.container("web").state = "exited";
  await answer;
  assert.deepEqual(notes().map(({ params }) => [params.progressToken, params.progress, params.message]), [
    ["p", 1, "one"],
    ["p", 2, "more 1"],
    ["p", 3, "more 2"],
    ["p", 4, "more 3"],
  ]);
  const { result } = await server.ask("tools/call", params);
  assert.equal(result.structuredContent.lines, 4);
  assert.equal(notes().length, 4);
});

Deno.test("calls are answered when they are done, not in the order they came", async () => {
  await using server = spawned();
  await initialized(server);
  await runWeb(server);
  const order: string[] = [];
  const call = async (name: string, args: Record<string, unknown>) => {
    await server.ask("tools/call", { name, arguments: args });
    order.push(name);
  };
  const slow = call("docker_wait_container", { container: "web" });
  await call("docker_version", {});
  await call("docker_stop_container", { container: "web" });
  await slow;
  assert.deepEqual(order[0], "docker_version");
  assert.deepEqual(order.toSorted(), ["docker_stop_container", "docker_version", "docker_wait_container"]);
});
