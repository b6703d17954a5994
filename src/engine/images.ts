import type { Filters } from "./containers.ts";
import { EngineError } from "./errors.ts";
import { bytes, given, json, type Options, path, type Transport } from "./request.ts";
import { jsonLines } from "./stream.ts";

/** A row of `GET /images/json`. */
export interface ImageSummary {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  /** Seconds since 1970. */
  Created: number;
  /** Bytes. */
  Size: number;
  Labels?: Record<string, string> | null;
  /** Containers that use it; -1 where the Engine did not count. */
  Containers: number;
}

/** `GET /images/{name}/json`, as far as it is used. */
export interface ImageDetails {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Created?: string;
  Size: number;
  Os: string;
  Architecture: string;
}

/** One message of a pull: a status of the whole, or of one layer (`id`). */
export interface PullMessage {
  status?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
  errorDetail?: { message?: string };
}

/** Images. */
export type Images = ReturnType<typeof images>;

export function images(transport: Transport) {
  return {
    list(query: { all?: boolean; filters?: Filters }, { signal }: Options = {}) {
      return json<ImageSummary[]>(transport, { method: "GET", path: "/images/json", query, ...given(signal) });
    },
    inspect(name: string, { signal }: Options = {}) {
      return json<ImageDetails>(transport, { method: "GET", path: path`/images/${name}/json`, ...given(signal) });
    },
    /** The messages as they come. A failure that the daemon reports inside its 200 stream is thrown. */
    async *pull(image: { name: string; tag: string; platform?: string }, { signal }: Options = {}) {
      const query = { fromImage: image.name, tag: image.tag, platform: image.platform };
      const ask = { method: "POST", path: "/images/create", query, timeout: 0, ...given(signal) } as const;
      const response = await bytes(transport, ask);
      for await (const message of jsonLines<PullMessage>(response.chunks())) {
        const failure = message.errorDetail?.message ?? message.error;
        if (failure) throw new EngineError(failure, { fault: { kind: "stream" }, request: "POST /images/create" });
        yield message;
      }
    },
  };
}
