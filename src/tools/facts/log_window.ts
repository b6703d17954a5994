import type { Line } from "../../engine/stream.ts";
import { plainText } from "./text.ts";

interface Shown {
  time: string;
  text: string;
}

export interface LogWindowOptions {
  /** Characters to keep. */
  limit: number;
  timestamps: boolean;
  contains?: string;
}

/**
 * The newest lines of a log within a bound. Takes lines with Docker's time in front (`timestamps=1`); memory stays
 * within twice the bound however long the log is.
 */
export function logWindow({ limit, timestamps, contains }: LogWindowOptions) {
  const wanted = contains?.toLowerCase();
  let kept: Shown[] = [];
  let size = 0;
  let seen = 0;
  const show = (line: Line): Shown[] => {
    const { time, text } = split(line.text);
    if (wanted !== undefined && !text.toLowerCase().includes(wanted)) return [];
    const marked = line.stream === "stderr" ? `[stderr] ${plainText(text)}` : plainText(text);
    return [{ time, text: timestamps ? `${time} ${marked}` : marked }];
  };
  return {
    /** Adds lines and gives back those that match, as they are shown. */
    add(lines: readonly Line[]): string[] {
      const fresh = lines.flatMap(show);
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
        log: lines.map(({ text }) => text).join("\n"),
        lines: lines.length,
        ...(first?.time ? { first_time: first.time } : {}),
        ...(last?.time ? { last_time: last.time } : {}),
        ...(cut > 0 ? { lines_cut: cut } : {}),
      };
    },
  };
}

/** The newest lines that fit; a single line that is too long is cut rather than left out. */
function newest(lines: readonly Shown[], limit: number): { kept: Shown[]; size: number } {
  let start = lines.length;
  let size = 0;
  while (start > 0) {
    const next = (lines[start - 1]?.text.length ?? 0) + 1;
    if (size + next > limit) break;
    size += next;
    start--;
  }
  const last = lines.at(-1);
  if (start < lines.length || last === undefined) return { kept: lines.slice(start), size };
  return { kept: [{ ...last, text: `${last.text.slice(0, limit).toWellFormed()}[... cut]` }], size: limit };
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

function split(line: string): Shown {
  const match = stamp.exec(line);
  const text = match ? line.slice(match[0].length) : line;
  return { time: match?.[1] ?? "", text: text.length > piece ? text.replace(innerStamps, "") : text };
}
