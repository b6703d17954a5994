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
import { addressOf, isTemplate, locate } from "./addresses.ts";
import { namesIn } from "./names.ts";
import type { ServerParts } from "./server.ts";
import { most, type Subscriptions } from "./subscriptions.ts";

type Parts = Pick<ServerParts, "resources" | "call">;

/** Answers for what has an address. A read is a call of the tool whose answer stands there. */
export function serveResources(server: Server, { resources, call }: Parts, subscriptions: Subscriptions): void {
  const templates = resources.filter(isTemplate);
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: templates.map((template) => ({ uriTemplate: template.uri, ...described(template) })),
  }));
  server.setRequestHandler("resources/list", async ({ params }, { mcpReq: { signal } }) => {
    return await page({ resources, call }, { offset: offsetOf(params?.cursor), signal });
  });
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq: { signal } }) => {
    const { resource, name } = located(resources, uri);
    const args = resource.args?.(name) ?? {};
    return contents(await call({ name: resource.tool, args, signal, progress: () => {} }), { resource, uri });
  });
  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }) => {
    located(resources, uri);
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

function located(resources: readonly Resource[], uri: string) {
  const found = locate(resources, uri);
  if (found) return found;
  throw new ResourceNotFoundError(uri, `No resource at "${uri}". resources/list and resources/templates/list show all`);
}

function described({ name, title, description, mimeType }: Resource) {
  return { name, title, description, mimeType };
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^[1-9]\d{0,8}$/.test(cursor)) return Number(cursor);
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Cannot go on from "${cursor}": it is no cursor of this list`,
  );
}

/** Containers on one page. */
const pageSize = 50;

interface Page {
  /** Containers before this page. */
  offset: number;
  signal: AbortSignal;
}

/** What stands at an address of its own is on the first page, then come the details and the log of each container. */
async function page({ resources, call }: Parts, { offset, signal }: Page) {
  const fixed: ListedResource[] = resources.filter((resource) => !isTemplate(resource))
    .map((resource) => ({ uri: resource.uri, ...described(resource) }));
  const first = offset === 0 ? fixed : [];
  const perContainer = resources.filter(({ names, uri }) => names === "container" && /\/(inspect|logs)$/.test(uri));
  if (perContainer.length === 0) return { resources: first };
  const args = { all: true, limit: pageSize, offset };
  const outcome = await call({ name: "docker_list_containers", args, signal, progress: () => {} });
  // What is there without the engine is listed without it; reading it tells what is the matter.
  if (outcome.kind !== "answer") return { resources: first };
  const next = outcome.data["next_offset"];
  const listed = namesIn(outcome.data, { list: "containers", key: "name" }).flatMap((container) =>
    perContainer.map((resource) => ofContainer(resource, container))
  );
  return { resources: [...first, ...listed], ...(typeof next === "number" ? { nextCursor: String(next) } : {}) };
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
  return missing.has(failure.code)
    ? new ResourceNotFoundError(uri, text)
    : new ProtocolError(ProtocolErrorCode.InternalError, text);
}
