// deno-lint-ignore-file no-import-prefix -- the former SDK is wanted here alone, to be the client of before 2026
import assert from "node:assert/strict";
import { Client, type ClientOptions } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
// @ts-types="npm:@modelcontextprotocol/sdk@1.32.2/client/index"
import { Client as OldClient } from "npm:@modelcontextprotocol/sdk@1.32.2/client/index.js";
// @ts-types="npm:@modelcontextprotocol/sdk@1.32.2/client/stdio"
import { StdioClientTransport as OldTransport } from "npm:@modelcontextprotocol/sdk@1.32.2/client/stdio.js";
// @ts-types="npm:@modelcontextprotocol/sdk@1.32.2/types"
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from "npm:@modelcontextprotocol/sdk@1.32.2/types.js";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { containerEvent } from "../fake_events.ts";
import { daemonOnSocket, serveCommand } from "./spawned.ts";

const clientInfo = { name: "test", version: "1" };
const capabilities = { elicitation: {} };

/** What both generations of clients can do. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  readResource(params: { uri: string }): Promise<Record<string, unknown>>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<Record<string, unknown>>;
  complete(params: {
    ref: { type: "ref/resource"; uri: string };
    argument: { name: string; value: string };
  }): Promise<{ completion: { values: string[] } }>;
  close(): Promise<void>;
}

/** How a client starts the program that serves the daemon on `socket`. */
function parameters(socket: string) {
  const { args, env } = serveCommand(socket);
  return { command: Deno.execPath(), args, env, stderr: "ignore" as const };
}

/** Runs, reads, fails and removes, as the person behind the client agrees to. */
async function exercise(client: AnyClient): Promise<void> {
  try {
    const { tools } = await client.listTools();
    const names = definitions.map(({ name }) => name);
    assert.deepEqual(tools.map(({ name }) => name), [...names, "docker_compose_operations"]);
    const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
    // The client checks what it gets against the tool's output schema.
    const started = await call("docker_run_container", { image: "busybox:1.37", name: "web", command: "sleep 1d" });
    assert.deepEqual(started["structuredContent"], { id: "000100010001", name: "web", state: "running" });
    const inspected = await call("docker_inspect_container", { container: "web" });
    assert.match(JSON.stringify(inspected["structuredContent"]), /"command":\["sleep","1d"\]/);
    await explore(client);
    const failed = await call("docker_stop_container", { container: "wbe" });
    assert.equal(failed["isError"], true);
    const removed = await call("docker_remove_container", { container: "web", force: true });
    assert.deepEqual(removed["structuredContent"], { container: "web", removed: true });
  } finally {
    await client.close();
  }
}

/** Looks at the container "web" by way of what has an address, and of prompts. */
async function explore(client: AnyClient): Promise<void> {
  const uri = "docker://containers/web/inspect";
  assert.ok((await client.listResources()).resources.some((resource) => resource.uri === uri));
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.ok(resourceTemplates.some(({ uriTemplate }) => uriTemplate === "docker://containers/{id}/inspect"));
  assert.match(JSON.stringify(await client.readResource({ uri })), /sleep/);
  const [prompt] = (await client.listPrompts()).prompts;
  assert.equal(prompt?.name, "troubleshoot_container");
  const made = await client.getPrompt({ name: prompt.name, arguments: { container: "web" } });
  assert.match(JSON.stringify(made["messages"]), /busybox:1\.37/);
  const ref = { type: "ref/resource", uri: "docker://containers/{id}/inspect" } as const;
  const { completion } = await client.complete({ ref, argument: { name: "id", value: "w" } });
  assert.deepEqual(completion.values, ["web"]);
}

const modes: [string, ClientOptions, string][] = [
  ["as it is", {}, "2025-11-25"],
  ["set to auto", { versionNegotiation: { mode: "auto" } }, "2026-07-28"],
  ["pinned to 2026-07-28", { versionNegotiation: { mode: { pin: "2026-07-28" } } }, "2026-07-28"],
];

for (const [name, options, version] of modes) {
  Deno.test(`the current SDK's client, ${name}, speaks ${version} over stdio`, async () => {
    const { socket, stop } = daemonOnSocket();
    try {
      const client = new Client(clientInfo, { capabilities, ...options });
      client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { confirm: true } }));
      await client.connect(new StdioClientTransport(parameters(socket)));
      assert.equal(client.getNegotiatedProtocolVersion(), version);
      await exercise(client);
    } finally {
      await stop();
    }
  });
}

Deno.test("the former SDK's client speaks 2025-11-25 over stdio", async () => {
  const { daemon, socket, stop } = daemonOnSocket();
  try {
    const client = new OldClient(clientInfo, { capabilities });
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept" as const, content: { confirm: true } }));
    await client.connect(new OldTransport(parameters(socket)));
    assert.equal(client.getServerVersion()?.name, "docker-mcp");
    const updated = new Promise<string>((resolve) =>
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri))
    );
    await client.subscribeResource({ uri: "docker://containers" });
    daemon.events.push(containerEvent({ Id: "0".repeat(64), Name: "web" }, "start", { time: "10:00:00" }));
    assert.equal(await updated, "docker://containers");
    await exercise(client);
  } finally {
    await stop();
  }
});
