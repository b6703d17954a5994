import { closest, distance } from "fastest-levenshtein";
import { type Setting, settings } from "./settings.ts";

/** The command line, taken apart but not yet understood. */
export interface Flags {
  /** What is not a flag, in order: the command and its arguments. */
  words: string[];
  /** By flag; a list that was given several times is joined. */
  given: Map<string, string>;
  faults: string[];
}

const aliases = new Map([["-h", "help"], ["--help", "help"], ["--version", "version"]]);
const byFlag = new Map(settings.map((setting) => [setting.flag, setting]));

/** Takes the arguments apart: `--name value`, `--name=value`, a bare `--name` for a switch, and words. */
export function readFlags(args: readonly string[]): Flags {
  const flags: Flags = { words: [], given: new Map(), faults: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const alias = aliases.get(arg);
    if (alias !== undefined) flags.words.unshift(alias);
    else if (arg.startsWith("-")) readFlag(arg, rest, flags);
    else flags.words.push(arg);
  }
  return flags;
}

/** The known name nearest to a mistyped one, where one is near enough to be meant. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const near = closest(given, known);
  return distance(given, near) <= Math.max(2, given.length / 3) ? near : undefined;
}

function readFlag(arg: string, rest: string[], flags: Flags): void {
  const [, name = "", inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  const setting = arg.startsWith("--") ? byFlag.get(name) : undefined;
  if (setting === undefined) return refuse(name, { arg, inline, rest }, flags);
  const value = inline ?? following(setting, rest);
  if (value === undefined) flags.faults.push(`Cannot read "${arg}": a value must follow it`);
  else keep(setting, value, flags.given);
}

function refuse(name: string, given: { arg: string; inline: string | undefined; rest: string[] }, flags: Flags): void {
  const meant = nearest(name, [...byFlag.keys(), "help", "version"]);
  const hint = meant ? `; did you mean "--${meant}"?` : "; --help lists them";
  flags.faults.push(`Cannot read "${given.arg}": there is no such flag${hint}`);
  // The value of a mistyped flag is not a command: one mistake is reported once.
  const setting = byFlag.get(meant ?? "");
  if (setting && given.inline === undefined) following(setting, given.rest);
}

function following(setting: Setting, rest: string[]): string | undefined {
  if (setting.takes.kind === "switch") return "true";
  // A flag that lost its value must not swallow the next flag.
  return rest[0]?.startsWith("--") ? undefined : rest.shift();
}

function keep(setting: Setting, value: string, given: Map<string, string>): void {
  const before = given.get(setting.flag);
  const separator = { switch: undefined, value: undefined, list: ",", lines: "\n" }[setting.takes.kind];
  const more = before !== undefined && separator !== undefined;
  given.set(setting.flag, more ? `${before}${separator}${value}` : value);
}
