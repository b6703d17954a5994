import type { Node } from "./node.ts";
import { rowOf, type Shape } from "./shape.ts";

/**
 * The canonical tree as plain values: mappings of known attributes become objects, those whose keys a user chooses
 * become Maps. The type of the result is asserted here, once: the table that made the tree is what it is true of.
 */
export function decode<T>(node: Node, shape: Shape): T;
export function decode(node: Node, shape: Shape): unknown {
  switch (node.kind) {
    case "null":
      return null;
    case "int":
      return Number(node.value);
    case "list":
      return node.items.map((item) => decode(item, shape.kind === "list" ? shape.item : anything));
    case "map":
      return decodeMap(node.entries, shape);
    default:
      return node.value;
  }
}

/** An `x-` attribute. */
const anything: Shape = { kind: "any" };

function decodeMap(entries: ReadonlyMap<string, Node>, shape: Shape): unknown {
  if (shape.kind === "dictionary") {
    return new Map([...entries].map(([key, value]) => [key, decode(value, shape.value)]));
  }
  if (shape.kind === "either") return decodeMap(entries, shape.struct);
  if (shape.kind !== "struct") return new Map([...entries].map(([key, value]) => [key, decode(value, anything)]));
  const fields: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(shape.fields)) {
    const value = entries.get(key);
    if (value && !row.consumed && !isNothing(value, row)) fields[key] = decode(value, row);
  }
  for (const [key, value] of entries) {
    if (!Object.hasOwn(shape.fields, key) && rowOf(shape, key)) fields[key] = decode(value, anything);
  }
  return fields;
}

/** To Compose, empty text is as good as none. */
function isNothing(node: Node, row: Shape): boolean {
  if (node.kind === "null") return true;
  return node.kind === "string" && node.value === "" && row.kind === "string" && !row.always && !row.mayBeEmpty;
}
