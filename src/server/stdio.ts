import { deserializeMessage, serializeMessage, type Transport } from "@modelcontextprotocol/server";
import { serveStdio, type ServeStdioOptions } from "@modelcontextprotocol/server/stdio";
import { onEnding } from "./ending.ts";
import { withListening } from "./listening.ts";
import { malformed } from "./malformed.ts";
import { withPlainErrors } from "./plain_errors.ts";
import { createServer, type ServerParts } from "./server.ts";

/**
 * Serves on standard input and output until the client closes its end, or a signal asks for the end; stdout carries the
 * protocol alone.
 */
export function serveOnStdio(parts: ServerParts, { transport = ownStreams(), ...options }: ServeStdioOptions = {}) {
  return serveStdio(() => createServer(parts), {
    ...options,
    transport: withPlainErrors(withListening(transport, parts)),
  });
}

/** The longest line that is read, in characters. */
const longestLine = 10 * 1024 * 1024;

/** Deno's own streams. The SDK's transport asks for Node's, which take 20 ms of each start to load. */
function ownStreams(): Transport {
  let open = true;
  const output = joinedWrites((error) => transport.onerror?.(error));
  const transport: Transport = {
    start() {
      // Runs beside everything else; what it rejects with was told to `onerror`.
      readLines(inputUntilEnding(), reader(transport, output.write)).catch((error) => transport.onerror?.(error))
        .finally(transport.close);
      return Promise.resolve();
    },
    send: (message) => open ? output.write(serializeMessage(message)) : Promise.resolve(),
    close() {
      if (open) {
        open = false;
        transport.onclose?.();
      }
      return Promise.resolve();
    },
  };
  return transport;
}

/** Hands on what is read, and answers what cannot be. */
function reader(transport: Transport, write: (line: string) => void) {
  function take(line: string): void {
    try {
      transport.onmessage?.(deserializeMessage(line));
    } catch (error) {
      // What is no JSON is no message, as with the SDK's transport.
      if (!(error instanceof Error) || error instanceof SyntaxError) return;
      transport.onerror?.(error);
      const value: unknown = JSON.parse(line);
      // A batch, which the version 2025-03-26 has: each message is answered by itself.
      if (Array.isArray(value)) return value.forEach((message) => take(JSON.stringify(message)));
      const told = malformed(value);
      if (told) write(refusal(JSON.stringify(told.id), told.why));
    }
  }
  function tooLong(start: string): void {
    const message = `A message of more than ${longestLine} characters is not read: send less, or a file on the host`;
    transport.onerror?.(new RangeError(message));
    // The id stands in front, or else nobody can be told.
    const id = /"id"\s*:\s*(\d+|"(?:[^"\\]|\\.)*")/.exec(start)?.[1];
    if (id !== undefined) write(refusal(id, message));
  }
  return { take, tooLong };
}

/** Standard input, whose end is also that the program is asked to end. */
function inputUntilEnding(): ReadableStreamDefaultReader<Uint8Array> {
  const input = Deno.stdin.readable.getReader();
  onEnding(() => input.cancel());
  return input;
}

/** JSON-RPC's own. */
const invalidRequest = -32600;

/** The answer to a request that is not read; `id` is JSON. */
function refusal(id: string, message: string): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code: invalidRequest, message })}}\n`;
}

/** Standard output, one write at a time of all that has come meanwhile: answers often come together. */
function joinedWrites(failed: (error: Error) => void) {
  let waiting = "";
  let writing: Promise<void> | undefined;
  async function writeOn(): Promise<void> {
    try {
      while (waiting !== "") {
        const bytes = new TextEncoder().encode(waiting);
        waiting = "";
        await writeAll(bytes);
      }
    } catch (error) {
      // A client that is gone reads nothing more; the end of its input ends the program.
      if (error instanceof Error) failed(error);
    } finally {
      writing = undefined;
    }
  }
  return {
    write(text: string): Promise<void> {
      waiting += text;
      return writing ??= writeOn();
    },
  };
}

interface Reader {
  take(line: string): void;
  /** Is given the beginning of a line that is passed over. */
  tooLong(start: string): void;
}

async function readLines(input: ReadableStreamDefaultReader<Uint8Array>, { take, tooLong }: Reader): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  let passing = false;
  for (let read = await input.read(); !read.done; read = await input.read()) {
    const lines = (rest + decoder.decode(read.value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (passing && lines.length > 0) {
      lines.shift();
      passing = false;
    }
    for (const line of lines) take(line);
    if (rest.length > longestLine && !passing) {
      tooLong(rest.slice(0, 500));
      passing = true;
    }
    if (passing) rest = "";
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
