import type { Tool, Toolset } from "./define.ts";
import { type Definition, definitionsOf, isJsonObject } from "./definitions.ts";
import type { Risk } from "./safety/risk.ts";

const badges: Record<Risk, string> = {
  read: "read",
  change: "change",
  execute: "**execute**",
  destroy: "**destroy**",
};

/** docs/tools.md: every tool with its risk and its arguments. */
export function toolsDocument(toolsets: readonly Toolset[]): string {
  const definitions = new Map(definitionsOf(toolsets).map((definition) => [definition.name, definition]));
  const sections = toolsets.map(({ name, description, tools }) => {
    const texts = tools.map((tool) => toolSection(tool, definitions.get(tool.name)));
    return [`## ${name}`, description + ".", ...texts].join("\n\n");
  });
  return ["# Tools", "Written by `deno task docs` from the catalog.", ...sections].join("\n\n") + "\n";
}

function toolSection(tool: Tool, definition: Definition | undefined): string {
  const schema = definition?.inputSchema ?? {};
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
