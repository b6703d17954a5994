import assert from "node:assert/strict";
import surfaces from "../../src/server/surfaces.json" with { type: "json" };
import { toolsets } from "../../src/catalog.ts";
import { operations } from "../../src/surfaces/operations.ts";
import { definitionTokens } from "../bench/tokens.ts";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { connect, type Connected } from "../connect.ts";
import { stack } from "../tools/compose/stack.ts";
import { contract, refused, type Row } from "./contract.ts";

const name = "docker_compose_operations";
const shop = { project_name: "shop" };
const file = { compose_yaml: stack };

const row = (action: string, args: object, options: object | undefined = undefined): Row => ({
  call: [name, { action, ...args, ...(options ? { options } : {}) }],
  becomes: [[`docker_compose_${action}`, { ...args, ...options }]],
});

const rows: Row[] = [
  row("up", file, { scale: { web: 2 } }),
  row("down", shop, { volumes: true }),
  row("ps", shop),
  row("ls", {}),
  row("logs", { ...shop, services: ["web"] }, { tail: 5 }),
  row("start", shop),
  row("stop", shop, { timeout: 1 }),
  row("restart", shop),
  row("pull", file),
  row("build", file),
  row("run", file, { service: "web", command: ["echo", "hi"] }),
  row("exec", shop, { service: "web", command: ["echo", "hi"] }),
  row("config", file),
  row("plan", file),
  row("generate", shop),
];

contract("default", { aliases: operations, rows, before });

async function before({ text }: Connected): Promise<void> {
  await text("docker_compose_up", { compose_yaml: stack });
}

Deno.test("docker_compose_operations has an action for every Compose tool", () => {
  const tools = toolsets.find(({ name }) => name === "compose")?.tools.map(({ name }) => name) ?? [];
  const routes = operations.flatMap(({ routes }) => Object.entries(routes));
  assert.deepEqual(routes.map(([action]) => `docker_compose_${action}`).toSorted(), tools.toSorted());
  assert.ok(routes.every(([action, { tool }]) => tool.name === `docker_compose_${action}`));
});

Deno.test("an action keeps the risk of its tool: down asks, ps does not", async () => {
  await using connected = await connect();
  await before(connected);
  assert.match(await connected.text(name, { action: "ps", ...shop }), /shop-web-1/);
  const question = await refused(connected, name, { action: "down", ...shop, options: { volumes: true } });
  assert.match(question, /ALL DATA in 1 volume \(shop_data\)/);
  const confirm = /"confirm": "([^"]+)"/.exec(question)?.[1];
  const down = { action: "down", ...shop, options: { volumes: true }, confirm };
  assert.match(await connected.text(name, down), /^shop: 4 changes\./);
});

Deno.test("an action whose tool is not offered is not offered either, and the whole goes with --deny-tools", async () => {
  await using reading = await connect({ args: ["--read-only"] });
  const { tools } = await reading.client.listTools();
  const offered = JSON.stringify(tools.find((tool) => tool.name === name)?.inputSchema);
  assert.match(offered, /"enum":\["ps","ls","logs","config","plan","generate"\]/);
  await using denied = await connect({ args: [`--deny-tools=${name}`] });
  assert.ok((await denied.client.listTools()).tools.every((tool) => tool.name !== name));
});

Deno.test("all that is offered by default costs a model less than 5,500 tokens", () => {
  const tokens = definitionTokens([...definitions, ...surfaces.default]);
  assert.ok(tokens < 5500, `${tokens}`);
});
