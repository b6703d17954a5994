import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { createApp } from "../src/app.ts";
import { parseConfig } from "../src/config/config.ts";
import definitions from "../src/server/definitions.json" with { type: "json" };
import { serveOnStdio } from "../src/server/stdio.ts";
import type { CallEvent } from "../src/telemetry/event.ts";
import { connect } from "./connect.ts";
import { containerEvent } from "./fake_events.ts";
import { type FakeDaemon, fakeDaemon } from "./fake_daemon.ts";
import { fakeEnv, fakeSystem } from "./config/fake_system.ts";
import { until } from "./until.ts";
import { at, callOn, dataOn, failsOn } from "./live/tools/scene.ts";

/** A fake daemon behind each name of the address `tcp://NAME`; `down` does not answer. */
async function withHosts(
  args: string[],
  work: (parts: { client: Client; daemons: Record<string, FakeDaemon>; events: CallEvent[] }) => Promise<void>,
): Promise<void> {
  const daemons: Record<string, FakeDaemon> = { prod: fakeDaemon(), lab: fakeDaemon() };
  const reach: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    const daemon = daemons[new URL(request.url).hostname];
    return daemon ? daemon.fetch(request) : Promise.reject(new TypeError("client error (Connect): Connection refused"));
  };
  const events: CallEvent[] = [];
  const config = parseConfig(args, fakeEnv(), fakeSystem());
  const app = createApp(config, { fetch: reach, sinks: [(event) => events.push(event)] });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const handle = serveOnStdio(app.server, { transport: far });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(near);
  try {
    await work({ client, daemons, events });
  } finally {
    await client.close();
    await handle.close();
    app.close();
  }
}

type Ref = { type: "ref/resource"; uri: string } | { type: "ref/prompt"; name: string };

/** Its actions are calls of the tools, each with its own right to an engine. */
const operations = "docker_compose_operations";

const three = ["--host=prod(ro)=tcp://prod", "--host=lab=tcp://lab", "--host=down(no-destroy)=tcp://down"];

