import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { type Confirmation, failureText, type Outcome, type Progress, type Question } from "../call/stage.ts";
import type { Prompt, Resource } from "../define.ts";
import type { Definition } from "../definitions.ts";
import { serveCompletion } from "./completion.ts";
import { requireFirstPage } from "./cursors.ts";
import { servePrompts } from "./prompts.ts";
import { serveResources } from "./resources.ts";
import { subscriptionsTo } from "./subscriptions.ts";

/** What the server offers, and the one way to carry a call out. */
export interface ServerParts {
  name: string;
  title: string;
  version: string;
  instructions: string;
  definitions: readonly Definition[];
  resources: readonly Resource[];
  prompts: readonly Prompt[];
  /** Why a tool is not offered that there is; undefined for what is no tool, or has another name here. */
  whyWithheld(name: string): string | undefined;
  /** The names of the engines, the first one first; none where there is one alone. */
  hosts: readonly string[];
  call(request: ToolCall): Promise<Outcome>;
  /** Calls `changed` from when it resolves, to the function that ends it. */
  watch(watched: Watched, changed: () => void): Promise<() => void>;
}

/** What to look out for: engine events, of one container or of all, and new lines in its log. */
export interface Watched {
  events: readonly string[];
  container?: string;
  log: boolean;
  /** The engine; the first one unless told. */
  host?: string;
}

/** A call as it comes from a client, before it is checked. */
export interface ToolCall {
  name: string;
  args: Record<string, unknown>;
  signal: AbortSignal;
  progress: Progress;
  confirmation?: Confirmation;
}

/**
 * A server for one connection; it has no state of its own. The SDK's `Server` rather than its `McpServer`: that one keeps
 * a copy of each tool and makes its schemas anew for each list, and checks arguments, which the call door does so that a
 * wrong one is recorded and explained like any other failure.
 */
export function createServer(parts: ServerParts): Server {
  const { name, title, version, instructions, definitions, call } = parts;
  const server = new Server({ name, title, version }, { instructions, capabilities, cacheHints });
  const tools = new Map(definitions.map((definition) => [definition.name, listed(definition)]));
  server.setRequestHandler("tools/list", ({ params }) => {
    requireFirstPage(params);
    return { tools: [...tools.values()] };
  });
  server.setRequestHandler("tools/call", async ({ params: { name, arguments: args = {} } }, context) => {
    if (!tools.has(name)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(name, parts.whyWithheld(name)));
    }
    const outcome = await call({ name, args, ...fromContext(context) });
    return outcome.kind === "question" ? ask(outcome, canAsk(server, context)) : toResult(outcome);
  });
  const subscriptions = subscriptionsTo(parts, (uri) => {
    // A client that is gone cannot be told; its subscriptions end with the connection.
    server.sendResourceUpdated({ uri }).catch(() => {});
  });
  server.onclose = subscriptions.close;
  serveResources(server, parts, subscriptions);
  servePrompts(server, parts);
  serveCompletion(server, parts);
  return server;
}

const capabilities = { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} };

const lasting = { ttlMs: 3_600_000, cacheScope: "private" } as const;

/** What changes only with a restart. */
const cacheHints = { "tools/list": lasting, "prompts/list": lasting, "resources/templates/list": lasting };

function listed({ name, title, description, inputSchema, outputSchema, annotations }: Definition): Tool {
  const schemas = { inputSchema: { ...inputSchema, type }, outputSchema: { ...outputSchema, type } };
  return { name, title, description, ...schemas, annotations };
}

const type = "object" as const;

function unknownTool(name: string, why = "there is no tool of this name"): string {
  return `Cannot call "${name.slice(0, 200)}": ${why}; tools/list names all that can be called`;
}

const answerKey = "confirm";

function fromContext({ mcpReq }: ServerContext): Omit<ToolCall, "name" | "args"> {
  const token = mcpReq.requestState<string>();
  const response = inputResponse(mcpReq.inputResponses, answerKey);
  const answered = typeof token === "string" && response.kind === "elicit";
  return {
    signal: mcpReq.signal,
    progress: progressOf(mcpReq),
    ...(answered ? { confirmation: { token, action: given(response) } } : {}),
  };
}

/** A form that was sent without its box ticked is a no. */
function given({ action, content }: { action: Confirmation["action"]; content?: Record<string, unknown> }) {
  return action === "accept" && content?.[answerKey] !== true ? "decline" : action;
}

/** MCP wants every note to be further on than the last one; others are dropped. */
function progressOf(mcpReq: ServerContext["mcpReq"]): Progress {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let last = -1;
  return (note) => {
    if (note.progress <= last) return;
    last = note.progress;
    // A client that is gone cannot be told; the call itself is cancelled by the SDK.
    mcpReq.notify({ method: "notifications/progress", params: { progressToken, ...note } }).catch(() => {});
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Form elicitation, as the client declared it: with each request on 2026-07-28, once at the start before. */
function canAsk(server: Server, { mcpReq }: ServerContext): boolean {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope };
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const elicitation = isRecord(capabilities) ? capabilities["elicitation"] : undefined;
  return isRecord(elicitation) && ("form" in elicitation || !("url" in elicitation));
}

function ask({ message, token }: Question, possible: boolean): CallToolResult | InputRequiredResult {
  if (!possible) return { content: [{ type: "text", text: withoutDialog(message, token) }], isError: true };
  const requestedSchema = {
    type: "object" as const,
    properties: { [answerKey]: { type: "boolean" as const, title: "Yes, do it" } },
    required: [answerKey],
  };
  const request = inputRequired.elicit({ mode: "form", message, requestedSchema });
  return inputRequired({ inputRequests: { [answerKey]: request }, requestState: token });
}

function withoutDialog(message: string, token: string): string {
  return `Nothing was done yet: this needs a person's confirmation. ${message}\n` +
    `Next: ask the user; on a clear yes, make the same call again with "confirm": "${token}" (valid once, for 5 minutes)`;
}

function toResult(outcome: Exclude<Outcome, Question>): CallToolResult {
  if (outcome.kind === "failure") return { content: [{ type: "text", text: failureText(outcome) }], isError: true };
  return { content: [{ type: "text", text: outcome.text }], structuredContent: outcome.data };
}
