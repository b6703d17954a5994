import { decodeTrace, type Trace } from "./build_trace.ts";
import type { Filters } from "./containers.ts";
import { EngineError } from "./errors.ts";
import { bytes, given, json, type Options, type Query, type RequestBody, type Transport } from "./request.ts";
import { openSession, type Served, type Session } from "./session.ts";
import { jsonLines } from "./stream.ts";

/** Who builds: BuildKit, the daemon's older builder, or Podman's. */
export type Builder = "buildkit" | "classic" | "podman";

/** What is built and how: the options of `docker build`. */
export interface BuildOptions {
  builder: Builder;
  /** The Dockerfile's path in the context. */
  dockerfile?: string;
  /** A Git or HTTP address, which the daemon fetches; then there is no body. */
  remote?: string;
  tags: readonly string[];
  args: Record<string, string>;
  labels: Record<string, string>;
  target?: string;
  noCache?: boolean;
  pull?: boolean;
  platform?: string;
  network?: string;
  /** `name:address` */
  extraHosts: readonly string[];
  cacheFrom: readonly string[];
  /** Bytes. */
  shmSize?: number;
  /** By their ids; only BuildKit takes them. */
  secrets?: Served["secrets"];
  /** For base images. */
  accounts?: RegistryAccounts;
}

/** Accounts at registries. */
export interface RegistryAccounts {
  /** BuildKit asks for the one that it needs. */
  login: Served["login"];
  /** The other builders are told all of them: the value of `X-Registry-Config`. */
  header: string;
}

/** The context, unless the daemon fetches it. */
export type BuildBody = Extract<RequestBody, { kind: "tar" }>;

/** What a builder tells on its way. */
export type BuildMessage =
  /** BuildKit: steps and their output. */
  | { kind: "trace"; trace: Trace }
  /** The other builders: text for a screen, a line or a piece of one. */
  | { kind: "text"; text: string }
  | { kind: "image"; id: string }
  /** The build has failed. Only the classic builder gives the exit code by itself. */
  | { kind: "failed"; message: string; code?: number };

/** A row of `BuildCache` in `GET /system/df`. */
export interface CacheRecord {
  ID: string;
  Type: string;
  Description?: string;
  InUse: boolean;
  /** An image has it as well. */
  Shared: boolean;
  /** Bytes. */
  Size: number;
  LastUsedAt?: string | null;
}

export interface PruneQuery {
  all?: boolean;
  filters?: Filters;
  /** Bytes that may stay. */
  keepStorage?: number;
}

/** Builds, and what builders keep to be quicker. */
export type Builds = ReturnType<typeof builds>;

export function builds(transport: Transport) {
  return {
    /** The best builder of this engine. */
    async builder({ signal }: Options = {}): Promise<Builder> {
      const response = await transport.send({ method: "GET", path: "/_ping", reply: "whole", ...given(signal) });
      await response.discard();
      return builderOf(response.headers);
    },
    /** The messages as they come; to leave the loop ends the build. */
    async *run(options: BuildOptions, body: BuildBody | undefined, { signal }: Options = {}) {
      const session = await sessionFor(transport, options, given(signal));
      try {
        const query = { ...buildQuery(options), session: session?.id };
        const headers = session || !options.accounts
          ? {}
          : { headers: { "x-registry-config": options.accounts.header } };
        const sent = { ...headers, ...body ? { body } : {}, ...given(signal) };
        const response = await bytes(transport, { method: "POST", path: "/build", query, timeout: 0, ...sent });
        for await (const line of jsonLines<BuildLine>(response.chunks())) {
          const message = readLine(line);
          if (message) yield message;
        }
      } finally {
        session?.close();
      }
    },
    async cache({ signal }: Options = {}): Promise<CacheRecord[]> {
      const ask = { method: "GET", path: "/system/df", query: { type: "build-cache" }, ...given(signal) } as const;
      const { BuildCache } = await json<{ BuildCache?: CacheRecord[] | null }>(transport, ask);
      return BuildCache ?? [];
    },
    prune({ all, filters, keepStorage }: PruneQuery, { signal }: Options = {}) {
      const query = { all, filters, "keep-storage": keepStorage };
      const ask = { method: "POST", path: "/build/prune", query, timeout: 0, ...given(signal) } as const;
      return json<{ CachesDeleted?: string[] | null; SpaceReclaimed: number }>(transport, ask);
    },
  };
}

/**
 * With BuildKit, for which even a secret that may be missing, or a base image that anyone may have, is a question that
 * it fails to ask without one. Where there is nothing to give, an engine that opens none builds all the same.
 */
async function sessionFor(
  transport: Transport,
  { builder, secrets = new Map(), accounts }: BuildOptions,
  options: Options,
): Promise<Session | undefined> {
  if (builder !== "buildkit") return undefined;
  try {
    return await openSession(transport, { secrets, login: (server) => accounts?.login(server) }, options);
  } catch (error) {
    // A proxy in front of the engine may know no sessions. What else is wrong, the build itself will tell.
    if (error instanceof EngineError && secrets.size === 0 && !accounts) return undefined;
    throw error;
  }
}

/** Docker 20.10 has BuildKit and does not say so; where `1` is said, the operator or the platform wants the older one. */
function builderOf(headers: Headers): Builder {
  if (headers.has("libpod-api-version")) return "podman";
  const older = headers.get("builder-version") === "1" || headers.get("ostype") === "windows";
  return older ? "classic" : "buildkit";
}

function buildQuery(options: BuildOptions): Query {
  const { builder, args, labels, cacheFrom, extraHosts } = options;
  // Docker wants one parameter for each host, Podman a list.
  const hosts = builder === "podman" ? extraHosts : new Set(extraHosts);
  return {
    version: builder === "buildkit" ? "2" : "1",
    t: new Set(options.tags),
    dockerfile: options.dockerfile,
    remote: options.remote,
    buildargs: filled(args),
    labels: filled(labels),
    target: options.target,
    nocache: options.noCache,
    pull: options.pull,
    platform: options.platform,
    networkmode: options.network,
    extrahosts: extraHosts.length > 0 ? hosts : undefined,
    cachefrom: cacheFrom.length > 0 ? cacheFrom : undefined,
    shmsize: options.shmSize,
    // Containers of steps are of no use afterwards; BuildKit has none.
    rm: true,
    forcerm: true,
  };
}

function filled(record: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(record).length > 0 ? record : undefined;
}

/** A line of the answer, as the builders write it. */
interface BuildLine {
  id?: string;
  aux?: string | { ID?: string };
  stream?: string;
  status?: string;
  error?: string;
  errorDetail?: { message?: string; code?: number };
}

function readLine({ id, aux, stream, status, error, errorDetail }: BuildLine): BuildMessage | undefined {
  const message = errorDetail?.message ?? error;
  if (message) {
    return { kind: "failed", message, ...(errorDetail?.code ? { code: errorDetail.code } : {}) };
  }
  if (typeof aux === "string") return id === "moby.buildkit.trace" ? { kind: "trace", trace: traceOf(aux) } : undefined;
  if (aux?.ID) return { kind: "image", id: aux.ID };
  if (stream) return { kind: "text", text: stream };
  // The classic builder fetches base images as a pull does.
  return status ? { kind: "text", text: `${id ? `${id}: ` : ""}${status}\n` } : undefined;
}

function traceOf(base64: string): Trace {
  try {
    return decodeTrace(base64);
  } catch (cause) {
    const facts = { fault: { kind: "malformed" }, request: "POST /build", cause } as const;
    throw new EngineError("Cannot read the progress of the build: it is not what BuildKit sends", facts);
  }
}
