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

type Phase = "size" | "extension" | "data" | "end_of_data" | "trailer" | "done";

/**
 * Takes the chunk lines out of a chunked body. It works in place, so that a read of hundreds of small chunks (the
 * daemon sends one for each log frame) becomes one piece.
 */
function chunkedBody(): BodyReader {
  let phase: Phase = "size";
  let size = 0;
  let digits = 0;
  let trailerLength = 0;

  /** One byte that is no payload. */
  const step = (byte: number): void => {
    if (byte === carriageReturn) return;
    const lineEnds = byte === lineFeed;
    if (phase === "end_of_data") {
      if (!lineEnds) throw new SyntaxError("a chunk is longer than announced");
      phase = "size";
    } else if (phase === "trailer") {
      if (lineEnds && trailerLength === 0) phase = "done";
      trailerLength = lineEnds ? 0 : trailerLength + 1;
    } else if (lineEnds) {
      if (digits === 0) throw new SyntaxError("a chunk has no size");
      phase = size > 0 ? "data" : "trailer";
      digits = 0;
    } else if (phase === "size") {
      const digit = hexDigit(byte);
      if (digit >= 0 && ++digits <= longestSize) size = size * 16 + digit;
      else if (digits > 0 && (byte === semicolon || byte === space)) phase = "extension";
      else throw new SyntaxError("the size of a chunk is not a number");
    }
  };

  return {
    closeEnds: false,
    ended: () => phase === "done",
    take(bytes) {
      let kept = 0;
      for (let at = 0; at < bytes.length && phase !== "done";) {
        if (phase !== "data") {
          step(bytes[at++] ?? 0);
          continue;
        }
        const length = Math.min(size, bytes.length - at);
        bytes.copyWithin(kept, at, at + length);
        kept += length;
        at += length;
        size -= length;
        if (size === 0) phase = "end_of_data";
      }
      return bytes.subarray(0, kept);
    },
  };
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
