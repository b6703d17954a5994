import { ComposeError } from "../errors.ts";
import type { Scope, Source } from "./model.ts";
import type { Node } from "./node.ts";
import { parseYaml } from "./yaml.ts";

interface Reference {
  scope: Scope;
  /** What refers to the file. */
  node: Node;
  path: string;
}

/** Reads a file that another one refers to. */
export async function readRelated(file: string, { scope, node, path }: Reference): Promise<Source> {
  await requireFile(file, { scope, node, path });
  return { file, documents: parseYaml(await scope.host.readText(file), file) };
}

/** Throws where there is no such file, or none that may be read. */
export async function requireFile(file: string, { scope, node, path }: Reference): Promise<void> {
  if (await scope.host.isFile(file)) return;
  throw scope.host.refusal(file) ?? new ComposeError(`open ${file}: no such file or directory`, { at: node.at, path });
}

/** Refuses what is not a file of this machine: what is elsewhere may change under the reader. */
export function refuseRemote(reference: string, { node, path }: Omit<Reference, "scope">): void {
  if (!/^(?:[a-z+]+:\/\/|git@|github\.com\/|oci:)/.test(reference)) return;
  throw new ComposeError(`remote "${reference}" is not fetched`, {
    at: node.at,
    path,
    expected: "a local file: fetch it first, and name the copy",
  });
}
