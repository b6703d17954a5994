import type { Prompt, Resource, Tool, Toolset } from "./define.ts";
import { acceptedInput } from "./definitions.ts";
import { isJsonObject } from "./json_object.ts";
import type { Risk } from "./safety/risk.ts";

const badges: Record<Risk, string> = {
  read: "read",
  change: "change",
  execute: "**execute**",
  destroy: "**destroy**",
};

/** docs/tools.md: every tool with its risk and its arguments, and what clients are told of all of them. */
export function toolsDocument(toolsets: readonly Toolset[], instructions: string): string {
  const sections = toolsets.map(({ name, description, tools }) => {
    return [`## ${name}`, description + ".", ...tools.map(toolSection)].join("\n\n");
  });
  const intro =
    "Written by `deno task docs` from the catalog. A model is shown one shape for each argument; every shape " +
    "in the tables is accepted. What is true of many tools is told once, in the server's instructions:";
  const told = instructions.split("\n").map((line) => `> ${line}`).join("\n");
  return ["# Tools", intro, told, ...sections].join("\n\n") + "\n";
}

function toolSection(tool: Tool): string {
  const schema = acceptedInput(tool);
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isJsonObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const rows = properties.map(([name, property]) => {
    const { description = "" } = isJsonObject(property) ? property : {};
    return `| \`${name}\`${required.includes(name) ? " (required)" : ""} | ${shape(property)} | ${cell(description)} |`;
  });
  const table = rows.length ? ["| argument | shape | |", "| --- | --- | --- |", ...rows].join("\n") : "No arguments.";
  return [`### ${tool.name}`, `${tool.title} (${badges[tool.risk]}). ${tool.description}`, table].join("\n\n");
}

/** A schema in a word or two. */
function shape(property: unknown): string {
  if (!isJsonObject(property)) return "any";
  const { type, enum: values, anyOf, items } = property;
  if (Array.isArray(values)) return cell(values.join(", "));
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(shape))].join(" or ");
  if (type === "array") return `list of ${shape(items)}`;
  return Array.isArray(type) ? type.join(" or ") : String(type ?? "any");
}

function cell(text: unknown): string {
  return String(text).replaceAll("|", "\\|");
}

interface SettingRow {
  flag: string;
  env: string;
  default: string;
  takes: { kind: string; what?: string };
  description: string;
}

/** docs/settings.md: every flag with its variable and default. */
export function settingsDocument(
  settings: readonly SettingRow[],
  variables: readonly { name: string; description: string }[],
): string {
  const rows = settings.map(({ flag, env, takes, description, ...row }) =>
    `| \`--${flag}${takes.what ? ` ${takes.what}` : ""}\` | \`${env}\` | ${cell(row.default)} | ${cell(description)} |`
  );
  const others = variables.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`);
  const intro = "Written by `deno task docs`. A flag wins over its variable; an empty variable counts as not set.";
  const table = ["| flag | variable | default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const otherTable = ["| variable | |", "| --- | --- |", ...others].join("\n");
  return ["# Settings", intro, table, "Also read, to find the engine:", otherTable].join("\n\n") + "\n";
}

/** docs/errors.md: every code that a failed call can carry. */
export function errorsDocument(codes: readonly { code: string; meaning: string }[]): string {
  const intro = "Written by `deno task docs`. A failed call tells its code, what failed, why, and the next step.";
  const rows = codes.map(({ code, meaning }) => `| ${code} | ${cell(meaning)} |`);
  return ["# Errors", intro, ["| code | meaning |", "| --- | --- |", ...rows].join("\n")].join("\n\n") + "\n";
}

/** docs/resources.md: every address and every prompt, with what changes it and what its facts come from. */
export function resourcesDocument(resources: readonly Resource[], prompts: readonly Prompt[]): string {
  const intro =
    "Written by `deno task docs` from the catalog. Reading an address is a call of its tool, so that what is switched off, refused or hidden there is so here. A prompt's facts are gathered by such calls when it is asked for. With several engines, all of it is about the first one.";
  const notices =
    "A subscriber is told when something happened after which the address may read differently, at most once a second, and of new lines where it is a log. Nothing is asked again and again: one stream of engine events serves all subscribers, and one for each log. Where the engine was away, all are told when it is back.";
  const rows = resources.map(({ uri, description, mimeType, tool, changedBy, log }) => {
    const changes = [...(log ? ["new lines"] : []), ...changedBy].join(", ");
    return `| \`${uri}\` | ${cell(description)} | ${mimeType} | \`${tool}\` | ${changes} |`;
  });
  const table = ["| address | | type | tool | changed by |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
  const sections = prompts.map(({ name, title, description, arguments: args, tools }) => {
    const given = args.map(({ name, description, required }) =>
      `- \`${name}\`${required ? " (required)" : ""}: ${description}`
    );
    const facts = `Facts from ${tools.map((tool) => `\`${tool}\``).join(", ")}.`;
    return [`### ${name}`, `${title}. ${description}`, given.join("\n"), facts].join("\n\n");
  });
  return ["# Resources and prompts", intro, "## Resources", table, notices, "## Prompts", ...sections].join("\n\n") +
    "\n";
}
