import { EngineError, type Fault } from "./errors.ts";

export type Source = "stdout" | "stderr";

/** A piece of what a container wrote. The bytes are valid until the next piece is asked for. */
export interface Output {
  stream: Source;
  bytes: Uint8Array;
}

/** One line, without its end. */
export interface Line {
  stream: Source;
  text: string;
  /** A further part of a line that is longer than the longest. */
  continued?: true;
}

export interface TextLinesOptions {
  /** The longest line, in characters. What is longer comes as several lines, so that memory stays bounded. */
  maxLength?: number;
}

/**
 * The output of a container without a TTY, which comes in frames. Frames of one stream that follow each other in a
 * chunk make one piece, since the daemon sends a frame for each line. Throws an EngineError when a frame is impossible
 * or cut short, and when the daemon itself reports an error between the frames.
 */
export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Output> {
  const frame: Frame = { header: new Uint8Array(headerLength), filled: 0, type: 1, left: 0, complaint: "" };
  let memory = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (memory.length < chunk.length) memory = new Uint8Array(chunk.length);
    yield* unframe(frame, { chunk, memory });
  }
  if (frame.filled > 0 || frame.left > 0) {
    throw failure("The output ended in the middle of a frame", { kind: "interrupted" });
  }
}

/** The output of a container with a TTY: all of it is stdout. */
export async function* plain(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Output> {
  for await (const bytes of chunks) yield { stream: "stdout", bytes };
}

/**
 * The lines in `outputs`, in one array for each piece. A line ends with `\n` or `\r\n`; the last one may have no end.
 * Lines are complete within their stream, however the pieces are cut.
 */
export async function* textLines(
  outputs: AsyncIterable<Output>,
  { maxLength = 64 * 1024 }: TextLinesOptions = {},
): AsyncGenerator<Line[]> {
  const splitterOf = (stream: Source) =>
    lineSplitter<Line>(maxLength, (text, continued) => continued ? { stream, text, continued } : { stream, text });
  const open = { stdout: splitterOf("stdout"), stderr: splitterOf("stderr") };
  for await (const { stream, bytes } of outputs) {
    const lines = open[stream].take(bytes);
    if (lines.length > 0) yield lines;
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const lines = open[stream].rest();
    if (lines.length > 0) yield lines;
  }
}

/** The JSON documents in `chunks`, one to a line, taken to be what the endpoint promises. */
export async function* jsonLines<T>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const splitter = lineSplitter(Infinity, (line) => line);
  for await (const chunk of chunks) {
    for (const line of splitter.take(chunk)) {
      if (line.trim()) yield parseLine<T>(line);
    }
  }
  for (const line of splitter.rest()) {
    if (line.trim()) yield parseLine<T>(line);
  }
}

interface Frame {
  header: Uint8Array;
  /** How much of the header has been read. */
  filled: number;
  /** 0 stdin (an echo, shown as stdout), 1 stdout, 2 stderr, 3 an error of the daemon. */
  type: number;
  /** How much of the payload is still to come. */
  left: number;
  /** What the daemon said in a frame of type 3 so far. */
  complaint: string;
}

const headerLength = 8;
const daemonError = 3;

/** Copies the payloads in `chunk` together in `memory`, which is at least as long. */
function* unframe(frame: Frame, { chunk, memory }: { chunk: Uint8Array; memory: Uint8Array }): Generator<Output> {
  let length = 0;
  let stream = sourceOf(frame);
  for (let at = 0; at < chunk.length;) {
    if (frame.left === 0) {
      at = readHeader(frame, { chunk, at });
      continue;
    }
    const payload = chunk.subarray(at, at + frame.left);
    at += payload.length;
    frame.left -= payload.length;
    if (frame.type === daemonError) {
      readComplaint(frame, payload);
      continue;
    }
    if (length > 0 && stream !== sourceOf(frame)) {
      yield { stream, bytes: memory.subarray(0, length) };
      length = 0;
    }
    stream = sourceOf(frame);
    memory.set(payload, length);
    length += payload.length;
  }
  if (length > 0) yield { stream, bytes: memory.subarray(0, length) };
}

/** Reads as much of a header as there is, and says where it stopped. */
function readHeader(frame: Frame, { chunk, at }: { chunk: Uint8Array; at: number }): number {
  const { header } = frame;
  let next = at;
  while (next < chunk.length && frame.filled < headerLength) header[frame.filled++] = chunk[next++] ?? 0;
  if (frame.filled < headerLength) return next;
  const [type = 0, a, b, c, d = 0, e = 0, f = 0, g = 0] = header;
  if (type > daemonError || a || b || c) {
    throw failure(`Cannot read the output: "${header.toHex()}" is not the head of a frame`, { kind: "malformed" });
  }
  frame.type = type;
  frame.left = d * 0x1000000 + (e << 16 | f << 8 | g);
  frame.filled = 0;
  return next;
}

function sourceOf({ type }: Frame): Source {
  return type === 2 ? "stderr" : "stdout";
}

/** The daemon sends its own error as the last frame; it is thrown when it is whole. */
function readComplaint(frame: Frame, payload: Uint8Array): void {
  frame.complaint = (frame.complaint + new TextDecoder().decode(payload)).slice(0, 64 * 1024);
  if (frame.left === 0) throw failure(frame.complaint.trim(), { kind: "stream" });
}

/** Cuts the text of one stream into lines, whatever the cuts between its pieces; `make` makes what is given of each. */
function lineSplitter<T>(maxLength: number, make: (text: string, continued: boolean) => T) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let open = "";
  /** Whether parts of the open line were given. */
  let begun = false;
  const add = (given: T[], line: string) => {
    given.push(make(line, begun));
    begun = true;
  };
  const split = (text: string): T[] => {
    const lines = text.split("\n");
    lines[0] = open + (lines[0] ?? "");
    open = lines.pop() ?? "";
    const given: T[] = [];
    for (const line of lines) {
      const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (whole.length <= maxLength) add(given, whole);
      else for (const part of cut(whole, maxLength)) add(given, part);
      begun = false;
    }
    if (open.length > maxLength) {
      const parts = cut(open, maxLength);
      open = parts.pop() ?? "";
      for (const part of parts) add(given, part);
    }
    return given;
  };
  return {
    /** The lines that end in this piece. */
    take: (bytes: Uint8Array): T[] => split(decoder.decode(bytes, { stream: true })),
    /** The last line, where it has no end. */
    rest(): T[] {
      const lines = split(decoder.decode());
      return open ? [...lines, make(open, begun)] : lines;
    },
  };
}

/** Parts of at most `maxLength` characters; a character of two code units stays in one part. */
function cut(line: string, maxLength: number): string[] {
  const parts: string[] = [];
  let at = 0;
  while (line.length - at > maxLength) {
    const last = line.charCodeAt(at + maxLength - 1);
    const half = last >= 0xd800 && last < 0xdc00 && maxLength > 1;
    const end = at + maxLength - (half ? 1 : 0);
    parts.push(line.slice(at, end));
    at = end;
  }
  return [...parts, line.slice(at)];
}

function parseLine<T>(line: string): T {
  try {
    const value: T = JSON.parse(line);
    return value;
  } catch (cause) {
    const shown = JSON.stringify(line.slice(0, 80));
    throw failure(`Cannot read the answer: ${shown} is not valid JSON`, { kind: "malformed" }, cause);
  }
}

/** These decoders do not know which request they serve. */
function failure(message: string, fault: Fault, cause?: unknown): EngineError {
  return new EngineError(message, { fault, request: "a stream", cause });
}
