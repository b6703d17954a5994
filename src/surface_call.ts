import { failure } from "./call/codes.ts";
import type { Answer, Outcome } from "./call/stage.ts";
import type { ToolCall } from "./server/server.ts";
import { type Alias, resolve, type ResolvedCall, routeOf } from "./surfaces/alias.ts";
import { surfaces } from "./surfaces/surfaces.ts";

/** What carries out the calls of tools. */
interface Behind {
  /** Whether the operator's toolsets hold the tool. */
  offers(tool: string): boolean;
  /** Through the call door. With a `fault` the call only fails with it there, recorded and explained like any other. */
  call(request: ToolCall, fault?: unknown): Promise<Outcome>;
}

/** Calls in the words of another vocabulary: each becomes calls of the real tools before it comes to the call door. */
export function inSurface(
  surface: keyof typeof surfaces,
  behind: Behind,
): (request: ToolCall) => Promise<Outcome> {
  const aliases = surfaces[surface];
  // Of the others a client is offered no tool by its own name.
  const alone = surface !== "default";
  const known = new Map(aliases.map((alias) => [alias.name, alias]));
  const names = new Map(aliases.flatMap(namesOf));
  const nameOf = (tool: string) =>
    names.get(tool) ?? (alone && behind.offers(tool) ? `${tool} (not offered here)` : tool);
  return async (request) => {
    const alias = known.get(request.name);
    // Resources and prompts ask for tools by their own names.
    return alias ? inWordsOf(nameOf, await callAlias(alias, request, behind)) : await behind.call(request);
  };
}

async function callAlias(alias: Alias, request: ToolCall, { offers, call }: Behind): Promise<Outcome> {
  const meant = attempt(() => routeOf(alias, request.args["action"]).tool.name);
  const tool = "fault" in meant
    ? Object.values(alias.routes).find((route) => offers(route.tool.name))?.tool.name
    : meant.value;
  if (tool === undefined || !offers(tool)) return notOffered(alias, tool ?? "any of its tools");
  const calls = attempt(() => resolve(alias, request.args));
  if ("fault" in calls) {
    const outcome = await call({ ...request, name: tool }, calls.fault);
    return "fault" in meant ? ofNoAction(alias, outcome) : outcome;
  }
  return await inTurn(calls.value, ({ tool, args }) => call({ ...request, name: tool, args }));
}

const toolNames = /\bdocker_[a-z_]+/g;

/** Where no action is chosen, the tool was one of several: what is told is told of the name that they are behind. */
function ofNoAction({ name, title }: Alias, outcome: Outcome): Outcome {
  if (outcome.kind !== "failure") return outcome;
  const what = outcome.what.replace(/"[^"]*"/, () => JSON.stringify(title));
  return { ...outcome, what, next: outcome.next.replace(toolNames, name) };
}

function attempt<T>(work: () => T): { value: T } | { fault: unknown } {
  try {
    return { value: work() };
  } catch (fault) {
    return { fault };
  }
}

function notOffered({ title }: Alias, tool: string): Outcome {
  const why = `this server was started without ${tool}`;
  const next = `Do without it; the operator can change this with --toolsets`;
  return failure("refused", { what: `Refused: "${title}"`, why, next });
}

/** The answers of all calls as one; the first that gives none ends them. */
async function inTurn(calls: readonly ResolvedCall[], run: (call: ResolvedCall) => Promise<Outcome>): Promise<Outcome> {
  const answers: Answer[] = [];
  for (const call of calls) {
    const outcome = await run(call);
    if (outcome.kind === "failure" && answers.length > 0) {
      return { ...outcome, why: `${outcome.why}; done before: ${answers.map(({ text }) => text).join(" ")}` };
    }
    if (outcome.kind !== "answer") return outcome;
    answers.push(outcome);
  }
  const [first, ...others] = answers;
  if (first && others.length === 0) return first;
  const text = answers.map(({ text }) => text).join("\n");
  return { kind: "answer", text, data: { results: answers.map(({ data }) => data) } };
}

/** What stands for each tool: `stop-container`, `manage-container with the action stop`. */
function namesOf({ name, routes }: Alias): [string, string][] {
  return Object.entries(routes).map(([action, { tool }]) => [
    tool.name,
    action === "" ? name : `${name} with the action ${action}`,
  ]);
}

/** What an outcome advises, in names that this client knows; lines that others wrote stay as they are. */
function inWordsOf(nameOf: (tool: string) => string, outcome: Outcome): Outcome {
  const told = (text: string) =>
    text.split("\n").map((line) => line.startsWith("|") ? line : line.replace(toolNames, nameOf)).join("\n");
  switch (outcome.kind) {
    case "failure":
      // Why it failed is told to the operator too, in the names of the tools.
      return { ...outcome, next: told(outcome.next) };
    case "answer":
      // What is data as text advises nothing.
      return outcome.text.startsWith("{") ? outcome : { ...outcome, text: told(outcome.text) };
    case "question":
      return outcome;
  }
}
