import { ComposeError } from "../errors.ts";
import { bool, int, type Node, plainText, text } from "./node.ts";
import type { Path, Scalar } from "./shape.ts";
import { parseDuration } from "./short/duration.ts";
import { parseSize } from "./short/size.ts";

interface Cast {
  shape: Scalar;
  path: Path;
}

/** The scalar in the type that the table wants; numbers and truth values may be given as text, as variables are. */
export function toScalar(node: Node, { shape, path }: Cast): Node {
  const given = node.kind === "null" && shape.empty !== undefined ? text(shape.empty, node.at) : node;
  const cast = isRefused(given, shape) ? undefined : casts[shape.kind](given, shape);
  if (!cast) throw fault(given, { shape, path });
  if (cast.kind === "string" && !allows(shape, cast.value)) throw fault(given, { shape, path });
  if ((cast.kind === "int" || cast.kind === "float") && !inRange(shape, Number(cast.value))) {
    const { min = -Infinity, max = Infinity } = shape;
    const expected = max === Infinity ? `${min} or more` : `${min} to ${max}`;
    throw new ComposeError(`${cast.value} is out of range`, { at: node.at, path: path.join("."), expected });
  }
  return cast;
}

function isRefused(node: Node, { strict, textOnly, whole }: Scalar): boolean {
  if (node.kind === "string") return strict ?? false;
  return (textOnly ?? false) || (whole === true && node.kind === "float");
}

/** Each kind of value in words. */
export const kindNames: Record<Node["kind"], string> = {
  null: "an empty value",
  bool: "true or false",
  int: "a number",
  float: "a number",
  string: "text",
  list: "a list",
  map: "a mapping",
};

/** What is expected of each kind of scalar, in words. */
export const scalarFaults: Record<Scalar["kind"], string> = {
  string: "text",
  bool: "true or false",
  int: "a whole number",
  float: "a number",
  float32: "a number",
  bytes: 'a size like "512m", or a number of bytes',
  duration: 'a duration with its unit, like "90s" or "1m30s"',
  mode: 'permission bits in octal, like "0440"',
  count: 'a whole number or "all"',
  any: "anything",
};

const casts: Record<Scalar["kind"], (node: Node, shape: Scalar) => Node | undefined> = {
  string: (node, { coerce }) => {
    if (node.kind === "string") return node;
    return coerce && (node.kind === "int" || node.kind === "float" || (node.kind === "bool" && coerce === true))
      ? text(plainText(node), node.at)
      : undefined;
  },
  bool: (node) => {
    if (node.kind === "bool") return node;
    const value = node.kind === "string" ? truths.get(node.value.toLowerCase()) : undefined;
    return value === undefined ? undefined : bool(value, node.at);
  },
  int: (node) => {
    if (node.kind === "int") return node;
    if (node.kind === "float") return Number.isInteger(node.value) ? int(node.value, node.at) : undefined;
    return node.kind === "string" && /^[-+]?\d+$/.test(node.value)
      ? int(BigInt(node.value.replace("+", "")), node.at)
      : undefined;
  },
  float: toFloat,
  float32: toFloat,
  bytes: (node) => {
    if (node.kind === "int") return node;
    const size = node.kind === "string" ? parseSize(node.value) : undefined;
    return size === undefined ? undefined : int(size, node.at);
  },
  duration: (node) => {
    const nanoseconds = node.kind === "string" ? parseDuration(node.value) : undefined;
    return nanoseconds === undefined ? undefined : int(nanoseconds, node.at);
  },
  mode: (node) => {
    if (node.kind === "int") return node;
    return node.kind === "string" && /^[0-7]+$/.test(node.value)
      ? int(Number.parseInt(node.value, 8), node.at)
      : undefined;
  },
  count: (node) => {
    if (node.kind === "int") return node;
    if (node.kind !== "string") return undefined;
    if (node.value.toLowerCase() === "all") return int(-1, node.at);
    return /^-?\d+$/.test(node.value) ? int(BigInt(node.value), node.at) : undefined;
  },
  any: (node) => node,
};

const truths = new Map([
  ...["true", "yes", "y", "on"].map((word) => [word, true] as const),
  ...["false", "no", "n", "off"].map((word) => [word, false] as const),
]);

function toFloat(node: Node): Node | undefined {
  if (node.kind === "float") return node;
  if (node.kind === "int") return { kind: "float", value: Number(node.value), at: node.at };
  if (node.kind !== "string" || !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(node.value)) return undefined;
  return { kind: "float", value: Number(node.value), at: node.at };
}

function allows({ values, pattern }: Scalar, value: string): boolean {
  return (values?.includes(value) ?? true) && (pattern?.test(value) ?? true);
}

function inRange({ min = -Infinity, max = Infinity }: Scalar, value: number): boolean {
  return value >= min && value <= max;
}

function fault(node: Node, { shape, path }: Cast): ComposeError {
  const isOther = node.kind === "int" || node.kind === "float" || node.kind === "bool";
  const given = node.kind === "string" ? `"${node.value}"` : isOther ? plainText(node) : kindNames[node.kind];
  const expected = expectedOf(shape);
  return new ComposeError(`${given} is not allowed here`, {
    at: node.at,
    path: path.join("."),
    expected: shape.kind === "string" && isOther ? `${expected}: put it in quotes` : expected,
  });
}

function expectedOf({ kind, values, pattern }: Scalar): string {
  if (values) return `one of ${values.join(", ")}`;
  return pattern ? `text that fits ${pattern.source}` : scalarFaults[kind];
}
