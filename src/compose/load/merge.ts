import { withoutDoubles } from "./canonical.ts";
import { get, getText, list, type ListNode, map, type MapNode, type Node, plainText } from "./node.ts";
import { type List, type Path, rowOf, type Shape } from "./shape.ts";

/** Both trees in one, by the rules of the table. Null in the override says nothing. */
export function merge(base: Node, override: Node, shape: Shape): Node {
  if (shape.merge === "replace") return override;
  if (override.kind === "null") return base;
  if (base.kind === "map" && override.kind === "map") {
    return shape.merge === "logging" && !sameDriver(base, override) ? override : mergeMaps(base, override, shape);
  }
  if (base.kind === "list" && override.kind === "list" && shape.kind === "list") {
    return mergeLists(base, override, shape);
  }
  if (base.kind === "list" && override.kind === "list" && shape.kind === "any") {
    return list([...base.items, ...override.items], base.at);
  }
  return override;
}

function mergeMaps(base: MapNode, override: MapNode, shape: Shape): MapNode {
  const entries = new Map(base.entries);
  for (const [key, value] of override.entries) {
    const before = entries.get(key);
    const row = rowOf(shape, key);
    entries.set(key, before && row ? merge(before, value, row) : value);
  }
  return map(entries, base.at);
}

function mergeLists(base: ListNode, override: ListNode, shape: List): ListNode {
  const items = shape.mergeBy ? mergeItems(base, override, shape) : [...base.items, ...override.items];
  return list(withoutDoubles(items, shape), base.at);
}

/** Items with the same key are one; others of the override come after. */
function mergeItems(base: ListNode, override: ListNode, { mergeBy = "", item: shape }: List): Node[] {
  const key = (node: Node) => {
    const value = get(node, mergeBy);
    return value && plainText(value);
  };
  const merged = base.items.map((item) => {
    const other = override.items.find((candidate) => key(candidate) !== undefined && key(candidate) === key(item));
    return other ? merge(item, other, shape) : item;
  });
  return [...merged, ...override.items.filter((item) => !base.items.some((before) => key(before) === key(item)))];
}

/** The options of one driver mean nothing to another. */
function sameDriver(base: MapNode, override: MapNode): boolean {
  const [before, after] = [getText(base, "driver"), getText(override, "driver")];
  return before === undefined || after === undefined || before === after;
}

/** The tree without what is at `path`; only entries of mappings can go. */
export function without(node: Node, path: Path): Node {
  const [key, ...rest] = path;
  const value = key === undefined ? undefined : get(node, key);
  if (node.kind !== "map" || key === undefined || !value) return node;
  const entries = new Map(node.entries);
  if (rest.length === 0) entries.delete(key);
  else entries.set(key, without(value, rest));
  return map(entries, node.at);
}
