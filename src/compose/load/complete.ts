import { ComposeError } from "../errors.ts";
import { forbidDoubles, wrongKind } from "./canonical.ts";
import { scalarFaults } from "./cast.ts";
import { bool, map, mapEntries, mapItems, type MapNode, type Node, text } from "./node.ts";
import { type Base, type Path, rowOf, type Shape, type Struct } from "./shape.ts";

interface Place {
  shape: Shape;
  path: Path;
}

/** The merged tree with the defaults of the table; what is required must be there now. */
export function complete(node: Node, { shape, path }: Place): Node {
  if (node.kind === "null" && !shape.nullable && shape.kind !== "any") {
    throw wrongKind(node, { expected: kindOf(shape), path });
  }
  if (node.kind === "list" && shape.kind === "list") {
    if (shape.distinct) forbidDoubles(node.items, path);
    return mapItems(node, (item, i) => complete(item, { shape: shape.item, path: [...path, String(i)] }));
  }
  if (node.kind !== "map") return node;
  const inner = mapEntries(node, (value, key) => {
    const row = rowOf(shape, key);
    return row ? complete(value, { shape: row, path: [...path, key] }) : value;
  });
  const struct = shape.kind === "either" ? shape.struct : shape;
  return struct.kind === "struct" ? completeStruct(inner, { shape: struct, path }) : inner;
}

function kindOf(shape: Shape): string {
  if (shape.kind === "list") return "a list";
  const isMap = shape.kind === "dictionary" || shape.kind === "struct" || shape.kind === "either";
  return isMap ? "a mapping" : scalarFaults[shape.kind];
}

function completeStruct(node: MapNode, { shape, path }: { shape: Struct; path: Path }): Node {
  const missing = shape.required?.find((key) => !node.entries.has(key));
  if (missing) {
    throw new ComposeError(`missing property '${missing}'`, { at: node.at, path: path.join(".") });
  }
  const defaults = shape.defaults.filter(([key]) => !node.entries.has(key)).map(([key, value]) =>
    [key, typeof value === "boolean" ? bool(value, node.at) : text(value, node.at)] as const
  );
  const whole = defaults.length > 0 ? map([...node.entries, ...defaults], node.at) : node;
  return shape.complete ? shape.complete(whole) : whole;
}

/** The tree with all paths absolute. */
export function resolvePaths(node: Node, { shape, base }: { shape: Shape; base: Base }): Node {
  const inner = resolveInner(node, { shape, base });
  return shape.resolve ? shape.resolve(inner, base) : inner;
}

function resolveInner(node: Node, { shape, base }: { shape: Shape; base: Base }): Node {
  if (node.kind === "list" && shape.kind === "list") {
    return mapItems(node, (item) => resolvePaths(item, { shape: shape.item, base }));
  }
  if (node.kind !== "map") return node;
  return mapEntries(node, (value, key) => {
    const row = rowOf(shape, key);
    return row ? resolvePaths(value, { shape: row, base }) : value;
  });
}

/** Every text in the tree changed by `change`. */
export function mapTexts(
  node: Node,
  path: Path,
  change: (value: string, place: { node: Node; path: Path }) => string,
): Node {
  if (node.kind === "string") {
    const value = change(node.value, { node, path });
    return value === node.value ? node : text(value, node.at);
  }
  if (node.kind === "list") {
    return mapItems(node, (item, i) => mapTexts(item, [...path, String(i)], change));
  }
  return node.kind === "map" ? mapEntries(node, (value, key) => mapTexts(value, [...path, key], change)) : node;
}
