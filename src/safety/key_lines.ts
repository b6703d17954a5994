/** A line of a log. Those of either stream are told apart, since their lines may come in turns. */
export interface StreamLine {
  stream?: string;
  text: string;
}

/** Takes the lines of a log in order, in batches of any size; gives them back without those of private keys. */
export type KeyLines = <L extends StreamLine>(lines: readonly L[]) => L[];

/** Whether the next line is of a key: `perhaps` where the lines before it were not read. */
type State = "no" | "perhaps" | "yes";

/**
 * Puts `[redacted]` in the place of each private key, however many lines it has. A key of which a log shows a part does
 * not look like one: where `cut`, there are lines before the first, and it may stand within a key.
 */
export function keyLines({ cut }: { cut: boolean }): KeyLines {
  const states = new Map<string, { state: State; hidden: boolean }>();
  function without<L extends StreamLine>(line: L): L | undefined {
    const { stream = "", text } = line;
    const { state, hidden } = states.get(stream) ?? { state: cut ? "perhaps" : "no", hidden: false };
    // Nearly all lines: nothing of a key is near.
    if (state === "no" && !text.includes("-----")) return line;
    const next = after(state, text);
    const hides = next !== "no" || state !== "no" && end.test(text);
    states.set(stream, { state: next, hidden: hides && next !== "no" });
    if (!hides) return line;
    return hidden ? undefined : { ...line, text: `${begin.exec(text)?.[1] ?? ""}[redacted]` };
  }
  return (lines) => lines.map(without).filter((line) => line !== undefined);
}

/** What cannot be a part of a key ends it: its own end may be lost. */
function after(state: State, line: string): State {
  if (end.test(line)) return "no";
  if (begin.test(line)) return "yes";
  const isOfKey = state === "yes" ? isBody(line) : state === "perhaps" && isFullLine(line);
  return isOfKey ? "yes" : "no";
}

const begin = /^(.*?)-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
const end = /-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;

/** A line of base64, perhaps behind what a logger puts in front, or of a key's own head (RFC 1421, RFC 4880). */
function isBody(line: string): boolean {
  return /^\s*[A-Za-z\d+/]*={0,2}\s*$/.test(line) || isFullLine(line) ||
    /^(?:Proc-Type|DEK-Info|Version|Comment): /.test(line);
}

/** One that shows by itself to be of a key: no digest has letters of both cases, and hardly a path has digits too. */
function isFullLine(line: string): boolean {
  const [word = ""] = /(?:^|[\s"'])[A-Za-z\d+/]{40,}={0,2}\s*$/.exec(line) ?? [];
  return /[A-Z]/.test(word) && /[a-z]/.test(word) && /\d/.test(word);
}

/** Hides what is left of keys whose beginning was cut off: lines of base64, then the end. Others are hidden before. */
export function withoutKeyEnds(text: string): string {
  if (!end.test(text)) return text;
  // In JSON a line ends with an escape.
  const parts = text.split(/(\n|\\n)/);
  for (let at = parts.length - 1; at >= 0; at -= 2) {
    const [, after] = afterEnd.exec(parts[at] ?? "") ?? [];
    if (after === undefined) continue;
    const last = at;
    while (at > 0 && isLeft(parts[at - 2] ?? "", { isLast: at === last })) at -= 2;
    const before = (parts[at] ?? "").replace(at === last ? endToEnd : lastWord, "");
    parts.splice(at, last - at + 1, `${before}[redacted]${after}`);
  }
  return parts.join("");
}

const afterEnd = new RegExp(`${end.source}(.*)$`, "s");
const endToEnd = new RegExp(`${end.source}.*$`, "s");
const lastWord = /(?<![A-Za-z\d+/])[A-Za-z\d+/]+={0,2}\s*$/;

/** The last line of a key may be short. */
function isLeft(line: string, { isLast }: { isLast: boolean }): boolean {
  return isFullLine(line) || (isLast ? lastWord.test(line) : line !== "" && isBody(line));
}
