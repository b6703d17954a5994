import type { Definition } from "./definitions.ts";
import { isJsonObject, type JsonObject } from "./json_object.ts";
import { risks } from "./safety/risk.ts";
import made from "./server/surfaces.json" with { type: "json" };

/** A name of another vocabulary, with the tool behind each of its actions. */
interface Alias {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonObject;
  tools: { [action: string]: string | undefined };
}

/** The names of a vocabulary for what is offered: an action whose tool is not offered is left out. */
export function inSurface(surface: "default" | "classic" | "compact", offered: readonly Definition[]): Definition[] {
  const known = new Map(offered.map((definition) => [definition.name, definition]));
  const aliases: readonly Alias[] = made[surface];
  return aliases.flatMap((alias) => {
    const behind = Object.entries(alias.tools).flatMap(([action, tool = ""]) => {
      const definition = known.get(tool);
      return definition ? [{ action, definition }] : [];
    });
    return behind.length > 0 ? definitionOf(alias, behind) : [];
  });
}

function definitionOf(
  { name, title, description, inputSchema }: Alias,
  behind: readonly { action: string; definition: Definition }[],
): Definition[] {
  const [first, ...others] = behind.map(({ definition }) => definition);
  if (!first) return [];
  const all = [first, ...others];
  const actions = behind.map(({ action }) => action).filter((action) => action !== "");
  const given = propertiesOf(inputSchema);
  const action = actions.length > 0 ? { action: { type: "string", enum: actions } } : {};
  const host = hostOf(all);
  const needed = required(inputSchema).concat(
    all.every((tool) => required(tool.inputSchema).includes("host")) ? "host" : [],
  );
  return [{
    name,
    title,
    description,
    toolset: first.toolset,
    risk: risks[Math.max(...all.map(({ risk }) => risks.indexOf(risk)))] ?? "destroy",
    inputSchema: {
      ...inputSchema,
      properties: { ...given, ...action, ...(host === undefined ? {} : { host }) },
      ...(needed.length > 0 ? { required: needed } : {}),
    },
    outputSchema: actions.length > 0 ? { type: "object" } : first.outputSchema,
    annotations: worst(all),
  }];
}

/** With several engines: all that any of them may reach. The call door says where one of them may not. */
function hostOf(definitions: readonly Definition[]): unknown {
  const hosts = definitions.map(({ inputSchema }) => propertiesOf(inputSchema)["host"]).filter(isJsonObject);
  return hosts.toSorted((a, b) => choices(b) - choices(a))[0];
}

function required({ required: names }: JsonObject): unknown[] {
  return Array.isArray(names) ? names : [];
}

function choices({ enum: values }: JsonObject): number {
  return Array.isArray(values) ? values.length : 0;
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

/** What holds of all of them. */
function worst(definitions: readonly Definition[]): Definition["annotations"] {
  const hints = definitions.map(({ annotations }) => annotations);
  return {
    readOnlyHint: hints.every(({ readOnlyHint }) => readOnlyHint),
    destructiveHint: hints.some(({ destructiveHint }) => destructiveHint),
    idempotentHint: hints.every(({ idempotentHint }) => idempotentHint),
    openWorldHint: hints.some(({ openWorldHint }) => openWorldHint),
  };
}
