import {
  type Alias,
  type Document as YamlDocument,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { ComposeError, type Position } from "../errors.ts";
import { list, map, type Node, text } from "./node.ts";
import { plainScalar } from "./scalars.ts";
import type { Path } from "./shape.ts";

/** One document of a file. */
export interface Document {
  root: Node;
  /** What `!reset` and `!override` take out of the files before. */
  resets: readonly Path[];
}

// An alias may stand for much; a few of them, nested, for more than a machine holds.
const maxNodes = 200_000;

/** The documents in a text, as Compose reads them; empty ones are left out. */
export function parseYaml(source: string, file: string): Document[] {
  const lines = new LineCounter();
  const options = {
    schema: "failsafe",
    customTags: tags,
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    version: "1.2",
  } as const;
  const documents = parseAllDocuments(source.replace(/^\ufeff/, ""), options);
  if (!Array.isArray(documents)) return [];
  return documents.filter((document) => document.contents !== null).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw syntaxError(error, { file, lines });
    const reader: Reader = {
      at: (offset) => position(offset, { file, lines }),
      resolve: resolver(document),
      resets: [],
      open: new Set(),
      count: 0,
    };
    if (isScalar(document.contents) && document.contents.source === "") return [];
    const root = toNode(document.contents, { reader, path: [] });
    return [{ root, resets: reader.resets }];
  });
}

/** What each alias stands for. Few files have any. */
function resolver(document: YamlDocument): (alias: Alias) => unknown {
  let targets: Map<Alias, unknown> | undefined;
  return (alias) => (targets ??= aliasTargets(document)).get(alias);
}

/** The last anchor before it that has its name. */
function aliasTargets(document: YamlDocument): Map<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

// Registered, so that they are no mistakes; the nodes keep them as they are.
const tags = ["!reset", "!override"].flatMap((tag) =>
  [undefined, "map" as const, "seq" as const].map((collection) => ({
    tag,
    ...(collection && { collection }),
    resolve: (value: unknown) => value,
  }))
);

interface Reader {
  at(offset: number | undefined): Position;
  resolve(alias: Alias): unknown;
  resets: Path[];
  /** The anchors that are being read, to find those that hold themselves. */
  open: Set<unknown>;
  count: number;
}

interface Place {
  reader: Reader;
  path: Path;
  /** The place of the key, of an entry. */
  at?: Position;
}

function toNode(value: unknown, place: Place): Node {
  const { reader, path } = place;
  if (isAlias(value)) return aliased(value, place);
  const at = place.at ?? reader.at(rangeOf(value));
  if (++reader.count > maxNodes) throw new ComposeError("its aliases stand for too much", { at, path: path.join(".") });
  if (tagOf(value) === "!override") reader.resets.push(path);
  if (isMap(value)) return mapping(value, { ...place, at });
  if (isSeq(value)) {
    const items = value.items.map((item, i) => toNode(item, { reader, path: [...path, String(i)] }));
    return list(items, at);
  }
  return isScalar(value) ? scalar(value, { ...place, at }) : { kind: "null", at };
}

function aliased(alias: Alias, place: Place): Node {
  const { reader } = place;
  const at = place.at ?? reader.at(rangeOf(alias));
  const target = reader.resolve(alias);
  if (!target) {
    throw new ComposeError(`there is no anchor "${alias.source}" before it`, { at, path: place.path.join(".") });
  }
  if (reader.open.has(target)) throw new ComposeError(`the anchor "${alias.source}" holds itself`, { at });
  reader.open.add(target);
  const node = toNode(target, { ...place, at });
  reader.open.delete(target);
  return node;
}

function scalar(value: Scalar, { reader, path, at }: Place): Node {
  const position = at ?? reader.at(rangeOf(value));
  const source = typeof value.value === "string" ? value.value : "";
  if (value.tag === "tag:yaml.org,2002:str" || value.type !== "PLAIN") return text(source, position);
  const node = plainScalar(source, position);
  if (node) return node;
  if (path.some((key) => key.startsWith("x-"))) return text(source, position);
  throw new ComposeError(`"${source}" is a date to YAML, which Compose cannot use`, {
    at: position,
    path: path.join("."),
    expected: "it in quotes",
  });
}

function mapping(value: YAMLMap, { reader, path, at }: Place): Node {
  const entries = new Map<string, Node>();
  const seen = new Map<string, Position>();
  const merged: Node[] = [];
  for (const pair of value.items) {
    const keyAt = reader.at(rangeOf(pair.key));
    const key = isMergeKey(pair) ? "<<" : keyOf(pair, { reader, path, at: keyAt });
    const before = seen.get(key);
    if (before) {
      const reason = `mapping key "${key}" already defined at line ${before.line}`;
      throw new ComposeError(reason, { at: keyAt, path: [...path, key].join(".") });
    }
    seen.set(key, keyAt);
    if (isMergeKey(pair)) merged.push(...mergeSources(pair.value, { reader, path, at: keyAt }));
    else if (isReset(pair.value, reader)) reader.resets.push([...path, key]);
    else entries.set(key, toNode(pair.value, { reader, path: [...path, key], at: keyAt }));
  }
  const position = at ?? reader.at(rangeOf(value));
  if (merged.length === 0) return { kind: "map", entries, at: position };
  return map([...inherited(merged, seen), ...entries], position);
}

/** The entries of `<<` that the mapping does not have itself; of several the first wins. */
function inherited(sources: readonly Node[], own: ReadonlyMap<string, unknown>): [string, Node][] {
  const entries = sources.toReversed().flatMap((source) => source.kind === "map" ? [...source.entries] : []);
  return [...new Map(entries)].filter(([key]) => !own.has(key));
}

function mergeSources(value: unknown, place: Place): Node[] {
  const target = isAlias(value) ? place.reader.resolve(value) : value;
  const sources = isSeq(target) ? target.items : [value];
  return sources.map((source) => {
    const node = toNode(source, place);
    if (node.kind === "map") return node;
    throw new ComposeError("map merge requires map or sequence of maps as the value", {
      at: node.at,
      path: [...place.path, "<<"].join("."),
    });
  });
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN";
}

function isReset(value: unknown, reader: Reader): boolean {
  return tagOf(isAlias(value) ? reader.resolve(value) : value) === "!reset";
}

function keyOf({ key }: Pair, { reader, path, at }: Place & { at: Position }): string {
  const target = isAlias(key) ? reader.resolve(key) : key;
  const node = isScalar(target) ? scalar(target, { reader, path, at }) : undefined;
  if (node?.kind === "string") return node.value;
  const shown = isScalar(target) ? String(target.value) : "a collection";
  throw new ComposeError(`non-string key in ${path.join(".") || "the file"}: ${shown}`, {
    at,
    expected: "it in quotes",
  });
}

function tagOf(value: unknown): string | undefined {
  return isScalar(value) || isMap(value) || isSeq(value) ? value.tag : undefined;
}

function rangeOf(value: unknown): number | undefined {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value.range?.[0] : undefined;
}

interface Source {
  file: string;
  lines: LineCounter;
}

function position(offset: number | undefined, { file, lines }: Source): Position {
  const { line, col } = lines.linePos(offset ?? 0);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function syntaxError(error: { message: string; pos: [number, number] }, source: Source): ComposeError {
  const [reason = error.message] = error.message.replace(/ at line \d+, column \d+/, "").split("\n", 1);
  return new ComposeError(reason.replace(/:$/, ""), { at: position(error.pos[0], source) });
}
