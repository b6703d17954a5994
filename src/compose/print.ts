import { type Either, rowOf, type Scalar, type Shape, type Struct } from "./load/shape.ts";
import { formatDuration } from "./load/short/duration.ts";

/** Whose way of printing: Compose since version 5, or before. */
export type Dialect = "v5" | "v2";

export interface PrintOptions {
  dialect: Dialect;
  /** As a Compose file, to be read again: with `x-` attributes, and without what was not given. */
  asFile?: boolean;
  /** To be hashed. */
  hashed?: boolean;
}

/**
 * A canonical value as Compose prints it: its attributes in Compose's order, keys that a user chose sorted, and without
 * what is zero, false or empty where Compose leaves that out. Mappings are Maps, to keep the order.
 */
export function printed(value: unknown, shape: Shape, options: PrintOptions): unknown {
  if (value === null || value === undefined) return null;
  if (shape.print) return shape.print(value);
  switch (shape.kind) {
    case "list":
      return Array.isArray(value) ? value.map((item) => printed(item, shape.item, options)) : value;
    case "dictionary":
      return value instanceof Map ? sorted(value, (item) => printed(item, shape.value, options)) : value;
    case "struct":
      return printedStruct(value, shape, options);
    case "either":
      return printedEither(value, shape, options);
    default:
      return printedScalar(value, shape, options);
  }
}

function printedStruct(value: object, shape: Struct, options: PrintOptions): Map<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(value));
  const fields = new Map<string, unknown>();
  for (const [key, row] of Object.entries(shape.fields)) {
    if (row.consumed || row.onlyHashed && !options.hashed) continue;
    const field = printedField(given.get(key), row, options);
    if (field !== undefined) fields.set(options.asFile ? key : row.printedAs ?? key, field);
  }
  if (!options.asFile) return fields;
  const extensions = [...given].filter(([key]) => !Object.hasOwn(shape.fields, key) && rowOf(shape, key));
  return new Map([...fields, ...sorted(new Map(extensions), plain)]);
}

/** Undefined where the attribute is left out. */
function printedField(value: unknown, row: Shape, options: PrintOptions): unknown {
  if (value === undefined || value === null) return row.always && !options.asFile ? absent(row, options) : undefined;
  if (row.optOut && !options.asFile) return (value === true) === (options.dialect === "v5") ? undefined : value;
  const field = printed(value, row, options);
  return row.always || row.keep || row.kind === "struct" || (value !== 0 && !isZero(field)) ? field : undefined;
}

/** What stands for a value that was not given, of an attribute that is always printed. */
function absent(row: Shape, options: PrintOptions): unknown {
  if (row.kind === "struct") return printedStruct({}, row, options);
  if (row.kind === "list") return null;
  if (row.kind === "int") return 0;
  return row.kind === "bytes" ? "0" : "";
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  return value === false || value === "";
}

/** A limit of zero is hashed as one that is not given. */
function printedEither(value: unknown, { scalar, struct }: Either, options: PrintOptions): unknown {
  const isScalar = typeof value === "number" && (value !== 0 || options.asFile);
  return isScalar ? printed(value, scalar, options) : printed(value || {}, struct, options);
}

function printedScalar(value: unknown, { kind }: Scalar, { asFile }: PrintOptions): unknown {
  if (kind === "any") return plain(value);
  if (typeof value !== "number") return value;
  switch (kind) {
    case "bytes":
      // No text can say "no limit".
      return asFile && value < 0 ? value : String(value);
    case "duration":
      return formatDuration(value);
    case "mode":
      return `0${value.toString(8)}`;
    case "float32":
      return shortestFloat32(value);
    default:
      return value;
  }
}

/** The fewest digits that make the same 32-bit number. */
function shortestFloat32(value: number): number {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return shorter;
  }
  return rounded;
}

/** What a user wrote, with keys sorted. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? sorted(value, plain) : value;
}

function sorted(
  entries: ReadonlyMap<string, unknown>,
  print: (value: unknown) => unknown,
): Map<string, unknown> {
  const keys = [...entries.keys()].sort(byBytes);
  return new Map(keys.map((key) => [key, print(entries.get(key))]));
}

/** Go's order of texts: that of their code points. */
function byBytes(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
  }
  return a.length - b.length;
}
