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
    result(): Bounded {
      const end = tail.slice(-tailLimit);
      const cut = total - head.length - end.length;
      // A cut may fall within a character.
      return { text: cut > 0 ? `${head}\n[... ${cut} characters cut ...]\n${end}`.toWellFormed() : head + end, cut };
    },
  };
}

// deno-lint-ignore no-control-regex -- terminal control is what this looks for
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_]|[()][A-Z0-9])/g;
// deno-lint-ignore no-control-regex -- all C0 and C1 controls but tab and line feed
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const control = /[^\t\n\x20-\x7e\xa0-\uffff]/;

/** Without terminal escape sequences and control characters, which are for a screen and not for a reader. */
export function plainText(text: string): string {
  return control.test(text) ? text.replace(escapes, "").replace(controls, "") : text;
}

/** Labels or options as plain text, or nothing where there are none. */
export function plainRecord(record: Record<string, string> | null | undefined): Record<string, string> | undefined {
  const entries = Object.entries(record ?? {}).map(([key, value]) => [plainText(key), plainText(value)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
