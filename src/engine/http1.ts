import type { BodyReader, Head } from "./body.ts";
import type { Faults } from "./faults.ts";
import type { Socket } from "./socket.ts";

/** A request as it goes over the wire. */
export interface Message {
  method: string;
  /** Path and query: `/v1.43/containers/json?all=true`. */
  target: string;
  headers: Headers;
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** A connection with the one buffer through which all of its answer is read. */
export interface Wire {
  socket: Socket;
  faults: Faults;
  buffer: Uint8Array;
  /** The bytes from here to `end` have been read and not used. */
  start: number;
  end: number;
  /** True once the request has been sent whole, so that nothing of it stands in the way of the next. */
  sent: boolean;
  /** Why the body of the request could not be made to its end. The connection is closed then. */
  broken?: { cause: unknown };
}

/** The size of the buffer, in bytes, and so of the longest head. */
const capacity = 64 * 1024;

export function wireOver(socket: Socket, faults: Faults): Wire {
  return { socket, faults, buffer: new Uint8Array(capacity), start: 0, end: 0, sent: false };
}

/**
 * Sends the whole request. A body of unknown length goes out in chunks; where it cannot be made, whoever reads the
 * answer hears why.
 */
export async function writeMessage(wire: Wire, { method, target, headers, body }: Message): Promise<void> {
  const { socket } = wire;
  const lines = [`${method} ${target} HTTP/1.1`, ...[...headers].map(([name, value]) => `${name}: ${value}`)];
  if (body instanceof ReadableStream) lines.push("transfer-encoding: chunked");
  else if (body || method !== "GET" && method !== "HEAD") lines.push(`content-length: ${body?.length ?? 0}`);
  const head = encoder.encode(`${lines.join("\r\n")}\r\n\r\n`);
  if (body instanceof Uint8Array && body.length < capacity) await socket.write(joined([head, body]));
  else {
    await socket.write(head);
    if (body instanceof Uint8Array) await socket.write(body);
    if (body instanceof ReadableStream) await writeChunks(wire, body);
  }
  wire.sent = true;
}

async function writeChunks(wire: Wire, body: ReadableStream<Uint8Array>): Promise<void> {
  for await (const chunk of made(wire, body)) {
    if (chunk.length === 0) continue; // An empty chunk would end the body.
    await wire.socket.write(joined([encoder.encode(`${chunk.length.toString(16)}\r\n`), chunk, lineEnd]));
  }
  await wire.socket.write(encoder.encode("0\r\n\r\n"));
}

async function* made(wire: Wire, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    wire.broken = { cause };
    // The daemon would wait for the rest, and whoever reads here for the daemon.
    wire.socket.close();
    throw cause;
  }
}

/** Reads the head of the answer, past any `100 Continue`. What follows it stays in the wire. */
export async function readHead(wire: Wire): Promise<Head> {
  for (;;) {
    const length = headLength(wire);
    if (length === 0) {
      if (wire.end === capacity) throw wire.faults.malformed(`its head is longer than ${capacity} bytes`);
      if (!(await fill(wire))) throw wire.faults.interrupted("before it answered");
      continue;
    }
    const head = parseHead(wire, length);
    wire.start += length;
    if (head.status >= 200 || head.status === 101) return head;
  }
}

/** The body, a piece for each read of the socket, which is closed when the loop is left. */
export async function* readBody(wire: Wire, reader: BodyReader): AsyncGenerator<Uint8Array> {
  try {
    while (!reader.ended()) {
      if (wire.start === wire.end && !(await fill(wire))) {
        if (reader.closeEnds) return;
        throw wire.faults.interrupted("in the middle of its answer");
      }
      const piece = reader.take(wire.buffer.subarray(wire.start, wire.end));
      wire.start = wire.end;
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    throw error instanceof SyntaxError ? wire.faults.malformed(error.message, error) : error;
  } finally {
    const whole = reader.ended() && wire.sent && wire.start === wire.end;
    if (whole) wire.socket.release();
    else wire.socket.close();
  }
}

/** One array of all the parts. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const encoder = new TextEncoder();
const lineEnd = encoder.encode("\r\n");

/** Reads more; false at the end of the connection. */
async function fill(wire: Wire): Promise<boolean> {
  if (wire.start === wire.end) wire.start = wire.end = 0;
  const reading = wire.socket.read(wire.buffer.subarray(wire.end));
  const read = await reading.catch((error) => wire.broken ? null : Promise.reject(error));
  if (read === null && wire.broken) throw wire.broken.cause;
  wire.end += read ?? 0;
  return read !== null;
}

/** The length of the head that begins at `start` with its empty line; 0 while it is incomplete. */
function headLength({ buffer, start, end, faults }: Wire): number {
  const opening = latin1(buffer.subarray(start, Math.min(end, start + protocol.length)));
  // Told at once, since something else than HTTP may never send an empty line.
  if (!protocol.startsWith(opening)) {
    throw faults.malformed(`it is not HTTP, it begins with ${JSON.stringify(opening)}`);
  }
  for (let at = start; at + 3 < end; at++) {
    if (buffer[at] === 13 && buffer[at + 1] === 10 && buffer[at + 2] === 13 && buffer[at + 3] === 10) {
      return at + 4 - start;
    }
  }
  return 0;
}

const protocol = "HTTP/1.";

function parseHead({ buffer, start, faults }: Wire, length: number): Head {
  const [first = "", ...lines] = latin1(buffer.subarray(start, start + length - 4)).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]);
  if (!status) throw faults.malformed(`its first line is ${JSON.stringify(first.slice(0, 80))}`);
  const headers = new Headers();
  try {
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim());
    }
  } catch (cause) {
    throw faults.malformed("it has a bad header", cause);
  }
  const size = headers.get("content-length") ?? "0";
  if (!/^\d+$/.test(size)) throw faults.malformed(`its content-length is "${size}"`);
  return { status, headers };
}

/** A header may hold any byte; this decoding never fails, and `Headers` takes its result. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
