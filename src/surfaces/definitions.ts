import { inputSchemaOf } from "../definitions.ts";
import type { JsonObject } from "../json_object.ts";
import { type Alias, inputOf } from "./alias.ts";
import { surfaces } from "./surfaces.ts";

/** An alias as it is offered, made ahead of time like the tools' own definitions. */
export interface AliasDefinition {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonObject;
  /** The tool behind each action; of the action "" where there is no choice. */
  tools: Record<string, string>;
}

/** The definitions of all vocabularies. */
export function aliasDefinitions(): Record<keyof typeof surfaces, AliasDefinition[]> {
  return {
    default: surfaces.default.map(definitionOf),
    classic: surfaces.classic.map(definitionOf),
    compact: surfaces.compact.map(definitionOf),
  };
}

function definitionOf(alias: Alias): AliasDefinition {
  const { name, title, description, routes } = alias;
  const tools = Object.fromEntries(Object.entries(routes).map(([action, { tool }]) => [action, tool.name]));
  return { name, title, description, inputSchema: inputSchemaOf(inputOf(alias)), tools };
}
