import { EngineError } from "./errors.ts";

/** One request to the Docker Engine API, before the version prefix and the address are added. */
export interface EngineRequest {
  method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Absolute, each part encoded, without the version: `/containers/web/stop`. Made with the `path` tag. */
  path: string;
  query?: Query;
  headers?: Record<string, string>;
  body?: RequestBody;
  /**
   * `whole`: the answer is read at once, within the time-out of ordinary calls. `stream`: it is read as it comes and
   * only `signal` ends it.
   */
  reply: "whole" | "stream";
  /**
   * Milliseconds to wait for a `whole` answer or the head of a `stream`, where the default of the transport does not
   * fit; 0 for no limit.
   */
  timeout?: number;
  signal?: AbortSignal;
}

export type RequestBody =
  | { kind: "json"; value: unknown }
  | { kind: "tar"; content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> };

/**
 * Values left undefined are not sent; a record or list is sent as JSON, as the Engine wants `filters`, and of a set each
 * value comes by itself: `t=a&t=b`.
 */
export type Query = Record<string, QueryValue | undefined>;

type QueryValue = string | number | boolean | readonly string[] | ReadonlySet<string> | Record<string, unknown>;

/** The answer: its status is 1xx to 3xx, since a transport throws `EngineError` for the rest. */
export interface EngineResponse {
  status: number;
  headers: Headers;
  /** The whole body as text. */
  text(): Promise<string>;
  /**
   * The body as it comes. A chunk is valid only until the next one is asked for: its memory is used again. Leaving the
   * loop closes the connection at once.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /** Gives the connection back when the body is not wanted. */
  discard(): Promise<void>;
}

/** The way to the daemon. Guards wrap one in another. */
export interface Transport {
  send(request: EngineRequest): Promise<EngineResponse>;
  /** Sends `request` with `Upgrade: tcp`, or what its headers name; then the connection carries plain bytes both ways. */
  upgrade(request: EngineRequest): Promise<UpgradedSocket>;
}

/** A connection after `101 UPGRADED`, as exec and attach use it. */
export interface UpgradedSocket {
  /** False for a TTY: one raw stream. True: frames of stdout and stderr (see stream.ts). */
  multiplexed: boolean;
  /** As `EngineResponse.chunks`. */
  chunks(): AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  /** Tells the other side that no more input comes (end of file on stdin). */
  closeWrite(): Promise<void>;
  close(): void;
}

/** Builds a request path; each inserted value is encoded, so that a name can never change the endpoint. */
export function path(strings: TemplateStringsArray, ...values: string[]): string {
  return strings.reduce((built, text, i) => built + segment(values[i - 1] ?? "") + text);
}

/** The daemon reads `%2F` as a slash, and sends on to another endpoint where `..`, `.` or nothing stands between two. */
function segment(value: string): string {
  if (value.split("/").every((part) => part !== "" && part !== "." && part !== "..")) return encodeURIComponent(value);
  const facts = { fault: { kind: "status", status: 400 }, request: "a request" } as const;
  throw new EngineError(`"${value}" is not a name`, facts);
}

/** The query string with its leading `?`, or nothing. */
export function queryString(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = value instanceof Set ? [...value] : [value];
    for (const each of values) params.append(key, typeof each === "object" ? JSON.stringify(each) : String(each));
  }
  const text = params.toString();
  return text && `?${text}`;
}

/** `POST /containers/web/stop`: how a request is named in errors and logs. */
export function describeRequest(request: Ask): string {
  // At one path a registry is asked, or an archive read, which fail for different reasons.
  return `${request.method} ${request.path}${request.query?.["fromSrc"] === undefined ? "" : "?fromSrc"}`;
}

/** What every endpoint takes last. */
export interface Options {
  signal?: AbortSignal;
}

/** Leaves the key out where there is no signal (`exactOptionalPropertyTypes`). */
export function given(signal: AbortSignal | undefined): Options {
  return signal ? { signal } : {};
}

type Ask = Omit<EngineRequest, "reply">;

/** Ending: the answer is one JSON document. Its type is the one place where the wire is taken at its word. */
export async function json<T>(transport: Transport, ask: Ask): Promise<T> {
  const response = await transport.send({ ...ask, reply: "whole" });
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const facts = { fault: { kind: "malformed" }, request: `${ask.method} ${ask.path}`, cause } as const;
    throw new EngineError(`The answer is not valid JSON (${text.length} characters)`, facts);
  }
}

/** Ending: nothing but the status counts. */
export async function none(transport: Transport, ask: Ask): Promise<number> {
  const response = await transport.send({ ...ask, reply: "whole" });
  await response.discard();
  return response.status;
}

/** Ending: raw bytes as they come. */
export async function bytes(transport: Transport, ask: Ask): Promise<EngineResponse> {
  return await transport.send({ ...ask, reply: "stream" });
}
