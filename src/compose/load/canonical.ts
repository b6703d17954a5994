import { closest, distance } from "fastest-levenshtein";
import { ComposeError } from "../errors.ts";
import { kindNames, toScalar } from "./cast.ts";
import { entriesOf, get, list, map, type MapNode, type Node } from "./node.ts";
import { type List, type Path, rowOf, type Shape, type Struct } from "./shape.ts";

export interface Place {
  shape: Shape;
  path: Path;
}

/**
 * The tree in long syntax and in the types of the table, or the first thing in it that the table does not allow. A
 * mapping may still lack what another file gives it.
 */
export function canonical(node: Node, { shape, path }: Place): Node {
  if (node.kind === "list" && shape.kind === "dictionary" && shape.distinct) forbidDoubles(node.items, path);
  const long = shape.short ? shape.short(node, path) : node;
  // In an override it keeps what was said before; if nothing was, that is found when all is merged.
  if (long.kind === "null" && !("empty" in shape)) return long;
  switch (shape.kind) {
    case "list":
      return canonicalList(long, { shape, path });
    case "dictionary":
    case "struct":
      return canonicalMap(long, { shape, path });
    case "either":
      return canonical(long, { shape: long.kind === "map" ? shape.struct : shape.scalar, path });
    default:
      return toScalar(long, { shape, path });
  }
}

function canonicalList(node: Node, { shape, path }: { shape: List; path: Path }): Node {
  if (node.kind !== "list") throw wrongKind(node, { expected: "a list", path });
  const items = node.items.map((item, i) => canonical(item, { shape: shape.item, path: [...path, String(i)] }));
  return list(withoutDoubles(items, shape), node.at);
}

function canonicalMap(node: Node, { shape, path }: Place): MapNode {
  if (node.kind !== "map") throw wrongKind(node, { expected: "a mapping", path });
  return map(
    [...node.entries].map(([key, value]) => {
      const row = rowOf(shape, key);
      if (!row || (shape.kind === "dictionary" && shape.keys?.test(key) === false)) {
        throw unknownKey(value, { shape, path: [...path, key] });
      }
      return [key, canonical(value, { shape: row, path: [...path, key] })] as const;
    }),
    node.at,
  );
}

/** Of items that are the same by the table's rule, the last one stays, where the first one was. */
export function withoutDoubles(items: readonly Node[], { unique, omitEmpty }: List): readonly Node[] {
  if (!unique) return items;
  const kept = new Map<string, Node>();
  for (const item of items) kept.set(unique(item), item);
  if (omitEmpty) kept.delete("");
  return [...kept.values()];
}

/** Throws for two equal items. */
export function forbidDoubles(items: readonly Node[], path: Path): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const print = fingerprint(item);
    if (seen.has(print)) {
      throw new ComposeError("an item before it says the same", { at: item.at, path: [...path, i].join(".") });
    }
    seen.add(print);
  }
}

function fingerprint(node: Node): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "list":
      return `[${node.items.map(fingerprint).join()}]`;
    case "map":
      return `{${entriesOf(node).map(([key, value]) => `${JSON.stringify(key)}:${fingerprint(value)}`).sort().join()}}`;
    default:
      return `${node.kind}:${JSON.stringify(String(node.value))}`;
  }
}

function unknownKey(node: Node, { shape, path }: Place): ComposeError {
  const key = path.at(-1) ?? "";
  if (shape.kind !== "struct") {
    const reason = `"${key}" is not a name that may be used here`;
    return new ComposeError(reason, {
      at: node.at,
      path: path.join("."),
      expected: "letters, digits, dots, underscores and hyphens",
    });
  }
  const holder = path.length > 1 ? `of ${path.slice(0, -1).join(".")}` : "of a Compose file";
  const expected = insteadOf(node, { shape, path });
  return new ComposeError(`additional properties '${key}' not allowed: it is no attribute ${holder}`, {
    at: node.at,
    path: path.join("."),
    ...(expected && { expected }),
  });
}

function insteadOf(node: Node, { shape, path }: { shape: Struct; path: Path }): string | undefined {
  const [key = ""] = path.slice(-1);
  // The first Compose files had their services where now the sections are.
  if (path.length === 1 && (get(node, "image") || get(node, "build"))) return `"services:", with "${key}" below it`;
  const near = closest(key, Object.keys(shape.fields));
  return distance(key, near) <= 2 ? `perhaps "${near}"` : undefined;
}

/** The error for a value of a kind that may not be there. */
export function wrongKind(node: Node, { expected, path }: { expected: string; path: Path }): ComposeError {
  return new ComposeError(`${kindNames[node.kind]} is not allowed here`, {
    at: node.at,
    path: path.join("."),
    expected,
  });
}
