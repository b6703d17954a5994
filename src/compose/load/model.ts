import type { LoadOptions } from "../compose.ts";
import { ComposeError, type Position } from "../errors.ts";
import { project } from "./attributes.ts";
import { canonical } from "./canonical.ts";
import { complete, mapTexts, resolvePaths } from "./complete.ts";
import { checkValues } from "./check.ts";
import type { Environment } from "./environment.ts";
import { applyExtends } from "./extends.ts";
import type { Host } from "./host.ts";
import { applyIncludes } from "./include.ts";
import { interpolate, TemplateError } from "./interpolate.ts";
import { entriesOf, get, map, type MapNode, type Node } from "./node.ts";
import { merge, without } from "./merge.ts";
import type { Path } from "./shape.ts";
import type { Document } from "./yaml.ts";

/** A file, which has been read. */
export interface Source {
  /** Absolute, or a name for text that is no file. */
  file: string;
  documents: readonly Document[];
}

/** What loading goes by; an included file has its own. */
export interface Scope {
  host: Host;
  /** What relative paths refer to; absolute. */
  directory: string;
  environment: Environment;
  /** The files that are being read, from the first to the one that included this. */
  including: readonly string[];
  warn(warning: string): void;
  /** Called with each variable that is not set, and where it stands. */
  unset(name: string, at: Position): void;
  learn: NonNullable<LoadOptions["learn"]>;
}

/** Files as one canonical tree: merged, with defaults, paths absolute, variables put in. */
export async function loadModel(sources: readonly Source[], scope: Scope): Promise<MapNode> {
  let model: MapNode | undefined;
  for (const source of sources) model = await addSource(model, source, scope);
  if (!model || entriesOf(model).every(([key]) => key === "version")) {
    throw new ComposeError(`empty compose file ${sources.map(({ file }) => file).join(", ")}`);
  }
  const whole = complete(model, { shape: project, path: [] });
  checkValues(whole);
  const placed = resolvePaths(whole, { shape: project, base: { directory: scope.directory, home: scope.host.home } });
  return requireMap(placed);
}

async function addSource(before: MapNode | undefined, source: Source, scope: Scope): Promise<MapNode | undefined> {
  let model = before;
  for (const { root, resets } of readDocuments(source, scope)) {
    const included = await applyIncludes(root, { ...scope, including: [...scope.including, source.file] });
    const extended = await applyExtends(included, { scope, source, resets });
    // Each document has to make sense with those before it: the next one does not mend it.
    if (model) complete(model, { shape: project, path: [] });
    const base = resets.reduce<Node>(without, model ?? map([], root.at));
    model = requireMap(merge(base, extended, project));
  }
  return model;
}

export interface CanonicalDocument {
  root: MapNode;
  resets: readonly Path[];
}

/** The documents of a file, each canonical, with its variables put in. */
export function readDocuments(source: Source, scope: Scope): CanonicalDocument[] {
  return source.documents.map(({ root, resets }) => {
    if (root.kind !== "map") {
      throw new ComposeError("top-level object must be a mapping", {
        at: root.at,
        expected: '"services:" and what it has',
      });
    }
    const names = entriesOf(root).flatMap(([, section]) => entriesOf(section).map(([name]) => name));
    scope.learn({ variables: scope.environment, names });
    if (get(root, "version")) scope.warn(`${source.file}: the attribute "version" is obsolete and ignored`);
    const filled = mapTexts(root, [], (value, place) => substitute(value, { ...place, scope }));
    return { root: requireMap(canonical(filled, { shape: project, path: [] })), resets };
  });
}

interface Substituting {
  node: Node;
  path: Path;
  scope: Pick<Scope, "environment" | "unset">;
}

/** The text with its variables put in. */
export function substitute(value: string, { node, path, scope }: Substituting): string {
  if (!value.includes("$")) return value;
  try {
    return interpolate(value, (name) => scope.environment.get(name), {
      unset: (name) => scope.unset(name, node.at),
    });
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw new ComposeError(cause.message, { at: node.at, path: path.join("."), cause });
  }
}

export function requireMap(node: Node): MapNode {
  if (node.kind === "map") return node;
  throw new ComposeError("a mapping is needed here", { at: node.at });
}