Deno.test("with several engines every tool takes host: required for changes, the first one for reads", async () => {
  await withHosts(three, async ({ client }) => {
    const { tools } = await client.listTools();
    const own = tools.filter(({ name }) => name !== operations);
    assert.deepEqual(own.map(({ name }) => name), definitions.map(({ name }) => name));
    const names = ["prod", "lab", "down"];
    const any = tools.find(({ name }) => name === operations)?.inputSchema;
    assert.deepEqual(at(any, "properties", "host", "enum"), names);
    for (const { name, inputSchema } of own) {
      const risk = definitions.find((definition) => definition.name === name)?.risk;
      const reads = risk === "read";
      const permitted = reads ? names : risk === "destroy" ? ["lab"] : ["lab", "down"];
      const expected = { type: "string", enum: permitted, ...(reads ? { description: "Default prod" } : {}) };
      assert.deepEqual(at(inputSchema, "properties", "host"), expected, name);
      assert.equal(inputSchema.required?.includes("host") ?? false, !reads, name);
    }
    const told = client.getInstructions() ?? "";
    assert.match(
      told,
      /on the Docker engines prod \(read only\), lab, down \(nothing is removed\) \(argument host; a read/,
    );
  });
});

Deno.test("with one engine nothing of this is there, even where it has a name", async () => {
  for (const args of [[], ["--host=tcp://lab"], ["--host=own=tcp://lab"]]) {
    await withHosts(["--host=tcp://lab"].slice(args.length).concat(args), async ({ client }) => {
      const { tools } = await client.listTools();
      const own = tools.filter(({ name }) => name !== operations);
      const offered = own.map(({ name, inputSchema }) => [name, inputSchema]);
      assert.deepEqual(offered, definitions.map(({ name, inputSchema }) => [name, inputSchema]));
      assert.match(client.getInstructions() ?? "", /on one Docker engine\./);
      await failsOn({ client }, "DKR-004", { tool: "docker_version", args: { host: "lab" } });
    });
  }
});

Deno.test("a call goes to the engine that it names, and its record says which", async () => {
  await withHosts(three, async ({ client, daemons, events }) => {
    await dataOn({ client }, "docker_create_volume", { name: "data", host: "lab" });
    const volumes = async (args: Record<string, unknown>) =>
      at(await dataOn({ client }, "docker_list_volumes", args), "volumes", 0, "name");
    assert.equal(await volumes({ host: "lab" }), "data");
    assert.equal(await volumes({ host: "prod" }), undefined);
    assert.equal(await volumes({}), undefined);
    assert.ok(daemons["prod"]?.seen.every(({ method }) => method === "GET"));
    assert.deepEqual(events.map(({ name, host, args }) => [name, host, "host" in args]), [
      ["docker_create_volume", "lab", false],
      ["docker_list_volumes", "lab", false],
      ["docker_list_volumes", "prod", false],
      ["docker_list_volumes", "prod", false],
    ]);
  });
});

Deno.test("a change without a host, and any call for one that is not there, is refused with the names", async () => {
  await withHosts(three, async ({ client, daemons, events }) => {
    for (const host of [{}, { host: "web" }, { host: "PROD" }]) {
      const told = await failsOn({ client }, "DKR-004", { tool: "docker_create_volume", args: { name: "x", ...host } });
      // Not the one that only reads.
      assert.match(told, /"host": expected "lab" or "down"/);
    }
    const told = await failsOn({ client }, "DKR-004", { tool: "docker_list_volumes", args: { host: "web" } });
    assert.match(told, /"host": expected "prod" or "lab" or "down"/);
    assert.deepEqual(Object.values(daemons).flatMap(({ seen }) => seen), []);
    assert.deepEqual(events.map(({ outcome, host }) => [outcome, host]), Array(4).fill(["failure", undefined]));
  });
});

Deno.test("rights hold for their engine alone", async () => {
  const hosts = ["--host=prod(ro)=tcp://prod", "--host=lab(no-destroy)=tcp://lab", "--destructive=allow"];
  await withHosts(hosts, async ({ client, daemons }) => {
    const create = (host: string) => ({ tool: "docker_create_volume", args: { name: "x", host } });
    assert.match(await failsOn({ client }, "DKR-011", create("prod")), /"prod" is only read\n/);
    await dataOn({ client }, "docker_create_volume", create("lab").args);
    const { tools } = await client.listTools();
    assert.ok(!tools.some(({ name }) => name === "docker_remove_volume"));
    assert.deepEqual(daemons["prod"]?.seen, []);
  });
});

Deno.test("a failed run leaves no container behind where nothing may be removed", async () => {
  await withHosts(["--host=lab(no-destroy)=tcp://lab"], async ({ client, daemons }) => {
    const lab = daemons["lab"];
    lab?.failNext({ method: "POST", path: /\/start$/ }, 500, "no such device");
    await failsOn({ client }, "DKR-015", {
      tool: "docker_run_container",
      args: { image: "busybox:1.37", name: "web" },
    });
    assert.equal(lab?.seen.at(-1)?.method, "DELETE");
  });
});

Deno.test("an engine that is down breaks only the calls to it", async () => {
  await withHosts(three, async ({ client }) => {
    await failsOn({ client }, "DKR-001", { tool: "docker_list_containers", args: { host: "down" } });
    await dataOn({ client }, "docker_list_containers", { host: "lab" });
    await dataOn({ client }, "docker_list_containers");
  });
});

Deno.test("the names nearest to a wrong one are of the engine that was asked", async () => {
  await withHosts(three, async ({ client }) => {
    await dataOn({ client }, "docker_run_container", { image: "busybox:1.37", name: "web", host: "lab" });
    const wrong = (host: string) => ({ tool: "docker_container_logs", args: { container: "wbe", host } });
    assert.match(await failsOn({ client }, "DKR-002", wrong("lab")), /Closest: "web"/);
    assert.doesNotMatch(await failsOn({ client }, "DKR-002", wrong("prod")), /Closest/);
  });
});

Deno.test("a question names its engine, and its answer is good for no other", async () => {
  await withHosts(["--host=prod=tcp://prod", "--host=lab=tcp://lab"], async ({ client }) => {
    for (const host of ["prod", "lab"]) await dataOn({ client }, "docker_create_volume", { name: "data", host });
    const remove = (host: string, confirm = {}) =>
      callOn({ client }, "docker_remove_volume", { volume: "data", host, ...confirm });
    const { text } = await remove("lab");
    assert.match(text, / on lab: /);
    const confirm = /"confirm": "([^"]+)"/.exec(text)?.[1] ?? "";
    assert.match((await remove("prod", { confirm })).text, /^\[DKR-012\] .*another call/);
    const again = /"confirm": "([^"]+)"/.exec((await remove("lab")).text)?.[1] ?? "";
    assert.equal((await remove("lab", { confirm: again })).failed, false);
  });
});

