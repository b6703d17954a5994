/** A request as the fake daemon saw it. */
export interface Seen {
  method: string;
  /** Decoded, without the version prefix. */
  path: string;
  query: Record<string, string>;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  body: any;
  bytes: Uint8Array<ArrayBuffer>;
  /** The other side gave up before the answer had come to its end. */
  broken?: boolean;
}

/** Thrown by a route, answered as Docker does. */
export class NoSuch extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export function json(value: unknown, status = 200): Response {
  return Response.json(value, { status });
}

export function failure(status: number, message: string): Response {
  return json({ message }, status);
}

/** Output as Docker multiplexes it: eight bytes of header (stream, length) before each piece. */
export function frames(pieces: readonly { stream: "stdout" | "stderr"; text: string }[]): Uint8Array<ArrayBuffer> {
  const parts = pieces.map(({ stream, text }) => {
    const payload = new TextEncoder().encode(text);
    const frame = new Uint8Array(8 + payload.length);
    frame[0] = stream === "stdout" ? 1 : 2;
    new DataView(frame.buffer).setUint32(4, payload.length);
    frame.set(payload, 8);
    return frame;
  });
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
