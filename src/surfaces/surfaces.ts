import { inputSchemaOf, type JsonObject } from "../definitions.ts";
import { type Alias, inputOf } from "./alias.ts";
import { classic } from "./classic.ts";
import { compact } from "./compact.ts";

/** The vocabularies besides the tools' own, by the value of `--surface`. */
export const surfaces: Readonly<Record<"classic" | "compact", readonly Alias[]>> = { classic, compact };

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
  return { classic: classic.map(definitionOf), compact: compact.map(definitionOf) };
}

function definitionOf(alias: Alias): AliasDefinition {
  const { name, title, description, routes } = alias;
  const tools = Object.fromEntries(Object.entries(routes).map(([action, { tool }]) => [action, tool.name]));
  return { name, title, description, inputSchema: inputSchemaOf(inputOf(alias)), tools };
}
