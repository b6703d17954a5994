import * as z from "zod";
import { Expected, parsed } from "./units.ts";

/** A command as a list, or as one string that is split as a shell does: quotes and backslashes, nothing expanded. */
export const words = parsed(z.union([z.array(z.string()), z.string()]), (value) => {
  const list = Array.isArray(value) ? value : splitWords(value);
  if (list.length === 0) throw new Expected("expected at least one word");
  return list;
});

/** Blanks, "double quoted", 'single quoted', \x, an operator, plain text, and a quote that nothing closes. */
const tokens = /(\s+)|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([|&;<>()`]+)|([^\s"'\\|&;<>()`]+)|(["'\\])/gs;

function splitWords(line: string): string[] {
  const list: string[] = [];
  let word: string | undefined;
  for (const [, blank, double, single, escaped, operator, plain, open] of line.matchAll(tokens)) {
    if (operator !== undefined) throw new Expected(shellInstead(line, operator));
    if (open !== undefined) throw new Expected(`expected words, got one with ${open} that nothing closes: "${line}"`);
    if (blank !== undefined) {
      if (word !== undefined) list.push(word);
      word = undefined;
      continue;
    }
    word = (word ?? "") + (double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? escaped ?? plain ?? "");
  }
  return word === undefined ? list : [...list, word];
}

/** A shell is what a person means who writes an operator; guessing it would run something else. */
function shellInstead(line: string, operator: string): string {
  const words = JSON.stringify(["sh", "-c", line]);
  return `expected words without shell operators, got "${operator}"; a shell runs them: ${words}`;
}

const value = z.union([z.string(), z.number(), z.boolean()]);

/** Environment as an object or as `KEY=value` lines; becomes the lines. */
export const environment = parsed(
  z.union([z.record(z.string(), z.union([value, z.null()])), z.array(z.string())]),
  (given) => Array.isArray(given) ? given.map(checkAssignment) : Object.entries(given).map(assignment),
);

function assignment([key, value]: [string, string | number | boolean | null], index: number): string {
  if (/^[^=\0]+$/.test(key)) return `${key}=${value ?? ""}`;
  throw new Expected(`expected a name without "=", got another one ${entryAt(key, index)}`);
}

function checkAssignment(line: string, index: number): string {
  if (/^[^=\0]+=/.test(line)) return line;
  const why = `expected KEY=value, got something else ${entryAt(line, index)}`;
  throw new Expected(`${why}; the server's own environment is never passed on`);
}

/** Where an entry stands, and its key where that is plain: the rest may be a secret. */
function entryAt(text: string, index: number): string {
  const key = /^([A-Za-z_]\w*)[=: \t]/.exec(text)?.[1];
  return `at entry ${index + 1}${key === undefined ? "" : ` (${key})`}`;
}

/** Labels and the like as an object or as `key=value` lines; becomes the object. */
export const labels = parsed(z.union([z.record(z.string(), value), z.array(z.string())]), (given) => {
  const pairs = Array.isArray(given) ? given.map(splitPair) : Object.entries(given);
  return Object.fromEntries(pairs.map(([key, value]) => [key, String(value)]));
});

function splitPair(line: string): [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

/** Extra hosts as `{"db": "10.0.0.5"}` or `["db:10.0.0.5"]`; becomes the latter. */
export const extraHosts = parsed(z.union([z.record(z.string(), z.string()), z.array(z.string())]), (given) => {
  const lines = Array.isArray(given) ? given : Object.entries(given).map(([name, address]) => `${name}:${address}`);
  const wrong = lines.find((line) => !/^[^:=\s]+[:=]\S+$/.test(line));
  if (wrong !== undefined) throw new Expected(`expected name:address, got "${wrong}"`);
  return lines.map((line) => line.replace("=", ":"));
});
