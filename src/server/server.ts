import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  McpServer,
  type ServerContext,
  type StandardSchemaWithJSON,
} from "@modelcontextprotocol/server";
import { type Confirmation, failureText, type Outcome, type Progress, type Question } from "../call/stage.ts";
import type { Definition, JsonObject } from "../definitions.ts";

/** What the server offers, and the one way to carry a call out. */
export interface ServerParts {
  name: string;
  title: string;
  version: string;
  instructions: string;
  definitions: readonly Definition[];
  call(request: ToolCall): Promise<Outcome>;
}

/** A call as it comes from a client, before it is checked. */
export interface ToolCall {
  name: string;
  args: Record<string, unknown>;
  signal: AbortSignal;
  progress: Progress;
  confirmation?: Confirmation;
}

/** A server for one connection; it has no state of its own. */
export function createServer({ name, title, version, instructions, definitions, call }: ServerParts): McpServer {
  const server = new McpServer({ name, title, version }, { instructions, capabilities: { tools: {} }, cacheHints });
  for (const { name, title, description, annotations, ...made } of definitions) {
    const schemas = { inputSchema: prebuilt(made.inputSchema), outputSchema: prebuilt(made.outputSchema) };
    server.registerTool(name, { title, description, annotations, ...schemas }, async (args, context) => {
      const outcome = await call({ name, args, ...fromContext(context) });
      return outcome.kind === "question" ? ask(outcome, canAsk(server, context)) : toResult(outcome);
    });
  }
  return server;
}

/** The list changes only with a restart. */
const cacheHints = { "tools/list": { ttlMs: 3_600_000, cacheScope: "private" } } as const;

/**
 * A schema for the SDK whose JSON was made ahead of time. It lets every value pass, since the call door checks the
 * arguments: there a wrong one is recorded and explained like any other failure.
 */
function prebuilt(json: JsonObject): StandardSchemaWithJSON<Record<string, unknown>> {
  return {
    "~standard": {
      version: 1,
      vendor: "docker-mcp",
      validate: (value) => ({ value: isRecord(value) ? value : {} }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

/** Form elicitation, as the client declared it: with each request on 2026-07-28, once at the start before. */
function canAsk(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope };
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities();
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
