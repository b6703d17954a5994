import assert from "node:assert/strict";
import { resources } from "../../src/resources/resources.ts";
import { connect, type Connected } from "../connect.ts";
import { running } from "../tools/golden.ts";
import { eras, listener } from "./listener.ts";
import { envelope, initialized, spawned } from "./spawned.ts";

const fixed = resources.filter(({ uri }) => !uri.includes("{")).map(({ uri }) => uri);
const templates = resources.filter(({ uri }) => uri.includes("{")).map(({ uri }) => uri);

/** One page of the list: `listResources` asks for all of them. */
async function page({ client }: Connected, cursor?: string) {
  const params = cursor === undefined ? {} : { cursor };
  const { resources, nextCursor } = await client.request({ method: "resources/list", params });
  return { uris: resources.map(({ uri }) => uri), nextCursor };
}

/** Makes containers without names of their own. */
async function many(connected: Connected, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const name = `c${String(i).padStart(3, "0")}`;
    await connected.text("docker_create_container", { image: "busybox:1.37", name });
  }
}

Deno.test("what has an address is listed: what is always there, then two for each container; templates apart", async (t) => {
  for (const era of eras) {
    await using connected = await connect();
    await running(connected);
    await using one = await listener(connected.app, era);
    const { resources } = await one.client.listResources();
    const ofWeb = ["docker://containers/web/inspect", "docker://containers/web/logs"];
    assert.deepEqual(resources.map(({ uri }) => uri), [...fixed, ...ofWeb]);
    const { resourceTemplates } = await one.client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), templates);
    await t.assertSnapshot({ resources, resourceTemplates });
  }
});

Deno.test("the list comes in pages; each container is on one of them", async () => {
  await using connected = await connect();
  await many(connected, 120);
  const first = await page(connected);
  assert.equal(first.uris.length, fixed.length + 100);
  const second = await page(connected, first.nextCursor);
  assert.equal(second.uris.length, 100);
  const third = await page(connected, second.nextCursor);
  assert.deepEqual([third.uris.length, third.nextCursor], [40, undefined]);
  assert.equal(new Set([...first.uris, ...second.uris, ...third.uris]).size, fixed.length + 240);
  assert.deepEqual(await page(connected, ""), first);
  for (const cursor of ["x", "-1", "1e3", "0"]) {
    await assert.rejects(page(connected, cursor), { code: -32602, message: /Cannot go on from/ });
    for (const method of ["tools/list", "prompts/list", "resources/templates/list"] as const) {
      const going = connected.client.request({ method, params: { cursor } });
      await assert.rejects(going, { code: -32602, message: /Cannot go on from/ }, method);
    }
  }
});

Deno.test("without the engine the list has what is always there, and a read tells what is the matter", async () => {
  await using connected = await connect();
  const down = () => connected.daemon.failNext({ method: "GET", path: /^\/containers\/json$/ }, 500, "out of order");
  down();
  assert.deepEqual((await page(connected)).uris, fixed);
  down();
  await assert.rejects(connected.client.readResource({ uri: "docker://containers" }), {
    code: -32603,
    message: /\[DKR-015\].*out of order\nNext: /,
  });
});

Deno.test("nothing at an address is told as such, in both generations of the protocol", async () => {
  for (const era of eras) {
    await using connected = await connect();
    await running(connected);
    await using one = await listener(connected.app, era);
    for (const uri of ["docker://nowhere", "docker://containers/", "docker://containers//logs", "docker://volumes/%"]) {
      await assert.rejects(one.client.readResource({ uri }), {
        code: -32602,
        message: /^No resource at/,
        data: { uri },
      });
    }
    const uri = "docker://containers/wbe/logs";
    const message = /\[DKR-002\].*No container named "wbe"\nNext: Closest: "web"/;
    await assert.rejects(one.client.readResource({ uri }), { code: -32602, message, data: { uri } });
  }
});

Deno.test("an address is offered where its tool is, and nowhere else", async () => {
  const offered = async (...args: string[]) => {
    await using connected = await connect({ args });
    const { resourceTemplates } = await connected.client.listResourceTemplates();
    return [...(await page(connected)).uris, ...resourceTemplates.map(({ uriTemplate }) => uriTemplate)];
  };
  assert.deepEqual(await offered("--read-only"), [...fixed, ...templates]);
  assert.deepEqual(await offered("--surface=compact"), [...fixed, ...templates]);
  assert.deepEqual(await offered("--toolsets=volumes"), ["docker://volumes", "docker://volumes/{name}"]);
  assert.deepEqual(await offered("--allow-tools=docker_version"), []);
  const denied = await offered("--deny-tools=docker_container_logs");
  assert.deepEqual(denied, [...fixed, ...templates].filter((uri) => uri !== "docker://containers/{id}/logs"));
  await using connected = await connect({ args: ["--deny-tools=docker_container_logs"] });
  await running(connected);
  assert.ok(!(await page(connected)).uris.includes("docker://containers/web/logs"));
  await assert.rejects(connected.client.readResource({ uri: "docker://containers/web/logs" }), { code: -32602 });
});

Deno.test("a read is recorded as the call that it is", async () => {
  await using connected = await connect();
  await running(connected);
  await connected.client.readResource({ uri: "docker://containers/web/stats" });
  const { name, risk, args, outcome } = connected.events.at(-1) ?? {};
  assert.deepEqual([name, risk, args, outcome], ["docker_container_stats", "read", { containers: ["web"] }, "answer"]);
});

Deno.test("the lists that need no engine ask none; the program ends while somebody listens", async () => {
  for (const modern of [false, true]) {
    await using server = spawned();
    if (!modern) await initialized(server);
    const meta = modern ? envelope() : {};
    for (const method of ["resources/templates/list", "prompts/list", "tools/list"]) {
      assert.equal((await server.ask(method, meta)).error, undefined, method);
    }
    assert.deepEqual(server.daemon.seen, []);
    const uri = "docker://containers";
    if (modern) {
      const notifications = { resourceSubscriptions: [uri] };
      const listening = server.ask("subscriptions/listen", { notifications, ...meta });
      while (!server.lines.some((line) => line.includes("notifications/subscriptions/acknowledged"))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      listening.catch(() => {});
    } else {
      assert.deepEqual((await server.ask("resources/subscribe", { uri })).result, {});
    }
    assert.ok(server.daemon.seen.some(({ path }) => path === "/events"));
    assert.equal(await server.end(), 0);
  }
});
