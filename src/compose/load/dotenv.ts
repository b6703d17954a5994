import { ComposeError, type Position } from "../errors.ts";
import { interpolate, type Lookup, TemplateError } from "./interpolate.ts";

export interface DotenvOptions {
  /** The file's name, for errors. */
  file: string;
  /** Variables that the text may refer to, before those that it sets itself. */
  lookup: Lookup;
  /** Those of the files before, to which its own are added. */
  before?: ReadonlyMap<string, string>;
}

/**
 * The variables of a `.env` or `env_file`: `KEY=value` or `KEY: value` lines, with comments, quotes, escapes in double
 * quotes, and variables in all but single quotes. A key alone takes the value that `lookup` knows, if any.
 */
export function parseDotenv(text: string, options: DotenvOptions): Map<string, string> {
  const variables = new Map(options.before);
  const lookup: Lookup = (name) => options.lookup(name) ?? variables.get(name);
  const reader = { text: text.replaceAll("\r\n", "\n"), position: 0, file: options.file, lookup };
  while (skipToKey(reader)) {
    const { key, inherited } = readKey(reader);
    const value = inherited ? options.lookup(key) : readValue(reader);
    if (value !== undefined) variables.set(key, value);
  }
  return variables;
}

/** The variables of an env_file with `format: raw`: values as they stand, without quotes and variables. */
export function parseRawEnv(text: string, { file, lookup, before }: DotenvOptions): Map<string, string> {
  const variables = new Map(before);
  for (const [i, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const cut = line.indexOf("=");
    const key = cut < 0 ? line : line.slice(0, cut);
    if (key === "" || /\s/.test(key)) {
      const reason = key === "" ? "no variable name" : "variable name contains whitespaces";
      throw new ComposeError(reason, { at: { file, line: i + 1, column: whole.length - line.length + 1 } });
    }
    const value = cut < 0 ? lookup(key) : line.slice(cut + 1);
    if (value !== undefined) variables.set(key, value);
  }
  return variables;
}

interface Reader {
  text: string;
  position: number;
  file: string;
  lookup: Lookup;
}

/** Passes blanks and comments; false at the end. */
function skipToKey(reader: Reader): boolean {
  const blank = /(?:[ \t\v\f\r\n\u0085\u00a0]|#[^\n]*(?:\n|$))*/y;
  blank.lastIndex = reader.position;
  blank.exec(reader.text);
  reader.position = blank.lastIndex;
  return reader.position < reader.text.length;
}

function readKey(reader: Reader): { key: string; inherited: boolean } {
  const { text } = reader;
  const exported = /export(?=[ \t])[ \t]*/y;
  exported.lastIndex = reader.position;
  const start = exported.test(text) ? exported.lastIndex : reader.position;
  let end = start;
  while (end < text.length && !/[=:\n]/.test(text.charAt(end))) {
    if (!/[\p{L}\p{N}_.[\]\- \t\r\u00a0]/u.test(text.charAt(end))) {
      throw failure(reader, { reason: `unexpected character "${text.charAt(end)}" in variable name`, at: end });
    }
    end++;
  }
  const key = text.slice(start, end).trimEnd();
  if (/\s/.test(key)) throw failure(reader, { reason: "key cannot contain a space", at: start });
  const inherited = end === text.length || text[end] === "\n";
  reader.position = Math.min(end + 1, text.length);
  return { key, inherited };
}

function readValue(reader: Reader): string {
  const blanks = /[ \t\v\f\r\u0085\u00a0]*/y;
  blanks.lastIndex = reader.position;
  blanks.exec(reader.text);
  reader.position = blanks.lastIndex;
  const quote = reader.text.charAt(reader.position);
  if (quote === "'" || quote === '"') return readQuoted(reader, quote);
  const newline = reader.text.indexOf("\n", reader.position);
  const end = newline < 0 ? reader.text.length : newline;
  const at = reader.position;
  const value = reader.text.slice(at, end).replace(/ #.*$/s, "").trimEnd();
  reader.position = end;
  return expand(reader, { value, at });
}

function readQuoted(reader: Reader, quote: string): string {
  const start = reader.position;
  let end = start + 1;
  while (end < reader.text.length && reader.text[end] !== quote) end += reader.text[end] === "\\" ? 2 : 1;
  if (end >= reader.text.length) {
    throw failure(reader, { reason: "unterminated quoted value", at: start });
  }
  reader.position = end + 1;
  const value = reader.text.slice(start + 1, end);
  if (quote === "'") return value.replaceAll("\\'", "'");
  return expand(reader, { value: unescape(value), at: start });
}

/** Go's escapes; a dollar sign with a backslash is no variable, and what is no escape stays as it is. */
function unescape(value: string): string {
  return value.replace(/\\(0[0-7]{3}|[\s\S])/g, (whole, char: string) => {
    if (char.length > 1) return String.fromCharCode(Number.parseInt(char, 8));
    return escapes[char] ?? (char === "$" ? "$$" : '"\\'.includes(char) ? char : whole);
  });
}

const escapes: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function expand(reader: Reader, { value, at }: { value: string; at: number }): string {
  try {
    return interpolate(value, reader.lookup);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw failure(reader, { reason: cause.reason, at });
  }
}

/** Its place tells enough: the text itself may be a secret. */
function failure(
  reader: Reader,
  { reason, at }: { reason: string; at: number },
): ComposeError {
  const before = reader.text.slice(0, at).split("\n");
  const position: Position = { file: reader.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new ComposeError(reason, { at: position });
}
