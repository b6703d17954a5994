import { commands } from "../config/command.ts";
import { otherVariables, type Setting, settings } from "../config/settings.ts";

const width = 100;
const indent = " ".repeat(6);

/** What `--help` prints, rendered from the tables of commands and settings. */
export function helpText(): string {
  return [
    "docker-mcp: the Docker Engine for MCP clients",
    "",
    "Usage: docker-mcp [command] [flags]",
    "",
    "Commands",
    ...commands.map(({ name, takes, description }) => `  ${`${name} ${takes}`.trim()}\n${wrap(description)}`),
    "",
    "Flags, each with the environment variable that stands for it. A flag wins over its variable.",
    ...settings.map((setting) => `  ${usage(setting)}\n${wrap(setting.description + preset(setting))}`),
    "",
    "Other environment variables",
    ...otherVariables.map(({ name, description }) => `  ${name}\n${wrap(description)}`),
    "",
  ].join("\n");
}

function usage({ flag, env, takes }: Setting): string {
  return takes.kind === "switch" ? `--${flag}  (${env})` : `--${flag} <${takes.what}>  (${env})`;
}

function preset(setting: Setting): string {
  const several = setting.takes.kind === "list" ? " Separated by commas." : "";
  return several + (setting.default === "" ? "" : ` Default: ${setting.default}.`);
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line !== indent && line.length + word.length > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}
