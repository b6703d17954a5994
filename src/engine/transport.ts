import { type Address, readAddress } from "./address.ts";
import { accepted, type Answer, stored, streamed } from "./answer.ts";
import { coalesced } from "./coalesce.ts";
import { type Faults, faults } from "./faults.ts";
import { upgradeOverSocket } from "./hijack.ts";
import type { Message } from "./http1.ts";
import { createPool, sendOverFetch } from "./over_fetch.ts";
import { type Sending, sendOverSocket } from "./over_socket.ts";
import { describeRequest, type EngineRequest, type EngineResponse, queryString, type Transport } from "./request.ts";
import type { Credentials } from "./socket.ts";
import { agree, type Agreement } from "./version.ts";
import { type Clock, retried, startClock, unlessAborted } from "./waiting.ts";

/** How to reach the daemon. */
export interface TransportOptions {
  /** `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://user@host:port/path`. */
  host: string;
  /** Paths of PEM files; given at all, a `tcp` address is spoken to over TLS. */
  tls?: { ca?: string; cert?: string; key?: string };
  /** Milliseconds for a `whole` answer, and for the head of a streamed one; 0 for no limit. */
  timeout: number;
  /** `auto`, or one version of the Engine API: `1.43`. */
  apiVersion: string;
  /** Takes the place of the network. Then streams go through it too, and upgrades fail. */
  fetch?: typeof fetch;
}

export interface EngineTransport extends Transport {
  /** The API version that is spoken. The daemon is asked once; a failure is not kept. */
  agreed(): Promise<Agreement>;
  /** Closes the idle connections. */
  close(): void;
}

/**
 * The way to the daemon at `options.host`; nothing is opened until it is used. What changes nothing and is read at once
 * goes over a pool of connections; all else over a connection of its own. Only what changes nothing is tried again.
 * Throws a RangeError when the address cannot be read.
 */
export function connect(options: TransportOptions): EngineTransport {
  const line = lineTo(options);
  const agreed = once(() => {
    const ask = (path: string) => deliver(line, { request: { method: "GET", path, reply: "whole" }, prefix: "" });
    return agree({ wanted: options.apiVersion, ask, faults: faults("GET /_ping", options.host) });
  });
  return {
    agreed,
    send: coalesced(async (request) => {
      const { apiVersion } = await unlessAborted(agreed(), request.signal);
      return await deliver(line, { request, prefix: `/v${apiVersion}` });
    }),
    async upgrade(request) {
      if (options.fetch) {
        const why = new TypeError("fetch has no connection to upgrade");
        throw faults(describeRequest(request), line.address.endpoint).unreachable(why);
      }
      const { apiVersion } = await unlessAborted(agreed(), request.signal);
      const message = toMessage(request, `/v${apiVersion}`);
      const step = (sending: Sending) => upgradeOverSocket(message, { ...sending, request, apiVersion });
      const { clock, value: socket } = await begin(line, { request, step });
      clock.stop();
      return socket;
    },
    close: line.close,
  };
}

/** What all requests to one daemon share. */
interface Line {
  address: Address;
  timeout: number;
  credentials(): Promise<Credentials>;
  carry(message: Message, options: { sending: Sending; pooled: boolean }): Promise<Answer>;
  close(): void;
}

function lineTo({ host, tls, timeout, fetch: fake }: TransportOptions): Line {
  const address = readAddress(host, tls !== undefined);
  let pool: Deno.HttpClient | undefined;
  return {
    address,
    timeout,
    credentials: once(() => readCredentials(tls ?? {}, faults("TLS", address.endpoint))),
    carry(message, { sending, pooled }) {
      if (fake) return sendOverFetch(message, sending, { fetch: fake });
      if (!pooled || address.dial.transport === "ssh") return sendOverSocket(message, sending);
      pool ??= createPool(sending);
      return sendOverFetch(message, sending, { fetch, client: pool });
    },
    close() {
      pool?.close();
      if (address.dial.transport === "ssh") address.dial.connections.close();
      pool = undefined;
    },
  };
}

async function deliver(
  line: Line,
  { request, prefix }: { request: EngineRequest; prefix: string },
): Promise<EngineResponse> {
  const message = toMessage(request, prefix);
  const safe = request.method === "GET" || request.method === "HEAD";
  const pooled = safe && request.reply === "whole";
  const step = async (sending: Sending) =>
    await accepted(await line.carry(message, { sending, pooled }), sending.faults);
  const attempt = () => begin(line, { request, step });
  const { clock, value: answer } = safe ? await retried(attempt, request.signal) : await attempt();
  try {
    return request.reply === "whole" ? stored(answer, await answer.bytes()) : streamed(answer);
  } finally {
    clock.stop();
  }
}

/** Runs `step` against a clock, which goes on running so that it can bound what follows. */
async function begin<T>(
  line: Line,
  { request, step }: { request: EngineRequest; step: (sending: Sending) => Promise<T> },
): Promise<{ clock: Clock; value: T }> {
  const make = faults(describeRequest(request), line.address.endpoint);
  const ms = isEndless(request) ? 0 : request.timeout ?? line.timeout;
  const clock = startClock(request.signal, { ms, late: (sent) => make.timeout(ms, sent) });
  try {
    const sending = { address: line.address, credentials: await line.credentials(), clock, faults: make };
    return { clock, value: await step(sending) };
  } catch (error) {
    clock.stop();
    throw error;
  }
}

/** True where the length of the upload is unknown, and so the time it takes. */
function isEndless({ body }: EngineRequest): boolean {
  return body?.kind === "tar" && body.content instanceof ReadableStream;
}

function toMessage({ method, path, query, headers: given, body }: EngineRequest, prefix: string): Message {
  const headers = new Headers(given);
  // The daemon compresses archives for whoever does not decline, at a twentieth of the speed.
  headers.set("accept-encoding", "identity");
  const message = { method, target: `${prefix}${path}${queryString(query)}`, headers };
  if (!body) return message;
  if (!headers.has("content-type")) {
    headers.set("content-type", body.kind === "json" ? "application/json" : "application/x-tar");
  }
  return {
    ...message,
    body: body.kind === "json" ? new TextEncoder().encode(JSON.stringify(body.value)) : body.content,
  };
}

async function readCredentials({ ca, cert, key }: NonNullable<TransportOptions["tls"]>, make: Faults) {
  const read = (path: string) => Deno.readTextFile(path).catch((cause) => Promise.reject(make.tlsFile(path, cause)));
  const credentials: Credentials = {};
  if (ca) credentials.caCerts = [await read(ca)];
  if (cert && key) Object.assign(credentials, { cert: await read(cert), key: await read(key) });
  return credentials;
}

/** Calls `make` once and keeps what it promised, unless that fails. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
}
