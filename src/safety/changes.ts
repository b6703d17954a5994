import type { EngineRequest } from "../engine/request.ts";
import { each, text } from "./request_body.ts";

/** Something on the engine, as a request names it. An exec instance stands for its container. */
export interface Named {
  kind: Labelled | "exec";
  name: string;
  /** It need not exist: the name of a new image, which another image may have now. */
  ifThere?: true;
}

/** The kinds that bear labels. */
export type Labelled = "container" | "image" | "network" | "volume";

/** What a request does to that which is on the engine already. */
export type Change =
  /** Nothing: it reads, adds, or uses. */
  | { kind: "none" }
  | { kind: "things"; things: Named[] }
  /** What is unused and passes its filters. */
  | { kind: "prune"; of: Labelled }
  /** Nobody can tell: builders' caches, plugins, the swarm, what later engines will have. */
  | { kind: "unknown" };

/** What would be changed by the request. Creating, pulling and pushing change nothing. */
export function changeOf(request: EngineRequest): Change {
  if (request.method === "GET" || request.method === "HEAD") return none;
  // As the engine reads it: an encoded slash is a slash.
  const path = decodeURIComponent(request.path);
  for (const { method, path: pattern, change } of rows) {
    const match = pattern.exec(path);
    if (match && (method === undefined || method === request.method)) return change(request, match[1] ?? "");
  }
  return { kind: "unknown" };
}

interface Row {
  /** Any that is no read where it is left out. */
  method?: "POST" | "DELETE";
  path: RegExp;
  change(request: EngineRequest, name: string): Change;
}

const none: Change = { kind: "none" };

/** The first row that fits counts. A thing may have a verb's name, hence the methods. */
const rows: readonly Row[] = [
  { method: "POST", path: /^\/(?:containers|networks|volumes)\/create$/, change: () => none },
  { method: "POST", path: /^\/(?:images\/load|session|auth)$/, change: () => none },
  { method: "POST", path: /^\/containers\/.+\/wait$/, change: () => none },
  { method: "POST", path: /^\/images\/.+\/push$/, change: () => none },
  { method: "POST", path: /^\/images\/create$/, change: (request) => things(newName(request)) },
  { method: "POST", path: /^\/build$/, change: (request) => things(each(spread(request), "t").map(loses)) },
  { method: "POST", path: /^\/commit$/, change: (request) => things([...committed(request), ...newName(request)]) },
  { method: "POST", path: /^\/images\/(.+)\/tag$/, change: tagged },
  { method: "POST", path: /^\/(containers|images|networks|volumes)\/prune$/, change: (_, plural) => pruned(plural) },
  { method: "POST", path: /^\/networks\/.+\/(?:dis)?connect$/, change: member },
  { method: "DELETE", path: /^\/containers\/(.+)$/, change: (_, name) => things([{ kind: "container", name }]) },
  { path: /^\/containers\/(.+)\/[^/]+$/, change: (_, name) => things([{ kind: "container", name }]) },
  { path: /^\/exec\/(.+)\/[^/]+$/, change: (_, name) => things([{ kind: "exec", name }]) },
  { method: "DELETE", path: /^\/images\/(.+)$/, change: (_, name) => things([{ kind: "image", name }]) },
  { method: "DELETE", path: /^\/networks\/(.+)$/, change: (_, name) => things([{ kind: "network", name }]) },
  { path: /^\/volumes\/(.+)$/, change: (_, name) => things([{ kind: "volume", name }]) },
];

function things(named: Named[]): Change {
  return named.length > 0 ? { kind: "things", things: named } : none;
}

/** The image that a new one takes its name from. */
function newName({ query }: EngineRequest): Named[] {
  const { repo, tag } = query ?? {};
  if (!repo) return [];
  return [loses(tag ? `${repo}:${tag}` : repo)];
}

function loses(name: unknown): Named {
  return { kind: "image", name: text(name), ifThere: true };
}

function spread({ query }: EngineRequest): { t: unknown } {
  const t = query?.["t"];
  return { t: t instanceof Set ? [...t] : t };
}

function committed({ query }: EngineRequest): Named[] {
  return [{ kind: "container", name: text(query?.["container"] ?? "") }];
}

function tagged(request: EngineRequest, name: string): Change {
  return things([{ kind: "image", name }, ...newName(request)]);
}

function pruned(plural: string): Change {
  const of = labelled.find((kind) => plural === `${kind}s`);
  return of ? { kind: "prune", of } : { kind: "unknown" };
}

const labelled = ["container", "image", "network", "volume"] as const;

/** A container joins or leaves; the network serves. */
function member({ body }: EngineRequest): Change {
  const names = body?.kind === "json" ? each(body.value, "Container").map(text) : [];
  if (names.length === 0) return { kind: "unknown" };
  return things(names.map((name) => ({ kind: "container", name })));
}
