import type { Line } from "../../../engine/stream.ts";

/** The lines of a log that tell most. */
export interface TellingLines {
  /** The line that names the fault best, where one does. */
  clue: string | undefined;
  /** The last line of all. */
  last: string | undefined;
  /** Lines that name faults, then the last ones printed, without repetitions. */
  lines: string[];
  /** Which of them, counted from 1, were printed several times. */
  repeated: { line: number; times: number }[];
}

interface Scored {
  text: string;
  score: number;
  at: number;
  times: number;
}

/** Read from the top: the first that matches counts. */
const weights: readonly { says: RegExp; score: number }[] = [
  // The frames of a stack trace say where, not what.
  { says: /^\s+at\s|^\s+File "|^\s*goroutine \d+|^\t|^\s+\.{3}|^Traceback|^\s{4,}\S/, score: -1 },
  {
    says: /^Caused by: |^\s*panic: |\bfatal( error)?\b|^\S*(Error|Exception)\b.*: |\bException in thread\b/i,
    score: 4,
  },
  { says: /\b(segmentation fault|core dumped|out of memory|cannot allocate|killed|assertion)\b/i, score: 4 },
  { says: /\b(ECONN\w+|ENOTFOUND|EADDRINUSE|EACCES|ENOENT|ENOSPC|ENOMEM)\b/, score: 3 },
  {
    says: /\b(error|err|critical|emerg|exception|unhandled|denied|refused|failed|failure|cannot|can't|could not)\b/i,
    score: 2,
  },
  { says: /\b(unable to|not found|no such|invalid|missing|unknown|timed? ?out|already in use)\b/i, score: 2 },
  { says: /\b(warn(ing)?)\b/i, score: 1 },
];

const longest = 160;

/** Picks lines within a bound of characters: faults first, in the order in which they were printed, then the end. */
export function tellingLines(log: readonly Line[], { room }: { room: number }): TellingLines {
  const scored = withoutRepetitions(log.map(({ text }, at) => ({ text: text.trimEnd(), score: scoreOf(text), at })));
  const faults = scored.filter(({ score }) => score >= 2).toSorted((a, b) => b.score - a.score || b.at - a.at);
  const end = scored.slice(-3).reverse();
  const picked = within([...faults.slice(0, 3), ...end], room);
  const isFault = new Set(faults);
  const shown = picked.toSorted((a, b) => Number(isFault.has(b)) - Number(isFault.has(a)) || a.at - b.at);
  const [fault, last] = [faults[0], scored.at(-1)];
  return {
    clue: fault && cut(fault.text.trim()),
    last: last && cut(last.text.trim()),
    lines: shown.map(({ text }) => cut(text)),
    repeated: shown.map(({ times }, i) => ({ line: i + 1, times })).filter(({ times }) => times > 1),
  };
}

function scoreOf(line: string): number {
  // `0 errors` and `error=0` are good news.
  if (/\b(no|0) (errors?|failures?|failed)\b|\b(errors?|failed)[=:] ?0\b/i.test(line)) return 0;
  return weights.find(({ says }) => says.test(line))?.score ?? 0;
}

/** Lines that differ only in times and numbers are one, at its last place: a crash loop prints the same each time. */
function withoutRepetitions(lines: readonly Omit<Scored, "times">[]): Scored[] {
  const seen = new Map<string, Scored>();
  for (const line of lines) {
    const key = line.text.replace(/\d+/g, "0");
    const times = (seen.get(key)?.times ?? 0) + 1;
    seen.delete(key);
    seen.set(key, { ...line, times });
  }
  return [...seen.values()];
}

function within(lines: readonly Scored[], room: number): Scored[] {
  const kept = new Set<Scored>();
  let left = room;
  for (const line of lines) {
    if (kept.has(line)) continue;
    left -= Math.min(line.text.length, longest) + 1;
    if (left < 0) break;
    kept.add(line);
  }
  return [...kept];
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 3).toWellFormed()}...` : text;
}
