import type { Node } from "./node.ts";

/** What paths are resolved against. */
export interface Base {
  /** Absolute. */
  directory: string;
  home: string;
}

/** The way to a value in a file: `["services", "web", "ports", "0"]`. */
export type Path = readonly string[];

/** What the table of attributes may say of each of them, whatever its kind. */
export interface Traits {
  /** Brings a short form into the long one. What it does not know it leaves to the check of the kind. */
  short?: (node: Node, path: Path) => Node;
  /** Two equal items in a list in one file are a mistake. */
  distinct?: true;
  /** How an override joins: mappings by key, lists by appending, all else by replacing; or one of these. */
  merge?: "replace" | "logging";
  /** Null may stand for it: it says nothing, or in a mapping that the key is there. */
  nullable?: true;
  /** What it is when it is not given, after all files are merged. */
  default?: string | boolean;
  /** Makes the paths in it absolute. */
  resolve?: (node: Node, base: Base) => Node;
  /** It is printed and hashed when it is given, even as zero, false or empty. */
  keep?: true;
  /** It is printed and hashed even when it is not given: as null, or as an empty mapping. */
  always?: true;
  /** True when it is not given. Compose since version 5 prints it only when false, before that only when given as true. */
  optOut?: true;
  /** Its name where it is printed and hashed, when that is another. */
  printedAs?: string;
  /** How it is printed and hashed, when that is not how it is kept. */
  print?: (value: unknown) => unknown;
  /** It says how to load, and is not in what is loaded. */
  consumed?: true;
  /** It says how to load, and is hashed all the same, but not printed. */
  onlyHashed?: true;
  /** What becomes of it when the project is brought up, if not what it says. */
  support?: Support;
}

export interface Support {
  kind: "ignored" | "refused";
  why: string;
  /** Whether a value asks for what is not done; without it, all do but null, false and what is empty. */
  asks?(value: Node): boolean;
}

export interface Scalar extends Traits {
  kind: "string" | "bool" | "int" | "float" | "float32" | "bytes" | "duration" | "mode" | "count" | "any";
  /** The values it may have. */
  values?: readonly string[];
  /** What it must hold. */
  pattern?: RegExp;
  /** Of text: a number or a truth value is as good; or only a number. */
  coerce?: true | "numbers";
  /** Of text: what null means. */
  empty?: string;
  /** Of text: empty is not the same as not given. */
  mayBeEmpty?: true;
  /** Of all but text: it may not be given as text. */
  strict?: true;
  /** It may not be given as a number. */
  textOnly?: true;
  /** Given as a number, it has no decimals. */
  whole?: true;
  min?: number;
  max?: number;
}

export interface List extends Traits {
  kind: "list";
  item: Shape;
  /** What makes two items the same: the later one takes the place of the earlier. */
  unique?: (item: Node) => string;
  /** Items with the same value at this key are merged. */
  mergeBy?: string;
  /** Empty texts, as of variables that are not set, are left out. */
  omitEmpty?: true;
}

/** A mapping whose keys the user chooses. */
export interface Dictionary extends Traits {
  kind: "dictionary";
  value: Shape;
  keys?: RegExp;
}

/** A mapping of known attributes, in the order of Compose's own model, which is that of its output and hash. */
export interface Struct extends Traits {
  kind: "struct";
  fields: Readonly<Record<string, Shape>>;
  /** Those of the fields that have one. */
  defaults: readonly (readonly [key: string, value: string | boolean])[];
  required?: readonly string[];
  /** It has no `x-` attributes. */
  closed?: true;
  /** Fills in what depends on other attributes, after all files are merged. */
  complete?: (node: Node) => Node;
}

/** A mapping, or a scalar that stands on its own. */
export interface Either extends Traits {
  kind: "either";
  scalar: Shape;
  struct: Shape;
}

/** One row of the table of attributes. */
export type Shape = Scalar | List | Dictionary | Struct | Either;

type ScalarTraits = Omit<Scalar, "kind">;

export const string = (traits: ScalarTraits = {}): Shape => ({ kind: "string", ...traits });
export const bool = (traits: ScalarTraits = {}): Shape => ({ kind: "bool", ...traits });
export const int = (traits: ScalarTraits = {}): Shape => ({ kind: "int", ...traits });
/** A number that Compose keeps in 32 bits. */
export const float32 = (traits: ScalarTraits = {}): Shape => ({ kind: "float32", ...traits });
/** A size: `512m`, or a number of bytes. */
export const bytes = (traits: ScalarTraits = {}): Shape => ({ kind: "bytes", ...traits });
/** A span of time: `1m30s`. */
export const duration = (traits: ScalarTraits = {}): Shape => ({ kind: "duration", ...traits });
/** Permission bits: a number, or text in octal. */
export const mode = (traits: ScalarTraits = {}): Shape => ({ kind: "mode", ...traits });
/** A number of devices, or `all`. */
export const count = (traits: ScalarTraits = {}): Shape => ({ kind: "count", ...traits });

export const list = (item: Shape, traits: Omit<List, "kind" | "item"> = {}): Shape => ({
  kind: "list",
  item,
  ...traits,
});
export const dictionary = (value: Shape, traits: Omit<Dictionary, "kind" | "value"> = {}): Shape => ({
  kind: "dictionary",
  value,
  ...traits,
});
export const struct = (
  fields: Record<string, Shape>,
  traits: Omit<Struct, "kind" | "fields" | "defaults"> = {},
): Struct => ({
  kind: "struct",
  fields,
  defaults: Object.entries(fields).flatMap(([key, row]) => row.default === undefined ? [] : [[key, row.default]]),
  ...traits,
});
export const either = (shapes: { scalar: Shape; struct: Shape }, traits: Traits = {}): Shape => ({
  kind: "either",
  ...shapes,
  ...traits,
});

const extension: Shape = { kind: "any" };

/** The row of an attribute in a mapping; undefined where there is none of that name. */
export function rowOf(shape: Shape, key: string): Shape | undefined {
  if (shape.kind === "dictionary") return shape.value;
  if (shape.kind === "any") return extension;
  if (shape.kind === "either") return rowOf(shape.struct, key);
  if (shape.kind !== "struct") return undefined;
  if (Object.hasOwn(shape.fields, key)) return shape.fields[key];
  return key.startsWith("x-") && !shape.closed ? extension : undefined;
}
