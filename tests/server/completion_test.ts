import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { running } from "../tools/golden.ts";
import { eras, listener } from "./listener.ts";

const logs = "docker://containers/{id}/logs";

/** What a template's variable may be. */
async function completed({ client }: Pick<Connected, "client">, uri: string, value: string, name = "name") {
  return (await client.complete({ ref: { type: "ref/resource", uri }, argument: { name, value } })).completion;
}

async function create(connected: Connected, ...names: string[]): Promise<void> {
  for (const name of names) await connected.text("docker_create_container", { image: "busybox:1.37", name });
}

Deno.test("names that begin so come first, then those that hold it, then those that come near", async () => {
  for (const era of eras) {
    await using connected = await connect();
    await create(connected, "cache", "old-web", "web", "web-2", "wbe");
    await using one = await listener(connected.app, era);
    const { values, total, hasMore } = await completed(one, logs, "web", "id");
    assert.deepEqual([values, total, hasMore], [["web", "web-2", "old-web", "wbe"], 4, false]);
    assert.deepEqual((await completed(one, logs, "WEB-", "id")).values, ["web-2", "web", "wbe"]);
    assert.equal((await completed(one, logs, "", "id")).values.length, 5);
    assert.deepEqual((await completed(one, logs, "zzzzzz", "id")).values, []);
  }
});

Deno.test("what looks like an id is completed as one", async () => {
  await using connected = await connect();
  await create(connected, "web");
  assert.deepEqual((await completed(connected, logs, "0001", "id")).values, ["000100010001"]);
});

Deno.test("all names that hold what is typed are given, not the nearest alone", async () => {
  await using connected = await connect();
  await create(connected, "a-web", "b-web", "c-web", "d-web");
  assert.deepEqual((await completed(connected, logs, "web", "id")).values, ["d-web", "c-web", "b-web", "a-web"]);
});

Deno.test("images by their tags, networks and volumes by their names", async () => {
  await using connected = await connect();
  await connected.text("docker_create_volume", { name: "data" });
  assert.deepEqual((await completed(connected, "docker://images/{name}", "busyb")).values, ["busybox:1.37"]);
  assert.deepEqual((await completed(connected, "docker://networks/{name}", "bri")).values, ["bridge"]);
  assert.deepEqual((await completed(connected, "docker://volumes/{name}", "d")).values, ["data"]);
});

Deno.test("at most a hundred are given, and that there are more", async () => {
  await using connected = await connect();
  await create(connected, ...Array.from({ length: 105 }, (_, i) => `web${i}`));
  const { values, total, hasMore } = await completed(connected, logs, "web", "id");
  assert.deepEqual([values.length, total, hasMore], [100, 105, true]);
});

Deno.test("a prompt's arguments are completed; in a list the last one, without those that stand there", async () => {
  await using connected = await connect();
  await create(connected, "db", "web", "web-2");
  const complete = async (name: string, argument: { name: string; value: string }) =>
    (await connected.client.complete({ ref: { type: "ref/prompt", name }, argument })).completion.values;
  assert.deepEqual(await complete("troubleshoot_container", { name: "container", value: "d" }), ["db"]);
  assert.deepEqual(await complete("generate_compose", { name: "containers", value: "d" }), ["db"]);
  assert.deepEqual(await complete("generate_compose", { name: "containers", value: "web, w" }), ["web,web-2"]);
  assert.deepEqual(await complete("generate_compose", { name: "containers", value: "db,web," }), ["db,web,web-2"]);
});

Deno.test("what is not ours, what is switched off and an engine that fails complete nothing", async () => {
  await using connected = await connect();
  await running(connected);
  assert.deepEqual((await completed(connected, "docker://containers/{id}/coffee", "w", "id")).values, []);
  assert.deepEqual((await completed(connected, logs, "w", "container")).values, []);
  assert.deepEqual((await completed(connected, "docker://containers", "w", "id")).values, []);
  const ref = { type: "ref/prompt", name: "make_coffee" } as const;
  const { completion } = await connected.client.complete({ ref, argument: { name: "container", value: "" } });
  assert.deepEqual(completion.values, []);
  connected.daemon.failNext({ method: "GET", path: /^\/containers\/json$/ }, 500, "out of order");
  assert.deepEqual((await completed(connected, logs, "w", "id")).values, []);
  await using denied = await connect({ args: ["--deny-tools=docker_list_containers"] });
  assert.deepEqual((await completed(denied, logs, "w", "id")).values, []);
});
