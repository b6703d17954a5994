/** A bare request to an engine, so that what the tests run on does not rest on the code they test. */
export interface BareRequest {
  method?: "GET" | "POST" | "DELETE";
  /** With its query: `/containers/json?all=1`. */
  path: string;
  /** A tar archive, or a value sent as JSON. */
  body?: Uint8Array<ArrayBuffer> | Record<string, unknown>;
  /** Milliseconds until it is given up; 60 seconds unless told. */
  timeout?: number;
}

export interface BareAnswer {
  status: number;
  bytes: Uint8Array<ArrayBuffer>;
  text: string;
}

/** Sends one request to `unix:///path` or `tcp://host:port`, on a connection of its own; throws only where no answer comes. */
export async function askEngine(host: string, request: BareRequest): Promise<BareAnswer> {
  const { client, base } = route(host);
  try {
    const response = await fetch(base + request.path, {
      client,
      method: request.method ?? "GET",
      headers: { "accept-encoding": "identity", "content-type": contentType(request.body) },
      signal: AbortSignal.timeout(request.timeout ?? 60_000),
      ...(request.body === undefined ? {} : { body: encode(request.body) }),
    });
    const bytes = await response.bytes();
    return { status: response.status, bytes, text: new TextDecoder().decode(bytes) };
  } finally {
    client.close();
  }
}

/** As `askEngine`, but a status of 400 or more is an error that carries what the engine said. */
export async function mustAskEngine(host: string, request: BareRequest): Promise<BareAnswer> {
  const answer = await askEngine(host, request);
  if (answer.status >= 400) {
    const asked = `${request.method ?? "GET"} ${request.path}`;
    throw new Error(`Cannot "${asked}" at "${host}": status ${answer.status}, ${answer.text.trim()}`);
  }
  return answer;
}

/** Whether an engine answers a ping at `host` within `timeout` milliseconds. */
export async function engineAnswers(host: string, timeout: number): Promise<boolean> {
  try {
    return (await askEngine(host, { path: "/_ping", timeout })).status === 200;
  } catch {
    return false;
  }
}

function route(host: string): { client: Deno.HttpClient; base: string } {
  // No pool: a request must not be sent again, unseen, on a connection that has died.
  const poolMaxIdlePerHost = 0;
  if (host.startsWith("unix://")) {
    const proxy = { transport: "unix", path: host.slice("unix://".length) } as const;
    return { client: Deno.createHttpClient({ proxy, poolMaxIdlePerHost }), base: "http://192.0.2.1" };
  }
  if (host.startsWith("tcp://")) {
    return { client: Deno.createHttpClient({ poolMaxIdlePerHost }), base: host.replace("tcp://", "http://") };
  }
  throw new Error(`Cannot use the engine "${host}" for tests: only unix:// and tcp:// addresses are supported`);
}

function contentType(body: BareRequest["body"]): string {
  return body instanceof Uint8Array ? "application/x-tar" : "application/json";
}

function encode(body: NonNullable<BareRequest["body"]>): Uint8Array<ArrayBuffer> | string {
  return body instanceof Uint8Array ? body : JSON.stringify(body);
}
