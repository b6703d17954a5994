import type { Position } from "../errors.ts";

/**
 * A value of a Compose file and where it stands. Of a mapping's entry it is the place of the key. Nodes never change;
 * each stage of loading takes a tree and returns one.
 */
export type Node = NullNode | BoolNode | IntNode | FloatNode | StringNode | ListNode | MapNode;

export interface NullNode {
  readonly kind: "null";
  readonly at: Position;
}
export interface BoolNode {
  readonly kind: "bool";
  readonly value: boolean;
  readonly at: Position;
}
export interface IntNode {
  readonly kind: "int";
  readonly value: bigint;
  readonly at: Position;
}
export interface FloatNode {
  readonly kind: "float";
  readonly value: number;
  readonly at: Position;
}
export interface StringNode {
  readonly kind: "string";
  readonly value: string;
  readonly at: Position;
}
export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at: Position;
}
export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Node>;
  readonly at: Position;
}

export function text(value: string, at: Position): StringNode {
  return { kind: "string", value, at };
}

export function int(value: number | bigint, at: Position): IntNode {
  return { kind: "int", value: BigInt(value), at };
}

export function bool(value: boolean, at: Position): BoolNode {
  return { kind: "bool", value, at };
}

export function list(items: readonly Node[], at: Position): ListNode {
  return { kind: "list", items, at };
}

/** Entries without a value are left out. */
export function map(entries: Iterable<readonly [string, Node | undefined]>, at: Position): MapNode {
  const given = new Map<string, Node>();
  for (const [key, value] of entries) if (value) given.set(key, value);
  return { kind: "map", entries: given, at };
}

/** The mapping with these entries set, or removed where the value is undefined. */
export function withEntries(node: MapNode, entries: Record<string, Node | undefined>): MapNode {
  const changed = new Map(node.entries);
  for (const [key, value] of Object.entries(entries)) {
    if (value) changed.set(key, value);
    else changed.delete(key);
  }
  return { ...node, entries: changed };
}

/** The value at a key, where the node is a mapping that has it. */
export function get(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === "map" ? node.entries.get(key) : undefined;
}

/** The text at a key, where there is text. */
export function getText(node: Node | undefined, key: string): string | undefined {
  const value = get(node, key);
  return value?.kind === "string" ? value.value : undefined;
}

/** The mapping's entries, or none. */
export function entriesOf(node: Node | undefined): [string, Node][] {
  return node?.kind === "map" ? [...node.entries] : [];
}

/** The list's items, or none. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "list" ? node.items : [];
}

/** The mapping with each value changed; those that become undefined go. Where nothing changes, it is the same one. */
export function mapEntries(node: MapNode, change: (value: Node, key: string) => Node | undefined): MapNode {
  let entries: Map<string, Node> | undefined;
  for (const [key, value] of node.entries) {
    const next = change(value, key);
    if (next === value) continue;
    entries ??= new Map(node.entries);
    if (next) entries.set(key, next);
    else entries.delete(key);
  }
  return entries ? { kind: "map", entries, at: node.at } : node;
}

/** The list with each item changed. Where nothing changes, it is the same one. */
export function mapItems(node: ListNode, change: (item: Node, index: number) => Node): ListNode {
  const items = node.items.map(change);
  return items.some((item, i) => item !== node.items[i]) ? { kind: "list", items, at: node.at } : node;
}

/** Where the value at `path` stands, or the last one on the way to it that is there. */
export function positionOf(root: Node, path: readonly (string | number)[]): Position {
  let node = root;
  for (const step of path) {
    const next = typeof step === "number" ? itemsOf(node)[step] : get(node, step);
    if (!next) break;
    node = next;
  }
  return node.at;
}

/** A scalar as Go prints it: what Compose makes of a number where it wants text. */
export function plainText(node: Node): string {
  switch (node.kind) {
    case "string":
      return node.value;
    case "int":
    case "bool":
      return String(node.value);
    case "float":
      return goFloat(node.value);
    default:
      return "";
  }
}

/** Go's `%v` of a float64: the shortest digits, with an exponent from 1e+06 on and below 1e-04. */
function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return decimal(digits, power);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** `1.5` and 3 is `1500`. */
function decimal(digits: string, power: number): string {
  const sign = digits.startsWith("-") ? "-" : "";
  const bare = digits.replace(/[-.]/g, "");
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${bare}`;
  if (bare.length <= power + 1) return sign + bare.padEnd(power + 1, "0");
  return `${sign}${bare.slice(0, power + 1)}.${bare.slice(power + 1)}`;
}
