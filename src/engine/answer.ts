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

/** Lets an answer below 400 pass; any other becomes an error with the daemon's own words. */
export async function accepted(answer: Answer, faults: Faults): Promise<Answer> {
  if (answer.status < 400) return answer;
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
