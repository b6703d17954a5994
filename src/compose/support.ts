import type { Position } from "./errors.ts";
import { project as table } from "./load/attributes.ts";
import { entriesOf, get, itemsOf, type Node, plainText } from "./load/node.ts";
import { type Path, rowOf, type Scalar, type Shape, type Support } from "./load/shape.ts";
import type { Project } from "./project.ts";

/** An attribute of a project that does not do what it says. */
export interface Unsupported extends Support {
  /** `["services", "web", "provider"]`. */
  path: Path;
  at: Position;
}

/** What a project says that is ignored when it is brought up, or refused. */
export function unsupported(project: Project): Unsupported[] {
  return found(project.source, { shape: table, path: [] });
}

/** What is refused of what a project says at `path`. */
export function refusedIn({ source }: Project, path: Path): Unsupported[] {
  let node: Node | undefined = source;
  let shape: Shape | undefined = table;
  for (const key of path) {
    node = get(node, key);
    shape = shape && rowOf(shape, key);
  }
  return node && shape ? found(node, { shape, path }).filter(({ kind }) => kind === "refused") : [];
}

function found(node: Node, { shape, path }: { shape: Shape; path: Path }): Unsupported[] {
  const { support } = shape;
  if (support) return (support.asks ?? isGiven)(node) ? [{ ...support, path, at: node.at }] : [];
  if (node.kind === "list" && shape.kind === "list") {
    return node.items.flatMap((item, i) => found(item, { shape: shape.item, path: [...path, String(i)] }));
  }
  if (node.kind !== "map") return [];
  return [...node.entries].flatMap(([key, value]) => {
    const row = rowOf(shape, key);
    return row ? found(value, { shape: row, path: [...path, key] }) : [];
  });
}

function isGiven(value: Node): boolean {
  if (value.kind === "map" || value.kind === "list") return entriesOf(value).length + itemsOf(value).length > 0;
  return !["", "false"].includes(plainText(value));
}

/** The document of what a Compose file may say: each attribute, its form, how it merges, and what becomes of it. */
export function supportDocument(): string {
  const rows = attributes(table, "");
  return [
    "# Compose files",
    "",
    "Made from `src/compose/load/attributes.ts` by `deno task docs`. `*` stands for a name of the user's or for each item.",
    "A short form that Compose knows is accepted too, and becomes the form named here. An attribute that is not here is a",
    "mistake, but for those that start with `x-`.",
    "",
    "| attribute | form | an override | what becomes of it |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ path, shape }) => `| \`${path}\` | ${form(shape)} | ${merging(shape)} | ${fate(shape)} |`),
    "",
  ].join("\n");
}

function attributes(shape: Shape, path: string): { path: string; shape: Shape }[] {
  const inner = shape.kind === "list" ? shape.item : shape.kind === "dictionary" ? shape.value : shape;
  const within = inner === shape ? path : `${path}.*`;
  if (inner.kind === "either") return attributes(inner.struct, within);
  if (inner.kind === "list" || inner.kind === "dictionary") return inner === shape ? [] : attributes(inner, within);
  if (inner.kind !== "struct") return [];
  return Object.entries(inner.fields).flatMap(([key, row]) => {
    const own = within ? `${within}.${key}` : key;
    return [{ path: own, shape: row }, ...(row.support ? [] : attributes(row, own))];
  });
}

function form(shape: Shape): string {
  switch (shape.kind) {
    case "list":
      return `list of ${words[shape.item.kind]}`;
    case "dictionary":
      return `mapping of ${words[shape.value.kind]}`;
    case "struct":
    case "either":
      return "mapping";
    default:
      return shape.values ? shape.values.map((value) => `\`${value}\``).join(", ") : words[shape.kind];
  }
}

const words: Record<Scalar["kind"] | "list" | "dictionary" | "struct" | "either", string> = {
  string: "text",
  bool: "true or false",
  int: "number",
  float: "number",
  float32: "number",
  bytes: "size",
  duration: "duration",
  mode: "permission bits",
  count: "number or `all`",
  any: "anything",
  list: "lists",
  dictionary: "mappings",
  struct: "mappings",
  either: "numbers or mappings",
};

function merging(shape: Shape): string {
  if (shape.merge === "replace") return "replaces";
  if (shape.merge === "logging") return "merges, for the same driver";
  if (shape.kind === "list") return shape.unique ? "adds; the same item is replaced" : "adds";
  return shape.kind === "dictionary" || shape.kind === "struct" ? "merges by key" : "replaces";
}

function fate({ support, consumed, onlyHashed }: Shape): string {
  if (support) return `${support.kind}: ${support.why}`;
  return consumed || onlyHashed ? "read when the file is loaded" : "works";
}
