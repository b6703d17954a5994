/** The first lines of an answer; a `content-length` among them is a number. */
export interface Head {
  status: number;
  headers: Headers;
}

/** Finds the payload in what comes over the wire. */
export interface BodyReader {
  /** The payload in `bytes`; it may be moved to the front of their memory. Throws a SyntaxError. */
  take(bytes: Uint8Array): Uint8Array;
  ended(): boolean;
  /** True where only the end of the connection ends the body. */
  closeEnds: boolean;
}

/** Picks how the body of an answer to `method` is framed. */
export function bodyReader({ status, headers }: Head, method: string): BodyReader {
  if (method === "HEAD" || status === 204 || status === 304) return countedBody(0);
  if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) return chunkedBody();
  const length = headers.get("content-length");
  return length === null ? rawBody() : countedBody(Number(length));
}

/** All that comes until the other side closes. */
export function rawBody(): BodyReader {
  return { closeEnds: true, ended: () => false, take: (bytes) => bytes };
}

function countedBody(length: number): BodyReader {
  let left = length;
  return {
    closeEnds: false,
    ended: () => left === 0,
    take(bytes) {
      const piece = bytes.subarray(0, left);
      left -= piece.length;
      return piece;
    },
  };
}

interface ChunkState {
  phase: "size" | "extension" | "data" | "end_of_data" | "done";
  /** How much of the chunk is still to come. */
  size: number;
  /** How long the size was, as it was written. */
  digits: number;
}

/**
 * Takes the chunk lines out of a chunked body. It works in place, so that a read of hundreds of small chunks (the
 * daemon sends one for each log frame) becomes one piece.
 */
function chunkedBody(): BodyReader {
  const state: ChunkState = { phase: "size", size: 0, digits: 0 };
  return {
    closeEnds: false,
    ended: () => state.phase === "done",
    take(bytes) {
      let kept = 0;
      for (let at = 0; at < bytes.length && state.phase !== "done";) {
        if (state.phase !== "data") {
          readChunkLine(state, bytes[at++] ?? 0);
          continue;
        }
        const length = Math.min(state.size, bytes.length - at);
        bytes.copyWithin(kept, at, at + length);
        kept += length;
        at += length;
        state.size -= length;
        if (state.size === 0) state.phase = "end_of_data";
      }
      return bytes.subarray(0, kept);
    },
  };
}

/** Goes on by one byte that is no payload. */
function readChunkLine(state: ChunkState, byte: number): void {
  if (byte === carriageReturn) return;
  const lineEnds = byte === lineFeed;
  if (state.phase === "end_of_data") {
    if (!lineEnds) throw new SyntaxError("a chunk is longer than announced");
    state.phase = "size";
  } else if (lineEnds) {
    if (state.digits === 0) throw new SyntaxError("a chunk has no size");
    // Trailers may follow the empty chunk; nobody wants them.
    state.phase = state.size > 0 ? "data" : "done";
    state.digits = 0;
  } else if (state.phase === "size") {
    const digit = hexDigit(byte);
    if (digit >= 0 && ++state.digits <= longestSize) state.size = state.size * 16 + digit;
    else if (state.digits > 0 && (byte === semicolon || byte === space)) state.phase = "extension";
    else throw new SyntaxError("the size of a chunk is not a number");
  }
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const semicolon = 59;

// Twelve digits count up to 256 TiB and stay exact.
const longestSize = 12;

/** 0 to 15, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
