import assert from "node:assert/strict";
import { clientConfig, type ClientConfigInput, clientNames } from "../../src/commands/client_config.ts";

const input: Omit<ClientConfigInput, "client"> = {
  command: ["deno", "run", "--no-prompt", "/srv/main.ts"],
  env: { DOCKER_HOST: "unix:///s" },
  readTools: ["docker_list_containers", "docker_version"],
};
const start = { command: "deno", args: ["run", "--no-prompt", "/srv/main.ts"], env: { DOCKER_HOST: "unix:///s" } };
const allowed = ["mcp__docker__docker_list_containers", "mcp__docker__docker_version"];

const table: Record<string, { json: unknown; file: RegExp }> = {
  "claude-desktop": { json: { mcpServers: { docker: start } }, file: /claude_desktop_config\.json/ },
  "claude-code": { json: { mcpServers: { docker: { type: "stdio", ...start } } }, file: /\.mcp\.json/ },
  "cursor": { json: { mcpServers: { docker: { type: "stdio", ...start } } }, file: /\.cursor\/mcp\.json/ },
  "vscode": { json: { servers: { docker: { type: "stdio", ...start } } }, file: /\.vscode\/mcp\.json/ },
  "openhands": {
    json: { mcpServers: { docker: { ...start, autoApprove: input.readTools } } },
    file: /\.openhands\/mcp\.json/,
  },
};

for (const client of clientNames) {
  Deno.test(`the configuration for ${client} is in the form it reads, and the note names its file`, () => {
    const { json, note } = clientConfig({ client, ...input });
    assert.deepEqual(JSON.parse(json), table[client]?.json);
    assert.match(note, table[client]?.file ?? /^$/);
  });
}

Deno.test("every client of the table is known", () => {
  assert.deepEqual([...clientNames].sort(), Object.keys(table).sort());
});

Deno.test("where reads are approved in another file, the note holds what goes there", () => {
  const json = (client: string) => {
    const { note } = clientConfig({ client, ...input });
    return JSON.parse(note.slice(note.indexOf("\n{")));
  };
  assert.deepEqual(json("claude-code"), { permissions: { allow: allowed } });
  assert.deepEqual(json("cursor"), { mcpAllowlist: ["docker:docker_list_containers", "docker:docker_version"] });
});

Deno.test("every client is in docs/setup.md", () => {
  const setup = Deno.readTextFileSync(new URL("../../docs/setup.md", import.meta.url));
  for (const name of clientNames) assert.ok(setup.includes(`| \`${name}\` |`), name);
});

Deno.test("an empty environment is left out", () => {
  const { json } = clientConfig({ client: "cursor", ...input, env: {} });
  assert.equal("env" in JSON.parse(json).mcpServers.docker, false);
});

Deno.test("an unknown client is an error that names the known ones", () => {
  const names = "claude-desktop, claude-code, cursor, vscode, openhands";
  assert.throws(() => clientConfig({ client: "curser", ...input }), {
    message: `Cannot write a configuration for "curser": did you mean "cursor"? Known are ${names}`,
  });
  assert.throws(() => clientConfig({ client: "toString", ...input }), {
    message: `Cannot write a configuration for "toString": known are ${names}`,
  });
});
