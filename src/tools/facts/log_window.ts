import type { Line } from "../../engine/stream.ts";
import type { Hide } from "../../safety/secrets.ts";
import { plainText } from "./text.ts";

interface Shown {
  time: string;
  text: string;
  /** Characters left out at its end. */
  cut?: number;
}

interface Split extends Shown {
  stream: Line["stream"];
  continued: Line["continued"] | undefined;
}

export interface LogWindowOptions {
  /** Characters to keep. */
  limit: number;
  timestamps: boolean;
  contains?: string | undefined;
  hide: Hide;
  /** Where the log may have lines before the first that is read. */
  cut: boolean;
}

/**
 * The newest lines of a log within a bound. Takes lines with Docker's time in front (`timestamps=1`); memory stays
 * within twice the bound however long the log is.
 */
export function logWindow({ limit, ...options }: LogWindowOptions) {
  let kept: Shown[] = [];
  let size = 0;
  let seen = 0;
  const show = showing(options);
  return {
    /** Adds lines and gives back those that match, as they are shown. */
    add(lines: readonly Line[]): string[] {
      const fresh = show(lines);
      seen += fresh.length;
      for (const line of fresh) size += line.text.length + 1;
      kept.push(...fresh);
      if (size > 2 * limit) ({ kept, size } = newest(kept, limit));
      return fresh.map(({ text }) => text);
    },
    /** How many lines matched so far. */
    seen: () => seen,
    result() {
      const { kept: lines } = newest(kept, limit);
      const [first, last] = [lines[0], lines.at(-1)];
      const cut = seen - lines.length;
      return {
        log: lines.map(({ text, cut }) => cut ? `${text.toWellFormed()}[... ${cut} characters cut]` : text).join("\n"),
        lines: lines.length,
        ...(first?.time ? { first_time: first.time } : {}),
        ...(last?.time ? { last_time: last.time } : {}),
        ...(cut > 0 ? { lines_cut: cut } : {}),
      };
    },
  };
}

/** Takes lines and gives back those that are wanted, as they are shown. */
function showing({ timestamps, contains, hide, cut }: Omit<LogWindowOptions, "limit">) {
  const withoutKeys = hide.lines({ cut });
  const isWanted = contains === undefined ? () => true : finder(contains, hide);
  const last: Record<Line["stream"], { time: string; shown: Shown | undefined }> = {
    stdout: { time: "", shown: undefined },
    stderr: { time: "", shown: undefined },
  };
  const show = ({ stream, continued, time: own, text }: Split): Shown | undefined => {
    const before = last[stream];
    const plain = plainText(text);
    if (continued && before.shown) {
      // Of a line that long no more is shown.
      before.shown.cut = (before.shown.cut ?? 0) + plain.length;
      return undefined;
    }
    const time = continued ? before.time : own;
    const marked = stream === "stderr" ? `[stderr] ${plain}` : plain;
    before.shown = isWanted(plain) ? { time, text: timestamps ? `${time} ${marked}` : marked } : undefined;
    before.time = time;
    return before.shown;
  };
  return (lines: readonly Line[]) => withoutKeys(lines.map(split)).map(show).filter((line) => line !== undefined);
}

/** Says whether a text has `wanted`, in any case. What is hidden is not found: it could be guessed letter by letter. */
export function finder(wanted: string, hide: Hide): (text: string) => boolean {
  const lower = wanted.toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(lower);
  return (text) => has(text) && has(hide.text(text));
}

/**
 * The newest lines that fit. One among others takes half of the room at most: who reads on up to the first of them gets
 * that one again, and others.
 */
function newest(lines: readonly Shown[], limit: number): { kept: Shown[]; size: number } {
  const longest = lines.length === 1 ? limit : Math.floor(limit / 2) - 1;
  const kept: Shown[] = [];
  let size = 0;
  for (const line of lines.toReversed()) {
    const next = shortened(line, longest);
    if (kept.length > 0 && size + next.text.length + 1 > limit) break;
    size += next.text.length + 1;
    kept.push(next);
  }
  return { kept: kept.reverse(), size };
}

/** The same object: what comes of the line yet is counted in it. */
function shortened(line: Shown, longest: number): Shown {
  const { text, cut = 0 } = line;
  return text.length > longest
    ? Object.assign(line, { text: text.slice(0, longest), cut: cut + text.length - longest })
    : line;
}

/** `2026-01-31T12:00:00.000000000Z text`; a log driver may leave the time out, and Podman the fraction. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/;
const innerStamps = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z /g;

/** The time in front of a line; empty where there is none. */
export function stampOf(line: string): string {
  return stamp.exec(line)?.[1] ?? "";
}

/** Docker stores a line in pieces of 16 KiB, and puts the time in front of each piece. */
const piece = 16_384;

function split({ stream, text: line, continued }: Line): Split {
  const match = stamp.exec(line);
  const text = match ? line.slice(match[0].length) : line;
  const whole = text.length > piece ? text.replace(innerStamps, "") : text;
  return { stream, continued, time: match?.[1] ?? "", text: whole };
}