Deno.test("the names of a surface take host as the tools do", async () => {
  await withHosts([...three, "--surface=classic"], async ({ client, daemons, events }) => {
    const { tools } = await client.listTools();
    const schema = (wanted: string) => tools.find(({ name }) => name === wanted)?.inputSchema;
    assert.deepEqual(at(schema("list-containers"), "properties", "host", "enum"), ["prod", "lab", "down"]);
    assert.equal(schema("list-containers")?.required?.includes("host") ?? false, false);
    assert.deepEqual(at(schema("remove-container"), "properties", "host", "enum"), ["lab"]);
    assert.deepEqual(schema("remove-container")?.required, ["container_name", "host"]);
    await dataOn({ client }, "create-container", { image: "busybox:1.37", container_name: "web", host: "lab" });
    assert.equal(daemons["lab"]?.container("web").state, "running");
    assert.deepEqual(events.at(-1)?.host, "lab");
    await failsOn({ client }, "DKR-004", { tool: "stop-container", args: { container_name: "web" } });
  });
});

Deno.test("an action of a surface goes where it may, and the schema asks for host where all of them need it", async () => {
  await withHosts([...three, "--surface=compact"], async ({ client }) => {
    const { tools } = await client.listTools();
    const needs = (wanted: string) => tools.find(({ name }) => name === wanted)?.inputSchema.required;
    assert.deepEqual([needs("manage-container"), needs("run-container")], [["action", "container_id"], [
      "image",
      "host",
    ]]);
    await dataOn({ client }, "run-container", { image: "busybox:1.37", name: "web", host: "lab" });
    const inspect = { action: "inspect", container_id: "web" };
    await dataOn({ client }, "manage-container", { ...inspect, host: "lab" });
    await failsOn({ client }, "DKR-002", { tool: "manage-container", args: inspect });
    const stop = { action: "stop", container_id: "web", host: "prod" };
    await failsOn({ client }, "DKR-011", { tool: "manage-container", args: stop });
  });
});

Deno.test("addresses of another engine than the first say which; without it they are of the first", async () => {
  await withHosts(three, async ({ client }) => {
    await dataOn({ client }, "docker_run_container", { image: "busybox:1.37", name: "web", host: "lab" });
    const uris = (await client.listResources()).resources.map(({ uri }) => uri);
    const fixed = uris.filter((uri) => !uri.includes("?") && !uri.includes("web"));
    assert.ok(fixed.includes("docker://containers"));
    assert.deepEqual(uris, [
      ...fixed,
      ...fixed.map((uri) => `${uri}?host=lab`),
      "docker://containers/web/inspect?host=lab",
      "docker://containers/web/logs?host=lab",
      ...fixed.map((uri) => `${uri}?host=down`),
    ]);
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.ok(resourceTemplates.every(({ uriTemplate }) => uriTemplate.endsWith("{?host}")));
    const read = async (uri: string) => JSON.stringify((await client.readResource({ uri })).contents);
    assert.match(await read("docker://containers?host=lab"), /web/);
    assert.match(await read("docker://containers/web/inspect?host=lab"), /running/);
    for (const uri of ["docker://containers", "docker://containers?host=prod"]) {
      assert.doesNotMatch(await read(uri), /web/);
    }
    await assert.rejects(read("docker://containers/web/inspect"), /No container named/);
    await assert.rejects(read("docker://containers?host=other"), /No resource at/);
    await assert.rejects(read("docker://containers?host=down"), /DKR-001/);
    await assert.rejects(client.request({ method: "resources/list", params: { cursor: "prod:0" } }), /no cursor/);
  });
});

