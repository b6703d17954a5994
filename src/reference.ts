import * as z from "zod";
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

/** A call of a tool, and the text of what a real engine made of it. */
export interface Example {
  args: Record<string, unknown>;
  /** What a person was asked before, and agreed to. */
  question?: string;
  answer: string;
}

/** What docs/tools.md tells beside the catalog. */
export interface ToolsDocumentParts {
  instructions: string;
  /** By the names of the tools. */
  examples: { readonly [tool: string]: Example | undefined };
}

/** docs/tools.md: every tool with its risk, arguments, answer, failures and an example, and what is told of all of them. */
export function toolsDocument(toolsets: readonly Toolset[], { instructions, examples }: ToolsDocumentParts): string {
  const sections = toolsets.map(({ name, description, tools }) => {
    return [`## ${name}`, description + ".", ...tools.map((tool) => toolSection(tool, examples[tool.name]))].join(
      "\n\n",
    );
  });
  const intro =
    "Written by `deno task docs` from the catalog. A model is shown one shape for each argument; every shape " +
    "in the tables is accepted. What is true of many tools is told once, in the server's instructions:";
  const told = instructions.split("\n").map((line) => `> ${line}`).join("\n");
  const failures =
    "Failures are told by the codes of [errors.md](errors.md); those that any tool can have (the engine cannot be " +
    "reached or fails, time is over, the caller gave up, a limit) are not repeated. The examples are calls on a real " +
    "engine and the texts of their answers (`deno task examples`).";
  return ["# Tools", intro, told, failures, ...sections].join("\n\n") + "\n";
}

function toolSection(tool: Tool, example: Example | undefined): string {
  const schema = acceptedInput(tool);
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isJsonObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const rows = properties.map(([name, property]) => {
    const { description = "" } = isJsonObject(property) ? property : {};
    return `| \`${name}\`${required.includes(name) ? " (required)" : ""} | ${shape(property)} | ${cell(description)} |`;
  });
  const table = rows.length ? ["| argument | shape | |", "| --- | --- | --- |", ...rows].join("\n") : "No arguments.";
  const answer = `Answers \`${shapeOf(z.toJSONSchema(tool.output, { io: "output" }))}\`. Fails with ${
    failuresOf(tool).join(", ")
  }.`;
  const head = `${tool.title} (${badges[tool.risk]}). ${tool.description}`;
  return [`### ${tool.name}`, head, table, answer, ...(example ? [exampleOf(tool.name, example)] : [])].join("\n\n");
}

function exampleOf(name: string, { args, question, answer }: Example): string {
  const long = Object.entries(args).filter(([, value]) => typeof value === "string" && value.includes("\n"));
  const short = Object.fromEntries(Object.entries(args).filter((entry) => !long.some(([key]) => key === entry[0])));
  const blocks = long.map(([key, value]) => `${key}:\n${String(value).trimEnd()}`);
  const call = [`${name} ${JSON.stringify(short)}`, ...blocks].join("\n");
  const asked = question === undefined ? [] : [`(asked) ${question}`, "(answered) yes", ""];
  // A fence that no line of the text can end.
  return ["`````text", call, "", ...asked, answer.trimEnd(), "`````"].join("\n");
}

/** A piece of work from its beginning to its end. */
interface Scenario {
  title: string;
  asked: string;
  steps: readonly (Example & { said: string; tool: string })[];
}

/** docs/examples.md: what users ask for, and the calls and answers of a real engine that it came to. */
export function examplesDocument(scenarios: readonly Scenario[]): string {
  const intro =
    "Written by `deno task docs` from calls on a real engine (`deno task examples`): what a model reads, and " +
    "what it does next.";
  const sections = scenarios.flatMap(({ title, asked, steps }) => [
    `## ${title}`,
    `> ${asked}`,
    ...steps.flatMap(({ said, tool, ...example }) => [...(said ? [said] : []), exampleOf(tool, example)]),
  ]);
  return ["# Examples", intro, ...sections].join("\n\n") + "\n";
}

/** The members of an answer, those of lists and objects in braces; a question mark where one may be missing. */
function shapeOf(schema: unknown): string {
  if (!isJsonObject(schema)) return "any";
  const { properties, items, required } = schema;
  if (schema["type"] === "array") return `[${shapeOf(items)}]`;
  if (!isJsonObject(properties)) return shape(schema);
  const always = Array.isArray(required) ? required : [];
  const members = Object.entries(properties).map(([name, value]) => {
    const inner = isJsonObject(value) && (value["type"] === "array" || value["properties"]) ? ` ${shapeOf(value)}` : "";
    return `${name}${always.includes(name) ? "" : "?"}${inner}`;
  });
  return `{${members.join(", ")}}`;
}

/** The failures that follow from what an argument names. */
const failuresByArgument: readonly { arguments: readonly string[]; codes: readonly string[] }[] = [
  { arguments: ["container", "containers"], codes: ["DKR-002"] },
  { arguments: ["image"], codes: ["DKR-003"] },
  { arguments: ["ports"], codes: ["DKR-006"] },
  { arguments: ["network", "networks"], codes: ["DKR-007"] },
  { arguments: ["volume"], codes: ["DKR-008"] },
  { arguments: ["path"], codes: ["DKR-009"] },
  { arguments: ["dockerfile"], codes: ["DKR-022"] },
  { arguments: ["compose_yaml"], codes: ["DKR-023", "DKR-024"] },
];

function failuresOf({ input, risk, openWorld }: Tool): string[] {
  const named = failuresByArgument.filter(({ arguments: names }) => names.some((name) => name in input.shape));
  const codes = named.flatMap(({ codes }) => codes);
  const changes = risk === "read" ? [] : ["DKR-011", "DKR-014"];
  const asks = risk === "destroy" ? ["DKR-012", "DKR-013"] : [];
  const reaches = openWorld ? ["DKR-016"] : [];
  return ["DKR-004", ...codes, ...changes, ...asks, ...reaches].toSorted();
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
    "Written by `deno task docs` from the catalog. Reading an address is a call of its tool, so that what is switched off, refused or hidden there is so here. A prompt's facts are gathered by such calls when it is asked for. With several engines an address may end in `?host=` and the name of one of them, and prompts take `host`; without it, all of it is about the first one.";
  const notices =
    "A subscriber is told when something happened after which the address may read differently, at most once a second, and of new lines where it is a log. Nothing is asked again and again: one stream of events of each engine serves all subscribers, and one for each log. Where the engine was away, all are told when it is back.";
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
