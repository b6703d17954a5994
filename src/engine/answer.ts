import type { Head } from "./body.ts";
import type { Faults } from "./faults.ts";
import type { EngineResponse } from "./request.ts";

/** An answer of any status, its body still to be read. */
export interface Answer extends Head {
  /** As `EngineResponse.chunks`. */
  chunks(): AsyncIterable<Uint8Array>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  discard(): Promise<void>;
}

/** Lets an answer pass that says it is done; any other becomes an error with the daemon's own words. */
export async function accepted(answer: Answer, faults: Faults): Promise<Answer> {
  // 304: it was so already. Who is sent elsewhere has done nothing yet, and does not go there.
  if (answer.status < 300 || answer.status === 304) return answer;
  if (answer.status < 400) {
    await answer.discard();
    throw faults.malformed(`it sends on to another address (status ${answer.status})`);
  }
  throw faults.status(answer.status, decode(await answer.bytes()));
}

/** The answer, read as it comes. */
export function streamed({ status, headers, chunks, bytes, discard }: Answer): EngineResponse {
  return { status, headers, chunks, discard, text: async () => decode(await bytes()) };
}

/** The answer, read already. */
export function stored({ status, headers }: Head, body: Uint8Array): EngineResponse {
  return {
    status,
    headers,
    text: () => Promise.resolve(decode(body)),
    async *chunks() {
      if (body.length > 0) yield body;
    },
    discard: () => Promise.resolve(),
  };
}

function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
