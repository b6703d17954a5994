import type { Position } from "../errors.ts";
import { bool, int, type Node, text } from "./node.ts";

/**
 * What a plain scalar means to Compose: YAML 1.2 with the numbers of Go's reader, so that `0440` is octal and `1_000` a
 * thousand, but `on` and `22:22` are text. Undefined for a date, which Compose reads as a time and cannot use.
 */
export function plainScalar(value: string, at: Position): Node | undefined {
  const word = words.get(value);
  if (word === null) return { kind: "null", at };
  if (typeof word === "boolean") return bool(word, at);
  if (word !== undefined) return { kind: "float", value: word, at };
  if (!/^[-+.0-9]/.test(value)) return text(value, at);
  if (isTime(value)) return undefined;
  return number(value, at) ?? text(value, at);
}

const words = new Map<string, null | boolean | number>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
]);

const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function number(value: string, at: Position): Node | undefined {
  if (value.startsWith(".")) return float.test(value) ? { kind: "float", value: Number(value), at } : undefined;
  const digits = value.replaceAll("_", "");
  const whole = integer(digits);
  if (whole !== undefined && isWord64(whole)) return int(whole, at);
  return float.test(digits) && Number.isFinite(Number(digits))
    ? { kind: "float", value: Number(digits), at }
    : undefined;
}

/** Go's `ParseInt` with base 0: `0x`, `0b`, `0o`, and `0` for octal. */
function integer(digits: string): bigint | undefined {
  const parts = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(digits);
  if (!parts) return undefined;
  const [, sign, magnitude = ""] = parts;
  const value = BigInt(/^0[0-7]/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude);
  return sign === "-" ? -value : value;
}

function isWord64(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

const time = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?$/;

/** A day that there is; a time with a `T` needs its zone, one without it has none. */
function isTime(value: string): boolean {
  const parts = time.exec(value);
  if (!parts) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = parts.slice(5, 8).map((part = "0") => Number(part));
  const [separator, zone] = [parts[4], parts[8]];
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate() &&
    hour < 24 && minute < 60 && second < 60;
  return exists && (separator === undefined || separator.startsWith(" ") === (zone === undefined));
}
