import { z } from "zod";
import type { Tool, Toolset } from "./define.ts";
import type { Risk } from "./safety/risk.ts";

/**
 * A tool as `tools/list` gives it, and what decides whether it is listed. Made ahead of time, since turning zod into JSON
 * Schema costs more than all else.
 */
export interface Definition {
  name: string;
  toolset: string;
  risk: Risk;
  title: string;
  description: string;
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  annotations: Annotations;
}

export interface Annotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

export type JsonObject = { [key: string]: unknown };

/** The definitions of all tools, in the catalog's order. */
export function definitionsOf(toolsets: readonly Toolset[]): Definition[] {
  return toolsets.flatMap(({ name, tools }) => tools.map((tool) => definitionOf(tool, name)));
}

function definitionOf(tool: Tool, toolset: string): Definition {
  return {
    name: tool.name,
    toolset,
    risk: tool.risk,
    title: tool.title,
    description: tool.description,
    inputSchema: slim(z.toJSONSchema(offeredInput(tool), { io: "input" })),
    outputSchema: slim(z.toJSONSchema(tool.output, { io: "output" }), { open: true }),
    annotations: annotationsOf(tool),
  };
}

const confirm = z.string().optional().describe("Token from the question this call was answered with");

/** What a client may send: a call that loses data also takes the token that confirms it. */
function offeredInput(tool: Tool): z.ZodObject {
  return tool.risk === "destroy" ? tool.input.extend({ confirm }) : tool.input;
}

/** What MCP calls a tool's hints, all from its one risk. Running code may destroy as well. */
function annotationsOf({ risk, idempotent, openWorld }: Tool): Annotations {
  return {
    readOnlyHint: risk === "read",
    destructiveHint: risk === "execute" || risk === "destroy",
    idempotentHint: risk === "read" || idempotent === true,
    openWorldHint: openWorld === true,
  };
}

/** Drops what costs a reader and tells nothing: `$schema`, the bounds of a safe integer, `anyOf` of plain types. */
function slim(schema: JsonObject, { open = false } = {}): JsonObject {
  const kept = Object.entries(schema).filter(([key, value]) =>
    key !== "$schema" && Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER && !says(key, value, open)
  );
  const entries = kept.map(([key, value]): [string, unknown] => [key, slimValue(value, { open })]);
  return withPlainTypes(Object.fromEntries(entries));
}

/** A record's names are texts anyway; an answer may grow, so that older clients must not refuse new fields. */
function says(key: string, value: unknown, open: boolean): boolean {
  return key === "propertyNames" || (key === "additionalProperties" && (open ? value === false : isEmptyObject(value)));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function slimValue(value: unknown, options: { open: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => slimValue(item, options));
  return isJsonObject(value) ? slim(value, options) : value;
}

/** Whether a value is an object of JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{"anyOf": [{"type": "string"}, {"type": "number"}]}` is `{"type": ["string", "number"]}`. */
function withPlainTypes(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const types = anyOf.map((option) => isPlainType(option) ? option.type : undefined);
  return types.every((type) => type !== undefined) ? { ...rest, type: types } : schema;
}

function isPlainType(value: unknown): value is { type: string } {
  return isJsonObject(value) && typeof value["type"] === "string" && Object.keys(value).length === 1;
}