Deno.test("names are completed on the engine that is chosen, and the engines themselves", async () => {
  await withHosts(three, async ({ client }) => {
    await dataOn({ client }, "docker_run_container", { image: "busybox:1.37", name: "web", host: "lab" });
    const complete = async (ref: Ref, argument: { name: string; value: string }, host?: string) =>
      (await client.complete({ ref, argument, ...(host ? { context: { arguments: { host } } } : {}) })).completion
        .values;
    const refs: [Ref, string][] = [
      [{ type: "ref/resource", uri: "docker://containers/{id}/logs{?host}" }, "id"],
      [{ type: "ref/prompt", name: "troubleshoot_container" }, "container"],
    ];
    for (const [ref, name] of refs) {
      assert.deepEqual(await complete(ref, { name, value: "w" }, "lab"), ["web"]);
      assert.deepEqual(await complete(ref, { name, value: "w" }), []);
      assert.deepEqual(await complete(ref, { name: "host", value: "l" }), ["lab"]);
      assert.deepEqual(await complete(ref, { name: "host", value: "" }), ["prod", "lab", "down"]);
    }
  });
});

Deno.test("a prompt takes its facts from the engine that is named", async () => {
  await withHosts(three, async ({ client }) => {
    await dataOn({ client }, "docker_run_container", { image: "busybox:1.37", name: "web", host: "lab" });
    const { prompts } = await client.listPrompts();
    const hosts = prompts.map((prompt) => prompt.arguments?.find(({ name }) => name === "host"));
    const description = "The engine: prod, lab, down; without it, prod";
    assert.deepEqual(hosts, prompts.map(() => ({ name: "host", description, required: false })));
    const ask = (given: Record<string, string>) =>
      client.getPrompt({ name: "troubleshoot_container", arguments: { container: "web", ...given } });
    assert.match(JSON.stringify(await ask({ host: "lab" })), /Tell what is wrong with the container/);
    await assert.rejects(ask({}), /No container named/);
    await assert.rejects(ask({ host: "other" }), /host.*prod/);
  });
});

Deno.test("each engine that is subscribed to has one stream of events, and tells of its own changes alone", async () => {
  await withHosts(three, async ({ client, daemons }) => {
    const [prod, lab] = [daemons["prod"], daemons["lab"]];
    assert.ok(prod && lab);
    await dataOn({ client }, "docker_run_container", { image: "busybox:1.37", name: "web", host: "lab" });
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(params.uri));
    const uris = ["docker://containers", "docker://images?host=lab", "docker://containers?host=lab"];
    for (const uri of uris) await client.subscribeResource({ uri });
    const streams = (daemon: FakeDaemon) => daemon.seen.filter(({ path }) => path === "/events").length;
    assert.deepEqual([streams(prod), streams(lab)], [1, 1]);
    lab.events.push(containerEvent(lab.container("web"), "pause", { time: "12:00:00" }));
    await until(() => told.length > 0);
    assert.deepEqual(told, ["docker://containers?host=lab"]);
    await assert.rejects(client.subscribeResource({ uri: "docker://containers?host=other" }), /No resource at/);
  });
});

Deno.test("a call that names no host runs as before over one engine", async () => {
  await using connected = await connect();
  await connected.text("docker_list_containers");
  assert.deepEqual(connected.events.map((event) => "host" in event), [false]);
});
