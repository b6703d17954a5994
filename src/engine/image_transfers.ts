import { EngineError } from "./errors.ts";
import {
  bytes,
  describeRequest,
  type EngineRequest,
  given,
  type Options,
  path,
  type RequestBody,
  type Transport,
} from "./request.ts";
import { jsonLines } from "./stream.ts";

/** One message of a transfer: a status of the whole, or of one layer (`id`). */
export interface TransferMessage {
  status?: string;
  /** What a load says. */
  stream?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  /** What a push ends with. */
  aux?: { Tag?: string; Digest?: string; Size?: number };
  error?: string;
  errorDetail?: { message?: string };
}

/** An image by name and version: a tag, or a digest in its place. */
export interface ImageVersion {
  name: string;
  tag: string;
}

/** Who the engine is to be at the registry: the value of `X-Registry-Auth`. */
export interface RegistryAuth {
  auth?: string;
}

export interface ImportQuery {
  repo?: string;
  tag?: string;
  message?: string;
  platform?: string;
  /** Instructions of a Dockerfile: `CMD ["sh"]`. */
  changes: readonly string[];
}

type Archive = Extract<RequestBody, { kind: "tar" }>["content"];

/** Images on their way in and out; each answers as messages that come as the work goes on. */
export function imageTransfers(transport: Transport) {
  return { ...registryTransfers(transport), ...archiveTransfers(transport) };
}

function registryTransfers(transport: Transport) {
  return {
    pull(image: ImageVersion & { platform?: string }, { signal, auth }: Options & RegistryAuth = {}) {
      const query = { fromImage: image.name, tag: image.tag, platform: image.platform };
      const headers = auth === undefined ? {} : { headers: { "x-registry-auth": auth } };
      return post(transport, { path: "/images/create", query, ...headers, ...given(signal) });
    },
    push(image: ImageVersion & { platform?: Platform }, { signal, auth = anonymous }: Options & RegistryAuth = {}) {
      const query = { tag: image.tag, platform: image.platform && { ...image.platform } };
      return post(transport, {
        path: path`/images/${image.name}/push`,
        query,
        headers: { "x-registry-auth": auth },
        ...given(signal),
      });
    },
  };
}

function archiveTransfers(transport: Transport) {
  return {
    /** The images and all their layers as one tar archive. */
    save(names: readonly string[], { signal }: Options = {}) {
      return bytes(transport, {
        method: "GET",
        path: "/images/get",
        query: { names: new Set(names) },
        ...given(signal),
      });
    },
    load(archive: Archive, { signal }: Options = {}) {
      return post(transport, { path: "/images/load", body: { kind: "tar", content: archive }, ...given(signal) });
    },
    /** An image of one layer, out of an archive of files or of an address that the engine reads. */
    import(from: { url: string } | { archive: Archive }, { signal, ...query }: Options & ImportQuery) {
      const { changes, ...rest } = query;
      const body = "archive" in from ? { body: { kind: "tar", content: from.archive } as const } : {};
      return post(transport, {
        path: "/images/create",
        query: { fromSrc: "url" in from ? from.url : "-", ...rest, changes: new Set(changes) },
        ...body,
        ...given(signal),
      });
    },
  };
}

export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

function post(transport: Transport, ask: Omit<EngineRequest, "method" | "reply">) {
  return messages(transport, { method: "POST", ...ask });
}

/** `{}`: a push must say who it comes from, even where that is nobody. */
const anonymous = "e30=";

/** The messages as they come. A failure that the daemon reports inside its 200 stream is thrown. */
async function* messages(transport: Transport, ask: Omit<EngineRequest, "reply">) {
  const response = await bytes(transport, { timeout: 0, ...ask });
  for await (const message of jsonLines<TransferMessage>(response.chunks())) {
    const failure = message.errorDetail?.message ?? message.error;
    if (failure) throw new EngineError(failure, { fault: { kind: "stream" }, request: describeRequest(ask) });
    yield message;
  }
}
