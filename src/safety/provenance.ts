import type { EngineRequest, Transport } from "../engine/request.ts";
import type { Labelled } from "./changes.ts";
import { field } from "./request_body.ts";

/**
 * On all that this server makes, with the kind of thing as its value: a container inherits the labels of its image, and
 * must not be taken for one that was made here.
 */
export const managedLabel = "com.docker-mcp.managed";

/** The version of the server that made it. */
export const versionLabel = "com.docker-mcp.version";

/** A transport that puts the labels on all that its requests make. Labels that are given already stay as they are. */
export function labelling(transport: Transport, version: string): Transport {
  return {
    send: (request) => transport.send(labelled(request, version)),
    upgrade: (request) => transport.upgrade(request),
  };
}

function labelled(request: EngineRequest, version: string): EngineRequest {
  const kind = kindMade(request);
  if (kind === undefined) return request;
  const labels = { [managedLabel]: kind, [versionLabel]: version };
  if (kind !== "image") return inBody(request, labels);
  return request.path === "/build" ? inBuild(request, labels) : inChanges(request, labels);
}

/** Nothing for an image that is fetched or loaded: it was made elsewhere. */
function kindMade({ method, path, query }: EngineRequest): Labelled | undefined {
  if (method !== "POST") return undefined;
  if (path === "/images/create") return query?.["fromSrc"] ? "image" : undefined;
  return makers.get(path);
}

const makers = new Map<string, Labelled>([
  ["/containers/create", "container"],
  ["/networks/create", "network"],
  ["/volumes/create", "volume"],
  ["/build", "image"],
  ["/commit", "image"],
]);

function inBody(request: EngineRequest, labels: Record<string, string>): EngineRequest {
  if (request.body?.kind !== "json") return request;
  const { value } = request.body;
  const given = field(value, "Labels");
  // What is no record of labels is for the engine to refuse.
  if (!isRecord(value) || !given.every((found) => found === null || isRecord(found))) return request;
  return { ...request, body: { kind: "json", value: { ...value, Labels: Object.assign({}, labels, ...given) } } };
}

function inBuild(request: EngineRequest, labels: Record<string, string>): EngineRequest {
  const given = request.query?.["labels"];
  return { ...request, query: { ...request.query, labels: { ...labels, ...(isRecord(given) ? given : {}) } } };
}

/** As instructions of a Dockerfile; of two for one label the later one counts. */
function inChanges(request: EngineRequest, labels: Record<string, string>): EngineRequest {
  const given = request.query?.["changes"];
  const instructions = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`);
  const changes = new Set([...instructions, ...(given instanceof Set ? given : [])].map(String));
  return { ...request, query: { ...request.query, changes } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Set);
}
