import type { CompleteRequest, Server } from "@modelcontextprotocol/server";
import type { Completed } from "../call/nearest.ts";
import { templateOf } from "./addresses.ts";
import { completeHost, completeName, type Completion } from "./names.ts";
import type { ServerParts } from "./server.ts";

type Parts = Pick<ServerParts, "resources" | "prompts" | "hosts" | "call">;

/** Answers for what may stand in an argument of a prompt, or for the variable of an address. */
export function serveCompletion(server: Server, parts: Parts): void {
  server.setRequestHandler("completion/complete", async ({ params }, { mcpReq: { signal } }) => {
    const { kind, several } = wantedBy(parts, params);
    if (kind === "host") return { completion: completeHost(parts.hosts, params.argument.value) };
    if (kind === undefined) return { completion: { values: [] } };
    const [before, value] = several ? lastOf(params.argument.value) : ["", params.argument.value];
    const host = params.context?.arguments?.["host"];
    const found = await completeName(parts, { kind, value, host: parts.hosts.length > 0 ? host : undefined, signal });
    return { completion: before ? after(before, found) : found };
  });
}

/** The kind of thing that is named there; none where nothing of ours is. */
function wantedBy(
  { resources, prompts, hosts }: Parts,
  { ref, argument }: CompleteRequest["params"],
): { kind?: Completed | "host"; several?: boolean } {
  if (ref.type === "ref/resource") {
    const template = resources.find((resource) => [resource.uri, templateOf(resource, hosts)].includes(ref.uri));
    if (template && hosts.length > 0 && argument.name === "host") return { kind: "host" };
    return template?.names && template.uri.includes(`{${argument.name}}`) ? { kind: template.names } : {};
  }
  const prompt = prompts.find(({ name }) => name === ref.name);
  if (prompt && hosts.length > 0 && argument.name === "host") return { kind: "host" };
  const found = prompt?.arguments.find(({ name }) => name === argument.name);
  return found ? { kind: found.names, several: found.several ?? false } : {};
}

/** What stands up to the last comma, and the name that is being typed after it. */
function lastOf(list: string): [before: string, value: string] {
  const at = list.lastIndexOf(",") + 1;
  return [list.slice(0, at), list.slice(at).trimStart()];
}

/** Each name with what stands before it, and none of those that do already. */
function after(before: string, { values, ...rest }: Completion): Completion {
  const chosen = new Set(before.split(",").map((name) => name.trim()));
  return { ...rest, values: values.filter((value) => !chosen.has(value)).map((value) => before + value) };
}
