import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource as ListedResource,
  ResourceNotFoundError,
  type Server,
} from "@modelcontextprotocol/server";
import { type Failure, failureText, type Outcome } from "../call/stage.ts";
import type { Resource } from "../define.ts";
import { addressOf, addressOn, isTemplate, locate, templateOf } from "./addresses.ts";
import { noSuchCursor, requireFirstPage } from "./cursors.ts";
import { namesIn } from "./names.ts";
import type { ServerParts } from "./server.ts";
import { most, type Subscriptions } from "./subscriptions.ts";

type Parts = Pick<ServerParts, "resources" | "hosts" | "call">;

/** Answers for what has an address. A read is a call of the tool whose answer stands there. */
export function serveResources(server: Server, parts: Parts, subscriptions: Subscriptions): void {
  const { resources, hosts, call } = parts;
  const templates = resources.filter(isTemplate);
  server.setRequestHandler("resources/templates/list", ({ params }) => {
    requireFirstPage(params);
    return {
      resourceTemplates: templates.map((template) => ({
        uriTemplate: templateOf(template, hosts),
        ...described(template),
      })),
    };
  });
  server.setRequestHandler("resources/list", async ({ params }, { mcpReq: { signal } }) => {
    return await page(parts, { ...placeOf(params?.cursor, hosts), signal });
  });
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq: { signal } }) => {
    const { resource, name, host } = located(parts, uri);
    const args = { ...resource.args?.(name), ...(host === undefined ? {} : { host }) };
    return contents(await call({ name: resource.tool, args, signal, progress: () => {} }), { resource, uri });
  });
  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }) => {
    located(parts, uri);
    if (await subscriptions.add(uri)) return {};
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `Cannot subscribe to "${uri}": a client may have at most ${most}`,
    );
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    subscriptions.remove(uri);
    return {};
  });
}

function located(parts: Parts, uri: string) {
  const found = locate(parts, uri);
  if (found) return found;
  throw new ResourceNotFoundError(
    uri,
    `No resource at "${uri.slice(0, 200)}". resources/list and resources/templates/list show all`,
  );
}

function described({ name, title, description, mimeType }: Resource) {
  return { name, title, description, mimeType };
}

/** Where a page of the list begins: all of the first engine, then all of each other one. */
interface Place {
  /** Not the first engine. */
  host?: string | undefined;
  /** Containers before it. */
  offset: number;
}

/** `50`, and `lab:50` on another engine than the first. */
function placeOf(cursor: string | undefined, hosts: readonly string[]): Place {
  if (!cursor) return { offset: 0 };
  const [, host, offset] = /^(?:(.+):)?(0|[1-9]\d{0,8})$/.exec(cursor) ?? [];
  const isPlace = host === undefined ? offset !== "0" : hosts.slice(1).includes(host);
  if (offset !== undefined && isPlace) return { host, offset: Number(offset) };
  throw noSuchCursor(cursor);
}

function cursorOf({ host, offset }: Place): string {
  return host === undefined ? String(offset) : `${host}:${offset}`;
}

/** Containers on one page. */
const pageSize = 50;

/** What stands at an address of its own is on an engine's first page, then come the details and the log of each container. */
async function page({ resources, hosts, call }: Parts, { host, offset, signal }: Place & { signal: AbortSignal }) {
  const fixed = resources.filter((resource) => offset === 0 && !isTemplate(resource))
    .map((resource) => listed({ uri: resource.uri, ...described(resource) }, host));
  const perContainer = resources.filter(({ names, uri }) => names === "container" && /\/(inspect|logs)$/.test(uri));
  const { names, next } = perContainer.length > 0
    ? await containersAt(call, { host, offset, signal })
    : { names: [], next: undefined };
  const containers = names.flatMap((name) => perContainer.map((resource) => listed(ofContainer(resource, name), host)));
  const other = hosts[host === undefined ? 1 : hosts.indexOf(host) + 1];
  const following = next === undefined ? other && { host: other, offset: 0 } : { host, offset: next };
  return { resources: [...fixed, ...containers], ...(following ? { nextCursor: cursorOf(following) } : {}) };
}

/** What is there without the engine is listed without it; reading it tells what is the matter. */
async function containersAt(call: Parts["call"], { host, offset, signal }: Place & { signal: AbortSignal }) {
  const args = { all: true, limit: pageSize, offset, ...(host === undefined ? {} : { host }) };
  const outcome = await call({ name: "docker_list_containers", args, signal, progress: () => {} });
  if (outcome.kind !== "answer") return { names: [], next: undefined };
  const next = outcome.data["next_offset"];
  const names = namesIn(outcome.data, { list: "containers", key: "name" });
  return { names, next: typeof next === "number" ? next : undefined };
}

/** A resource of another engine than the first says so. */
function listed(resource: ListedResource, host: string | undefined): ListedResource {
  if (host === undefined) return resource;
  const { uri, name, title = name } = resource;
  return { ...resource, uri: addressOn(uri, host), name: `${name} on ${host}`, title: `${title} on ${host}` };
}

function ofContainer(resource: Resource, container: string): ListedResource {
  const { name, title, description, mimeType } = described(resource);
  const what = name.replace(/^container-/, "");
  return {
    uri: addressOf(resource, container),
    name: `${container} ${what}`,
    title: `${title}: ${container}`,
    description,
    mimeType,
  };
}

function contents(outcome: Outcome, { resource, uri }: { resource: Resource; uri: string }): ReadResourceResult {
  if (outcome.kind === "failure") throw readError(outcome, uri);
  // What only reads asks for no confirmation.
  if (outcome.kind === "question") throw new ProtocolError(ProtocolErrorCode.InternalError, outcome.message);
  const { mimeType } = resource;
  const text = mimeType === "text/plain" ? outcome.text : JSON.stringify(outcome.data);
  return { contents: [{ uri, mimeType, text }] };
}

const missing = new Set(["DKR-002", "DKR-003", "DKR-007", "DKR-008", "DKR-009"]);

function readError(failure: Failure, uri: string): ProtocolError {
  const text = failureText(failure);
  if (missing.has(failure.code)) return new ResourceNotFoundError(uri, text);
  // What the name of an address was made of.
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  return new ProtocolError(failure.code === "DKR-004" ? InvalidParams : InternalError, text);
}
