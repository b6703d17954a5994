import { shown } from "../../safety/untrusted.ts";

/** Text that came out of a container, kept within a bound. */
export interface Bounded {
  text: string;
  /** Characters left out. */
  cut: number;
}

/**
 * Gathers text and keeps at most `limit` characters: the first quarter and the end, since the cause is mostly there.
 * Memory stays within about twice the bound however much comes.
 */
export function boundedText(limit: number) {
  const headLimit = Math.floor(limit / 4);
  const tailLimit = limit - headLimit;
  let head = "";
  let tail = "";
  let total = 0;
  return {
    add(text: string): void {
      total += text.length;
      const room = headLimit - head.length;
      head += text.slice(0, room);
      tail += text.slice(room);
      if (tail.length > 2 * tailLimit) tail = tail.slice(-tailLimit);
    },
    /** Of `most` characters at most, where that is less than the limit. */
    result(most = limit): Bounded {
      const kept = head + tail;
      if (total <= most) return { text: kept, cut: 0 };
      const begin = kept.slice(0, Math.floor(most / 4));
      const end = kept.slice(begin.length - most);
      const cut = total - begin.length - end.length;
      // A cut may fall within a character.
      return { text: `${begin}\n[... ${cut} characters cut ...]\n${end}`.toWellFormed(), cut };
    },
  };
}

/** What a terminal obeys: ESC [ and its parameters, strings such as a window's title up to their end, short ones. */
const sequences =
  // deno-lint-ignore no-control-regex -- terminal control is what this looks for
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;
// deno-lint-ignore no-control-regex -- all C0 and C1 controls but tab and line feed
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const control = /[^\t\n\x20-\x7e\xa0-\uffff]/;

/**
 * What was written for a screen, for a reader: without escape sequences and control characters, which in output are
 * colours and cursors, and with other hidden characters shown. Use it where text is bounded, since shown it is longer;
 * what does not come this way is shown by the call door, control characters too.
 */
export function plainText(text: string): string {
  return shown(control.test(text) ? text.replace(sequences, "").replace(controls, "") : text);
}

/** A sequence that has begun and not ended. */
const open =
  // deno-lint-ignore no-control-regex -- terminal control is what this looks for
  /(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x7f-\x9f]*\x1b?|\x1b[ -/]*)$/;

/** Characters of an open sequence that are waited for; a longer one is taken for text. */
const longestOpen = 300;

/** plainText() for text in pieces, where a sequence may begin in one and end in another. */
export function plainPieces() {
  let waiting = "";
  return {
    next(piece: string): string {
      const text = waiting + piece;
      waiting = open.exec(text.slice(-longestOpen))?.[0] ?? "";
      return plainText(text.slice(0, text.length - waiting.length));
    },
    /** What was waited for in vain. */
    rest: () => plainText(waiting),
  };
}

/** Labels or options as plain text, or nothing where there are none. */
export function plainRecord(record: Record<string, string> | null | undefined): Record<string, string> | undefined {
  const entries = Object.entries(record ?? {}).map(([key, value]) => [plainText(key), plainText(value)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
