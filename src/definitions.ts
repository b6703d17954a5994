import * as z from "zod";
import type { Tool, Toolset } from "./define.ts";
import { isJsonObject, type JsonObject } from "./json_object.ts";
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
    inputSchema: inputSchemaOf(offeredInput(tool)),
    outputSchema: slim(z.toJSONSchema(tool.output, { io: "output" })),
    annotations: annotationsOf(tool),
  };
}

const confirm = z.string().optional();

/** What a client may send: a call that loses data also takes the token that confirms it, as the question says. */
function offeredInput(tool: Tool): z.ZodObject {
  return tool.risk === "destroy" ? tool.input.extend({ confirm }) : tool.input;
}

/** Every shape that the arguments may have, which a model is not told of. */
export function acceptedInput(tool: Tool): JsonObject {
  return z.toJSONSchema(offeredInput(tool), { io: "input" });
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

/**
 * What a model is told to send: for each argument one type, its choices, and words where the name does not say all. Of
 * several shapes it is the first one: some models' programming interfaces refuse a property with no type or with several.
 * The call door checks the arguments with the whole schema, takes the other shapes too, and explains what is wrong. An
 * argument that is `untold` is rarely needed, or told with another tool; the documentation has it.
 */
export function inputSchemaOf(input: z.ZodObject): JsonObject {
  const { properties = {}, required } = z.toJSONSchema(input, { io: "input" });
  const told = Object.entries(properties).filter(([, property]) => !(isJsonObject(property) && property["untold"]));
  return {
    type: "object",
    properties: mapValues(Object.fromEntries(told), argument),
    ...(required?.length ? { required } : {}),
  };
}

function argument(given: unknown): JsonObject {
  if (!isJsonObject(given)) return {};
  const { type, enum: choices, anyOf, items, description } = given;
  const [first] = Array.isArray(anyOf) ? anyOf : [];
  return {
    ...(first === undefined ? { type: [type].flat()[0] } : argument(first)),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(type === "array" ? { items: argument(items) } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

/** Drops what costs a reader and tells nothing; an answer may grow, so that older clients must not refuse new fields. */
function slim(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => !untold.has(key));
  return withPlainTypes(Object.fromEntries(kept.map(([key, value]) => [key, slimValue(value, key)])));
}

const untold = new Set([
  ...["$schema", "additionalProperties", "propertyNames", "default"],
  ...["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format"],
]);

function slimValue(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => slimValue(item, ""));
  if (!isJsonObject(value)) return value;
  // The keys of `properties` are names, which may be called like a keyword.
  return key === "properties" ? mapValues(value, (property) => slimValue(property, "")) : slim(value);
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
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
