import { ComposeError } from "../errors.ts";
import { parseDotenv, parseRawEnv } from "./dotenv.ts";
import type { Host } from "./host.ts";
import type { Scope } from "./model.ts";
import {
  entriesOf,
  get,
  getText,
  itemsOf,
  map,
  mapEntries,
  type MapNode,
  type Node,
  text,
  withEntries,
} from "./node.ts";

export type Environment = ReadonlyMap<string, string>;

/** The variables of files, which neither replace those given nor those of later files. */
export async function withEnvFiles(host: Host, files: readonly string[], given: Environment): Promise<Environment> {
  let variables: Environment = new Map();
  for (const file of files) {
    const options = { file, lookup: (name: string) => given.get(name), before: variables };
    variables = parseDotenv(await readEnv(host, file), options);
  }
  return new Map([...variables, ...given]);
}

/** Entries without a value take the project's variable of that name, where it is set. */
export function resolveVariables(model: MapNode, environment: Environment): MapNode {
  const services = get(model, "services");
  if (services?.kind !== "map") return model;
  return withEntries(model, {
    services: mapEntries(services, (service) => {
      if (service.kind !== "map") return service;
      const build = get(service, "build");
      const args = get(build, "args");
      const own = get(service, "environment");
      return withEntries(service, {
        ...(own && { environment: filled(own, environment) }),
        ...(build?.kind === "map" && args && { build: withEntries(build, { args: known(filled(args, environment)) }) }),
      });
    }),
  });
}

function filled(variables: Node, environment: Environment): Node {
  if (variables.kind !== "map") return variables;
  return mapEntries(variables, (value, key) => {
    const known = value.kind === "null" ? environment.get(key) : undefined;
    return known === undefined ? value : text(known, value.at);
  });
}

/** Without those that have no value. */
function known(variables: Node): Node {
  return variables.kind === "map"
    ? mapEntries(variables, (value) => value.kind === "null" ? undefined : value)
    : variables;
}

interface Sources extends Pick<Scope, "host" | "environment" | "learn"> {
  path: readonly string[];
}

/** The service with the variables and labels of its files, which its own ones go over. */
export async function withFiles(service: MapNode, sources: Sources): Promise<MapNode> {
  const variables = await readVariables(service, sources);
  const labels = await readLabels(service, sources);
  return withEntries(service, {
    env_file: undefined,
    ...(variables && { environment: variables }),
    ...(labels && { labels }),
  });
}

async function readVariables(service: MapNode, { host, environment, path, learn }: Sources): Promise<Node | undefined> {
  const files = itemsOf(get(service, "env_file"));
  const own = get(service, "environment");
  if (files.length === 0) return own;
  let read: Environment = new Map();
  const lookup = (key: string) => environment.get(key) ?? getText(own, key);
  for (const [i, file] of files.entries()) {
    const name = getText(file, "path") ?? "";
    const required = get(file, "required");
    if (required?.kind === "bool" && !required.value && !await host.isFile(name)) continue;
    const content = await readEnv(host, name, { at: file, path: [...path, "env_file", String(i)] });
    const parse = getText(file, "format") === "raw" ? parseRawEnv : parseDotenv;
    read = parse(content, { file: name, lookup, before: read });
  }
  learn({ variables: read, names: [] });
  return joined(read, own, get(service, "env_file") ?? service);
}

async function readLabels(service: MapNode, { host, path }: Sources): Promise<Node | undefined> {
  const files = itemsOf(get(service, "label_file"));
  const own = get(service, "labels");
  if (files.length === 0) return own;
  let read: Environment = new Map();
  for (const [i, file] of files.entries()) {
    const name = textOf(file) ?? "";
    const content = await readEnv(host, name, { at: file, path: [...path, "label_file", String(i)] });
    read = parseDotenv(content, { file: name, lookup: () => undefined, before: read });
  }
  return joined(read, own, get(service, "label_file") ?? service);
}

/** What files say, and over it what the service says itself. */
function joined(read: Environment, own: Node | undefined, { at }: Node): MapNode {
  return map(
    [...Array.from(read, ([key, value]) => [key, text(value, at)] as const), ...entriesOf(own)],
    own?.at ?? at,
  );
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === "string" ? node.value : undefined;
}

async function readEnv(
  host: Host,
  file: string,
  place?: { at: Node; path: readonly string[] },
): Promise<string> {
  if (place && !await host.isFile(file)) {
    const refusal = file === "" ? undefined : host.refusal(file);
    throw refusal ?? new ComposeError(file === "" ? "its path is empty" : `the file ${file} is not there`, {
      at: place.at.at,
      path: place.path.join("."),
      expected: 'a file, or "required: false" beside its path',
    });
  }
  return (await host.readText(file)).replace(/^\ufeff/, "");
}
