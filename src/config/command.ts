import { nearest } from "./flags.ts";

/** What the program is asked to do. */
export type Command =
  | { name: "serve" }
  | { name: "demo" }
  | { name: "doctor" }
  /** `args` is JSON text that nobody has read yet. */
  | { name: "call"; tool: string; args: string }
  | { name: "permissions" }
  | { name: "client-config"; client: string }
  | { name: "help" }
  | { name: "version" };

/** One row of the table of commands. */
export interface CommandRow {
  name: Command["name"];
  /** What follows the name; brackets around what may be left out. */
  takes: string;
  description: string;
}

/** Every command, in the order they are documented. */
export const commands: readonly CommandRow[] = [
  { name: "serve", takes: "", description: "Serve MCP on stdin and stdout. This is the default." },
  { name: "demo", takes: "", description: "Drive the server against the engine and print what happened." },
  { name: "doctor", takes: "", description: "Say which engine was found and how, and what is missing to use it." },
  { name: "call", takes: "<tool> [json]", description: "Run one tool with these arguments and print the answer." },
  { name: "permissions", takes: "", description: "Print the narrowest Deno permissions for these settings." },
  {
    name: "client-config",
    takes: "<client>",
    description: "Print the configuration that a client needs to start this server.",
  },
  { name: "help", takes: "", description: "Print this text; so does --help." },
  { name: "version", takes: "", description: "Print the version; so does --version." },
];

/** Understands the words of the command line; without any, it is `serve`. */
export function readCommand(words: readonly string[]): { command: Command; faults: string[] } {
  const [name = "serve", ...rest] = words;
  const row = commands.find((known) => known.name === name);
  if (row === undefined) {
    const meant = nearest(name, commands.map((known) => known.name));
    const hint = meant ? `; did you mean "${meant}"?` : "; --help lists them";
    return { command: { name: "serve" }, faults: [`Cannot run "${name}": there is no such command${hint}`] };
  }
  const takes = row.takes.split(" ").filter((word) => word !== "");
  const needed = takes.filter((word) => !word.startsWith("["));
  const missing = needed.slice(rest.length).map((word) => `Cannot run "${name}": ${word} is missing`);
  const extra = rest.slice(takes.length).map((word) => `Cannot run "${name}": nothing is known of "${word}"`);
  const asksForText = name === "help" || name === "version";
  return { command: commandOf(row.name, rest), faults: asksForText ? [] : [...missing, ...extra] };
}

function commandOf(name: Command["name"], [first = "", second = "{}"]: readonly string[]): Command {
  switch (name) {
    case "call":
      return { name, tool: first, args: second };
    case "client-config":
      return { name, client: first };
    default:
      return { name };
  }
}
