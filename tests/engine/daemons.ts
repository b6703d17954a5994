import assert from "node:assert/strict";
import { EngineError, type Fault } from "../../src/engine/errors.ts";
import { connect, type EngineTransport, type TransportOptions } from "../../src/engine/transport.ts";
import { temporaryFolder } from "../temporary.ts";

/** A server on a Unix socket of its own, for one test. */
export interface Daemon {
  host: string;
  path: string;
  /** The head and body of every request, in order. */
  requests: string[];
  connections(): number;
  stop(): Promise<void>;
}

/** What a daemon does with a connection; `next` reads the next request, undefined when there is none. */
export type Handler = (conn: Deno.Conn, next: () => Promise<string | undefined>) => Promise<void>;

/** Starts a daemon that treats every connection as `handle` does, and closes it after. */
export function startDaemon(handle: Handler): Daemon {
  const folder = temporaryFolder();
  const path = `${folder.path}/s`;
  const serving = serve(Deno.listen({ transport: "unix", path }), { host: `unix://${path}`, handle });
  const stop = async () => {
    await serving.stop();
    folder[Symbol.dispose]();
  };
  return { ...serving, path, stop };
}

/** Lets `listener` treat every connection as `handle` does. */
export function serve(
  listener: AsyncIterable<Deno.Conn> & { close(): void },
  { host, handle }: { host: string; handle: Handler },
) {
  const requests: string[] = [];
  const open = new Set<Deno.Conn>();
  let connections = 0;
  const treat = async (conn: Deno.Conn) => {
    connections++;
    open.add(conn);
    const next = async () => {
      const request = await readRequest(conn);
      if (request) requests.push(request);
      return request;
    };
    try {
      await handle(conn, next);
    } catch {
      // The client went away.
    } finally {
      open.delete(conn);
      tryClose(conn);
    }
  };
  const accepting = (async () => {
    for await (const conn of listener) treat(conn);
  })().catch(() => {});
  const stop = () => {
    listener.close();
    for (const conn of open) tryClose(conn);
    return accepting;
  };
  return { host, requests, connections: () => connections, stop };
}

/** A daemon that answers each request with the text that `answer` returns, and keeps its connections. */
export function answering(answer: (request: string) => string): Daemon {
  return startDaemon(async (conn, next) => {
    for (let request = await next(); request; request = await next()) await say(conn, answer(request));
  });
}

/** `HTTP/1.1 200 OK` with a body. */
export function ok(body: string, headers: Record<string, string> = {}): string {
  return whole("200 OK", body, headers);
}

export function whole(status: string, body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ ...headers, "Content-Length": new TextEncoder().encode(body).length });
  return `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/** Writes all of `text` as UTF-8. */
export async function say(conn: Deno.Conn, text: string): Promise<void> {
  await sayBytes(conn, new TextEncoder().encode(text));
}

export async function sayBytes(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** Waits until the client has closed its side. */
export async function untilClosed(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await conn.read(buffer).catch(() => null) !== null);
}

/** A transport that speaks API 1.43, without asking. */
export function transportTo(host: string, options: Partial<TransportOptions> = {}): EngineTransport {
  return connect({ host, timeout: 10_000, apiVersion: "1.43", ...options });
}

/** The EngineError that `work` rejects with, its fault and a part of its message checked. */
export async function failing(work: Promise<unknown>, expected: { fault: Fault; says: string }): Promise<EngineError> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof EngineError, `expected an EngineError, got ${Deno.inspect(error)}`);
  assert.deepEqual(error.fault, expected.fault);
  assert.ok(error.message.includes(expected.says), `"${error.message}" does not say "${expected.says}"`);
  return error;
}

/** All of `chunks` as text. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** One request, its body by content-length or chunked (then raw, with its chunk lines). */
async function readRequest(conn: Deno.Conn): Promise<string | undefined> {
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (;;) {
    const [head, body] = text.split("\r\n\r\n", 2);
    if (head !== undefined && body !== undefined) {
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const whole = /chunked/i.test(head) ? text.endsWith("\r\n0\r\n\r\n") : body.length >= length;
      if (whole) return text;
    }
    const read = await conn.read(buffer).catch(() => null);
    if (read === null) return text || undefined;
    text += new TextDecoder("latin1").decode(buffer.subarray(0, read));
  }
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
