import { ProtocolError, ProtocolErrorCode, type Server } from "@modelcontextprotocol/server";
import { failureText, type Outcome } from "../call/stage.ts";
import type { Fact, Facts, Prompt, PromptArgument } from "../define.ts";
import { requireFirstPage } from "./cursors.ts";
import type { ServerParts } from "./server.ts";

/** Answers for prompts: a prompt's facts are gathered by calls of tools, then its text is made of them. */
export function servePrompts(
  server: Server,
  { prompts, hosts, call }: Pick<ServerParts, "prompts" | "hosts" | "call">,
): void {
  const offered = hosts.length > 0 ? prompts.map((prompt) => withHost(prompt, hosts)) : prompts;
  server.setRequestHandler("prompts/list", ({ params }) => {
    requireFirstPage(params);
    return { prompts: offered.map(listed) };
  });
  server.setRequestHandler("prompts/get", async ({ params }, { mcpReq: { signal } }) => {
    const prompt = offered.find(({ name }) => name === params.name);
    if (!prompt) {
      throw invalid(`No prompt named "${params.name}": known are ${prompts.map(({ name }) => name).join(", ")}`);
    }
    const { host, ...args } = given(prompt, params.arguments ?? {});
    const text = await prompt.text(factsBy(call, { signal, host }), args);
    return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
  });
}

type Offered = Omit<Prompt, "arguments"> & {
  arguments: readonly Pick<PromptArgument, "name" | "description" | "required">[];
};

/** The prompt with the argument that says which engine its facts are from. */
function withHost(prompt: Prompt, hosts: readonly string[]): Offered {
  const description = `The engine: ${hosts.join(", ")}; without it, ${hosts[0]}`;
  return { ...prompt, arguments: [...prompt.arguments, { name: "host", description, required: false }] };
}

function listed({ name, title, description, arguments: args }: Offered) {
  return {
    name,
    title,
    description,
    arguments: args.map(({ name, description, required }) => ({ name, description, required })),
  };
}

/** The arguments that are there, without blanks around them. */
function given(prompt: Offered, args: Record<string, string>): Record<string, string> {
  const unknown = Object.keys(args).filter((key) => !prompt.arguments.some(({ name }) => name === key));
  if (unknown.length > 0) {
    throw invalid(`Cannot use "${unknown.join(", ")}" in the prompt "${prompt.name}": ${takes(prompt)}`);
  }
  const filled = Object.entries(args).map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== "");
  const result: Record<string, string> = Object.fromEntries(filled);
  const missing = prompt.arguments.filter(({ name, required }) => required && !(name in result));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${name}"`).join(", ");
    throw invalid(`Cannot make the prompt "${prompt.name}" without ${names}: ${takes(prompt)}`);
  }
  return result;
}

function takes({ arguments: args }: Offered): string {
  return `it takes ${args.map(({ name, description }) => `${name} (${description})`).join(", ")}`;
}

function factsBy(
  call: ServerParts["call"],
  { signal, host }: { signal: AbortSignal; host: string | undefined },
): Facts {
  const where = host === undefined ? {} : { host };
  const ask = (name: string, args: Record<string, unknown>) =>
    call({ name, args: { ...args, ...where }, signal, progress: () => {} });
  return {
    async need(tool, args) {
      const outcome = await ask(tool, args);
      if (outcome.kind !== "answer") throw invalid(textOf(outcome));
      return factOf(outcome);
    },
    want: async (tool, args) => factOf(await ask(tool, args)),
  };
}

function factOf(outcome: Outcome): Fact {
  return { text: textOf(outcome), data: outcome.kind === "answer" ? outcome.data : {} };
}

function textOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answer":
      return outcome.text;
    case "failure":
      return failureText(outcome);
    case "question":
      return outcome.message;
  }
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
