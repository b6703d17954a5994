import { fetchFault } from "./faults.ts";
import type { Message } from "./http1.ts";
import type { Answer } from "./answer.ts";
import type { Sending } from "./over_socket.ts";
import { unlessAborted } from "./waiting.ts";

/** A `fetch`, and the pool of connections it takes from. */
export interface FetchOptions {
  fetch: typeof fetch;
  client?: Deno.HttpClient;
}

/**
 * Sends `message` with `fetch`, over a connection that is used again. `fetch` sends a request a second time when such a
 * connection has died, so only requests that change nothing may come here.
 */
export async function sendOverFetch(message: Message, sending: Sending, options: FetchOptions): Promise<Answer> {
  const { address, clock: { signal }, faults } = sending;
  if (message.target.length > longestTarget) throw faults.tooLong(message.target.length, longestTarget);
  sending.clock.sent = true;
  const init: RequestInit & { client?: Deno.HttpClient } = {
    method: message.method,
    headers: message.headers,
    redirect: "manual",
    signal,
    ...(message.body ? { body: message.body } : {}),
    ...(options.client ? { client: options.client } : {}),
  };
  const response = await unlessAborted(options.fetch(`${address.origin}${message.target}`, init), signal)
    .catch((cause) => Promise.reject(signal.aborted ? signal.reason : fetchFault(faults, cause)));
  const cutShort = (cause: unknown) =>
    Promise.reject(signal.aborted ? signal.reason : faults.interrupted("in the middle of its answer", cause));
  return {
    status: response.status,
    headers: response.headers,
    chunks: () => readStream(response, { signal, cutShort }),
    bytes: () => unlessAborted(response.bytes(), signal).catch(cutShort),
    discard: async () => await response.body?.cancel(),
  };
}

/** Characters of a path with its query. `fetch` sends no address of 65,536, and its error would not tell so. */
const longestTarget = 65_000;

/** Makes the pool, which `fetch` can have of sockets and TCP; it connects when it is first used. */
export function createPool({ address: { dial }, credentials, faults }: Sending): Deno.HttpClient {
  const options = { http2: false, ...credentials };
  try {
    if (dial.transport !== "unix") return Deno.createHttpClient(options);
    return Deno.createHttpClient({ ...options, proxy: { transport: "unix", path: dial.path } });
  } catch (cause) {
    throw faults.unreachable(cause);
  }
}

interface ReadOptions {
  signal: AbortSignal;
  /** Rejects with the error that a failed read stands for. */
  cutShort(cause: unknown): Promise<never>;
}

async function* readStream({ body }: Response, { signal, cutShort }: ReadOptions): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  try {
    while (reader) {
      const { done, value } = await unlessAborted(reader.read(), signal).catch(cutShort);
      if (done) return;
      yield value;
    }
  } finally {
    // It fails where the stream has failed, which was told already.
    reader?.cancel().catch(() => {});
  }
}
