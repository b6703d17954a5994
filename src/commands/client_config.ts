import { nearest } from "../config/flags.ts";

/** What a client's configuration is made of. */
export interface ClientConfigInput {
  client: string;
  /** The command line that starts this server: the program, then its arguments. */
  command: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
  /** The names of the tools that change nothing. */
  readTools: readonly string[];
}

/** `json` is the whole text for the client's file; `note` says where it goes and how reads are approved there. */
export interface ClientConfig {
  json: string;
  note: string;
}

interface Client {
  server(input: ClientConfigInput): Record<string, unknown>;
  note(readTools: readonly string[]): string;
}

const server = "docker";

const clients: Readonly<Record<string, Client>> = {
  "claude-desktop": {
    server: (input) => ({ mcpServers: { [server]: start(input) } }),
    note: () =>
      "Put it in claude_desktop_config.json (Settings > Developer > Edit Config) and restart Claude Desktop. " +
      "Which tools run without a question is chosen in the application.",
  },
  "claude-code": {
    server: (input) => ({ mcpServers: { [server]: { type: "stdio", ...start(input) } } }),
    note: (tools) =>
      "Put it in .mcp.json in the project's folder. To run the read tools without a question, put this in " +
      `.claude/settings.json:\n${pretty({ permissions: { allow: tools.map((tool) => `mcp__${server}__${tool}`) } })}`,
  },
  "cursor": {
    server: (input) => ({ mcpServers: { [server]: { type: "stdio", ...start(input) } } }),
    note: (tools) =>
      "Put it in .cursor/mcp.json in the project's folder, or in ~/.cursor/mcp.json. To run the read tools without a " +
      `question, put this in ~/.cursor/permissions.json:\n${
        pretty({ mcpAllowlist: tools.map((t) => `${server}:${t}`) })
      }`,
  },
  "vscode": {
    server: (input) => ({ servers: { [server]: { type: "stdio", ...start(input) } } }),
    note: () =>
      "Put it in .vscode/mcp.json in the workspace. The read tools are marked as such, by which VS Code decides whether " +
      "to ask.",
  },
  "openhands": {
    server: (input) => ({ mcpServers: { [server]: { ...start(input), autoApprove: input.readTools } } }),
    note: () => "Put it in ~/.openhands/mcp.json. A version that does not know autoApprove passes over it.",
  },
};

/** The names of the clients whose configuration is known. */
export const clientNames: readonly string[] = Object.keys(clients);

/** The configuration with which a client starts this server; an unknown client is an error that names the known ones. */
export function clientConfig(input: ClientConfigInput): ClientConfig {
  const client = Object.hasOwn(clients, input.client) ? clients[input.client] : undefined;
  if (client === undefined) {
    const meant = nearest(input.client, clientNames);
    const hint = meant ? `did you mean "${meant}"? Known are` : "known are";
    throw new Error(`Cannot write a configuration for "${input.client}": ${hint} ${clientNames.join(", ")}`);
  }
  return { json: `${pretty(client.server(input))}\n`, note: `${client.note(input.readTools)}\n` };
}

function start({ command: [command, ...args], env }: ClientConfigInput): Record<string, unknown> {
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
