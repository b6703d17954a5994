import * as z from "zod";

/** Thrown by the parsers of this folder; it becomes an issue of the field that was read. */
export class Expected extends Error {
  override readonly name = "Expected";
}

/** A field that people write in several shapes: `shapes` is the JSON that is accepted, `parse` brings it into one. */
export function parsed<Shapes extends z.ZodType, T>(shapes: Shapes, parse: (value: z.output<Shapes>) => T) {
  return shapes.transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof Expected)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
}

const scalar = z.union([z.string(), z.number()]);

/** Bytes as a number or as Docker writes them: `512m`, `1.5g`, `64KiB`. */
export const bytes = parsed(scalar, parseBytes);

/** As `bytes`, or -1 for no limit. */
export const bytesOrUnlimited = parsed(scalar, (value) => Number(value) === -1 ? -1 : parseBytes(value));

/** A duration as Go writes it (`30s`, `1m30s`, `500ms`) or a number of seconds; becomes nanoseconds. */
export const duration = parsed(scalar, (value) => Math.round(parseSeconds(value) * 1e9));

/** As `duration`, but becomes seconds. */
export const seconds = parsed(scalar, parseSeconds);

const units: Record<string, number> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function parseBytes(value: string | number): number {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(String(value).trim());
  const unit = units[match?.[2]?.toLowerCase() ?? ""];
  if (!match || unit === undefined) {
    throw new Expected(`expected bytes like 512m, 1.5g or 1073741824, got "${value}"`);
  }
  return Math.round(Number(match[1]) * unit);
}

const secondsOf: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  "\u00b5s": 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
};

function parseSeconds(value: string | number): number {
  if (typeof value === "number" || /^\d+(\.\d+)?$/.test(value)) {
    if (Number(value) < 0) throw new Expected(`expected a duration of 0 or more, got ${value}`);
    return Number(value);
  }
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|\u00b5s|ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== value.trim()) {
    throw new Expected(`expected a duration like 30s, 1m30s or a number of seconds, got "${value}"`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (secondsOf[unit ?? "s"] ?? 1), 0);
}

/** A time that this program waits, in seconds: at most a week, since no timer here can wait for a month. */
export const waitSeconds = parsed(scalar, (value) => {
  const count = parseSeconds(value);
  if (count > 7 * 86_400) throw new Expected(`expected at most 168h, got "${value}"`);
  return count;
});

/** CPUs as a number or text: `0.5`; becomes billionths of a CPU. */
export const cpus = parsed(z.union([z.number(), z.string()]), (value) => {
  const count = Number(value);
  if (!(count > 0 && count <= 1e6)) throw new Expected(`expected a number of CPUs like 0.5 or 2, got "${value}"`);
  return Math.round(count * 1e9);
});

/**
 * A point in time: RFC 3339, seconds since 1970, or a duration back from now (`10m`). Becomes seconds since 1970 with a
 * fraction, as the Engine takes it in `since` and `until`.
 */
export const moment = parsed(scalar, (value) => {
  const text = String(value).trim();
  if (/^\d{9,}(\.\d+)?$/.test(text)) return text;
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    if (Number.isNaN(Date.parse(text))) throw new Expected(`expected a time like 2026-01-31T12:00:00Z, got "${value}"`);
    return unixSeconds(text);
  }
  return (Date.now() / 1000 - parseSeconds(text)).toFixed(3);
});

/** Keeps the nanoseconds that a Date would drop: log timestamps are given back to continue from them. */
export function unixSeconds(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction.padEnd(9, "0")}`;
}
