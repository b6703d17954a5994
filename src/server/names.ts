import { type Completed, nearest } from "../call/nearest.ts";
import type { ServerParts } from "./server.ts";

interface Column {
  /** The list in an answer, and the member of its rows that is wanted. */
  list: string;
  key: string;
}

/** The texts in one column of an answer; rows may have several or none. */
export function namesIn(data: Record<string, unknown>, { list, key }: Column): string[] {
  const rows = data[list];
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown) => {
    const members: Record<string, unknown> = typeof row === "object" && row !== null ? { ...row } : {};
    const value = members[key];
    return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === "string");
  });
}

/** Where names are read: each in the answer of a tool, so that what is switched off completes nothing. */
const sources: Record<Completed, { tool: string; args: Record<string, unknown>; list: string; key: string }> = {
  container: { tool: "docker_list_containers", args: { all: true, limit: 1000 }, list: "containers", key: "name" },
  image: { tool: "docker_list_images", args: { limit: 1000 }, list: "images", key: "tags" },
  network: { tool: "docker_list_networks", args: { limit: 1000 }, list: "networks", key: "name" },
  project: { tool: "docker_compose_ls", args: { limit: 1000 }, list: "projects", key: "name" },
  volume: { tool: "docker_list_volumes", args: { limit: 1000 }, list: "volumes", key: "name" },
};

/** As many as MCP lets a completion have. */
const most = 100;

export type Completion = { values: string[]; total: number; hasMore: boolean };

/** The names that are or begin with `value`, then those that hold it, then those that come near it. Ids for what looks like one. */
export async function completeName(
  { call }: Pick<ServerParts, "call">,
  { kind, value, host, signal }: { kind: Completed; value: string; host?: string | undefined; signal: AbortSignal },
): Promise<Completion> {
  const { tool, args, ...column } = sources[kind];
  const where = host === undefined ? args : { ...args, host };
  const outcome = await call({ name: tool, args: where, signal, progress: () => {} });
  // Where names cannot be had, the one who types goes on without them.
  if (outcome.kind !== "answer") return { values: [], total: 0, hasMore: false };
  const ids = /^[0-9a-f]+$/.test(value) ? namesIn(outcome.data, { ...column, key: "id" }) : [];
  return completionOf(matching(value, namesIn(outcome.data, column), ids));
}

/** The engines' names that begin with `value`, or come near it. */
export function completeHost(hosts: readonly string[], value: string): Completion {
  return completionOf(matching(value, hosts, []));
}

function completionOf(found: readonly string[]): Completion {
  return { values: found.slice(0, most), total: found.length, hasMore: found.length > most };
}

function matching(value: string, names: readonly string[], ids: readonly string[]): string[] {
  const wanted = value.toLowerCase();
  const starting = [...names, ...ids].filter((name) => name.toLowerCase().startsWith(wanted))
    // What is typed in full is what is meant.
    .toSorted((a, b) => Number(b === value) - Number(a === value));
  const holding = names.filter((name) => name.toLowerCase().includes(wanted));
  const found = new Set([...starting, ...holding]);
  // To one or two letters everything short is near.
  const near = wanted.length > 2 ? nearest(value, names.filter((name) => !found.has(name))) : [];
  return [...found, ...near];
}
