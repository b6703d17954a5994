import type { Source } from "../../engine/stream.ts";
import { plainText } from "./text.ts";

/** The end of what a step of a build wrote. */
export type StepOutput = ReturnType<typeof stepOutput>;

/** Takes out of a line what must not be told. */
export type Hiding = (line: string) => string;

const keptLines = 100;
const lineLimit = 500;
const shownLines = 20;

/**
 * Gathers the last lines of both streams. They come over separate ways, so that the complaint of a program may stand
 * in front of all else it wrote: half of what is shown is kept for stderr.
 */
export function stepOutput(hide: Hiding) {
  const streams = { stdout: splitter(hide), stderr: splitter(hide) };
  let lines: { stream: Source; text: string }[] = [];
  const keep = (stream: Source, texts: readonly string[]): void => {
    const told = texts.filter((text) => text.trim() !== "").map((text) => ({ stream, text: text.slice(0, lineLimit) }));
    lines = [...lines, ...told].slice(-keptLines);
  };
  return {
    /** Adds a piece and gives the last line that it completed. */
    add(stream: Source, bytes: Uint8Array): string | undefined {
      const texts = streams[stream].take(bytes);
      keep(stream, texts);
      return texts.findLast((text) => text.trim() !== "");
    },
    last(): string {
      for (const stream of ["stdout", "stderr"] as const) keep(stream, streams[stream].rest());
      const complaints = lines.filter(({ stream }) => stream === "stderr").slice(-shownLines / 2);
      const others = lines.filter((line) => !complaints.includes(line)).slice(complaints.length - shownLines);
      return lines.filter((line) => complaints.includes(line) || others.includes(line)).map(({ text }) => text)
        .join("\n");
    },
  };
}

/** Lines without terminal control; one that was written over comes as several. */
function splitter(hide: Hiding) {
  const decoder = new TextDecoder();
  let open = "";
  return {
    take(bytes: Uint8Array): string[] {
      const pieces = (open + decoder.decode(bytes, { stream: true })).split(/[\r\n]+/);
      // A line without an end must not grow without a bound.
      open = (pieces.pop() ?? "").slice(-lineLimit);
      return pieces.map((line) => hide(plainText(line)));
    },
    rest(): string[] {
      const last = hide(plainText(open));
      open = "";
      return [last];
    },
  };
}
