import assert from "node:assert/strict";
import { connect } from "../connect.ts";
import { at } from "../live/tools/scene.ts";
import { refused } from "./contract.ts";

async function offered(...args: string[]) {
  await using connected = await connect({ args });
  return (await connected.client.listTools()).tools;
}

for (const surface of ["classic", "compact"]) {
  Deno.test(`--surface ${surface} offers these tools`, async (t) => {
    const tools = await offered(`--surface=${surface}`);
    const told = tools.map(({ name, description, inputSchema, annotations }) => ({
      name,
      description,
      inputSchema,
      annotations,
    }));
    await t.assertSnapshot(told);
  });
}

Deno.test("--surface takes what there is", async () => {
  await assert.rejects(offered("--surface=kebab"), { name: "ConfigError", message: /default, classic, compact/ });
});

async function actionsOf(name: string, ...args: string[]): Promise<unknown> {
  const tool = (await offered("--surface=compact", ...args)).find((tool) => tool.name === name);
  return at(tool?.inputSchema.properties, "action", "enum");
}

Deno.test("an action whose tool is not offered is left out, and a name that has none left", async () => {
  assert.deepEqual(await actionsOf("manage-container", "--read-only"), ["inspect", "logs", "stats"]);
  assert.deepEqual(await actionsOf("image-operations", "--allow-tools=docker_*_image"), [
    "pull",
    "push",
    "tag",
    "remove",
    "inspect",
  ]);
  assert.deepEqual(await actionsOf("network-management", "--deny-tools=docker_remove_*,docker_list_networks"), [
    "create",
    "connect",
    "disconnect",
    "inspect",
  ]);
  const names = async (...args: string[]) => (await offered(...args)).map(({ name }) => name);
  assert.deepEqual(await names("--surface=compact", "--toolsets=networks"), ["network-management"]);
  assert.deepEqual(await names("--surface=classic", "--toolsets=volumes,system"), ["list-volumes"]);
});

Deno.test("the annotations are the worst of what is left", async () => {
  const hints = async (...args: string[]) =>
    (await offered("--surface=compact", ...args)).find(({ name }) => name === "manage-container")?.annotations;
  const worst = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };
  assert.deepEqual(await hints(), worst);
  const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  assert.deepEqual(await hints("--read-only"), reading);
});

Deno.test("an action that is not offered is refused with the reason when it is called all the same", async () => {
  const stop = { container_id: "web", action: "stop" };
  const text = async (...args: string[]) => {
    await using connected = await connect({ args: ["--surface=compact", ...args] });
    const text = await refused(connected, "manage-container", stop);
    assert.deepEqual(connected.daemon.seen, []);
    return text;
  };
  assert.match(await text("--read-only"), /DKR-011.*this server only reads.*--read-only/s);
  assert.match(await text("--deny-tools=docker_stop_container"), /DKR-011.*switched it off.*--deny-tools/s);
});

Deno.test("a tool whose toolset is left out is refused under its other name", async () => {
  await using connected = await connect({ args: ["--surface=compact", "--toolsets=networks"] });
  const outcome = await connected.app.callOnce("image-operations", { action: "list" });
  assert.deepEqual(outcome, {
    kind: "failure",
    code: "DKR-011",
    what: 'Refused: "Manage images"',
    why: "this server was started without docker_list_images",
    next: "Do without it; the operator can change this with --toolsets",
  });
});

Deno.test("resources and prompts are there in every vocabulary", async () => {
  await using connected = await connect({ args: ["--surface=compact"] });
  const { contents } = await connected.client.readResource({ uri: "docker://containers" });
  assert.match(JSON.stringify(contents), /containers/);
});

Deno.test("the instructions name no tool that this client does not have", async () => {
  await using connected = await connect({ args: ["--surface=classic"] });
  const told = connected.client.getInstructions() ?? "";
  assert.match(told, /named by name or id/);
  assert.doesNotMatch(told, /docker_/);
});
