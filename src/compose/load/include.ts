import { ComposeError } from "../errors.ts";
import { project } from "./attributes.ts";
import { withEnvFiles } from "./environment.ts";
import { merge } from "./merge.ts";
import { loadModel, requireMap, type Scope } from "./model.ts";
import { get, getText, itemsOf, type MapNode, type Node, plainText, withEntries } from "./node.ts";
import { absolute } from "./paths.ts";
import { readRelated, refuseRemote, requireFile } from "./related.ts";

const sections = ["services", "volumes", "networks", "secrets", "configs", "models"];

/** The document with what its included files declare; what it says itself goes over that. */
export async function applyIncludes(root: MapNode, scope: Scope): Promise<MapNode> {
  let whole = withEntries(root, { include: undefined });
  for (const [i, entry] of itemsOf(get(root, "include")).entries()) {
    const imported = await loadIncluded(entry, { scope, path: `include.${i}` });
    const resources = Object.fromEntries(sections.map((section) => [section, get(imported, section)]));
    whole = requireMap(merge(withEntries(imported, { name: undefined, ...resources }), whole, project));
  }
  return whole;
}

async function loadIncluded(entry: Node, { scope, path }: { scope: Scope; path: string }): Promise<MapNode> {
  const { host } = scope;
  const outside = { directory: scope.directory, home: host.home };
  const files = itemsOf(get(entry, "path")).map((node) => {
    refuseRemote(plainText(node), { node, path });
    return { node, file: absolute(plainText(node), outside) };
  });
  const [first] = files;
  if (!first) throw new ComposeError("path is required", { at: entry.at, path });
  if (scope.including.includes(first.file)) {
    const chain = [...scope.including, first.file].join(" includes ");
    throw new ComposeError(`include cycle detected: ${chain}`, { at: entry.at, path });
  }
  const said = getText(entry, "project_directory");
  const directory = said === undefined ? first.file.replace(/\/[^/]*$/, "") || "/" : absolute(said, outside);
  const environment = await withEnvFiles(host, await envFiles(entry, { scope, directory, path }), scope.environment);
  const sources = [];
  for (const { file, node } of files) sources.push(await readRelated(file, { scope, node, path }));
  return loadModel(sources, { ...scope, directory, environment });
}

/** Those it names, or `.env` in its directory, where there is one. */
async function envFiles(
  entry: Node,
  { scope, directory, path }: { scope: Scope; directory: string; path: string },
): Promise<string[]> {
  const named = itemsOf(get(entry, "env_file"));
  if (named.length === 0) {
    const file = `${directory}/.env`;
    return await scope.host.isFile(file) ? [file] : [];
  }
  const files = [];
  for (const node of named) {
    const file = absolute(plainText(node), { directory: scope.directory, home: scope.host.home });
    if (file === "/dev/null") continue;
    await requireFile(file, { scope, node, path: `${path}.env_file` });
    files.push(file);
  }
  return files;
}
