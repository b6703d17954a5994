import { ComposeError } from "../errors.ts";
import { project } from "./attributes.ts";
import { service as serviceShape } from "./attributes/service.ts";
import { resolvePaths } from "./complete.ts";
import { merge, without } from "./merge.ts";
import { readDocuments, requireMap, type Scope, type Source } from "./model.ts";
import { entriesOf, get, getText, itemsOf, map, mapItems, type MapNode, type Node, text, withEntries } from "./node.ts";
import { absolute, relativeTo } from "./paths.ts";
import { readRelated } from "./related.ts";
import type { Path } from "./shape.ts";

interface Extending {
  scope: Scope;
  source: Source;
  /** What the document takes out of what it extends. */
  resets: readonly Path[];
}

/** The document with each service joined to the one that it extends. */
export async function applyExtends(root: MapNode, extending: Extending): Promise<MapNode> {
  const services = get(root, "services");
  if (services?.kind !== "map" || !entriesOf(services).some(([, service]) => get(service, "extends"))) return root;
  const extended: [string, Node][] = [];
  for (const [name] of services.entries) {
    extended.push([name, await extendedService(name, { ...extending, services, chain: [] })]);
  }
  return withEntries(root, { services: map(extended, services.at) });
}

interface Place extends Extending {
  services: MapNode;
  /** The services on the way here, as `file service`. */
  chain: readonly string[];
}

async function extendedService(name: string, place: Place): Promise<Node> {
  const service = place.services.entries.get(name);
  const reference = get(service, "extends");
  if (service?.kind !== "map" || !reference) return service ?? map([], place.services.at);
  const path = `services.${name}.extends`;
  const target = getText(reference, "service");
  if (target === undefined) throw new ComposeError("service is required", { at: reference.at, path });
  const chain = [...place.chain, `${name} in ${place.source.file}`];
  if (new Set(chain).size < chain.length) {
    throw new ComposeError(`Circular reference: ${chain.join(" extends ")}`, { at: reference.at, path });
  }
  const base = await baseService(target, { place: { ...place, chain }, reference, path });
  const reset = place.resets.filter(([section, key]) => section === "services" && key === name)
    .reduce<Node>((node, [, , ...rest]) => without(node, rest), base);
  return merge(without(reset, ["extends"]), without(service, ["extends"]), serviceShape);
}

/** The service that is extended: of the same file, or of another, whose paths refer to its own folder. */
async function baseService(
  target: string,
  { place, reference, path }: { place: Place; reference: Node; path: string },
): Promise<Node> {
  const file = getText(reference, "file");
  if (file === undefined) {
    if (place.services.entries.has(target)) return extendedService(target, place);
    throw notFound(target, { at: reference, path, file: place.source.file });
  }
  const { scope } = place;
  const name = absolute(file, { directory: scope.directory, home: scope.host.home });
  const source = await readRelated(name, { scope, node: get(reference, "file") ?? reference, path: `${path}.file` });
  const directory = name.replace(/\/[^/]*$/, "") || "/";
  const documents = readDocuments(source, { ...scope, directory });
  const services = documents.reduce<Node>((before, { root, resets }) => {
    return merge(resets.reduce(without, before), root, project);
  }, map([], reference.at));
  const found = get(services, "services");
  if (found?.kind !== "map" || !found.entries.has(target)) throw notFound(target, { at: reference, path, file: name });
  const base = await extendedService(target, {
    ...place,
    source,
    services: requireMap(found),
    scope: { ...scope, directory },
    resets: documents.flatMap(({ resets }) => resets),
  });
  const resolved = resolvePaths(base, { shape: serviceShape, base: { directory, home: scope.host.home } });
  return withRelativeEnvFiles(resolved, { written: base, directory: scope.directory });
}

/** As they would be written where they are extended: there the same file is to take the place of it. */
function withRelativeEnvFiles(service: Node, { written, directory }: { written: Node; directory: string }): Node {
  const files = get(service, "env_file");
  if (service.kind !== "map" || files?.kind !== "list") return service;
  const before = itemsOf(get(written, "env_file"));
  const relative = mapItems(files, (file, i) => {
    const path = getText(file, "path");
    if (file.kind !== "map" || path === undefined || path === getText(before[i], "path")) return file;
    return withEntries(file, { path: text(relativeTo(directory, path), file.at) });
  });
  return withEntries(service, { env_file: relative });
}

function notFound(target: string, { at, path, file }: { at: Node; path: string; file: string }): ComposeError {
  return new ComposeError(`service "${target}" not found in ${file}`, { at: at.at, path });
}
