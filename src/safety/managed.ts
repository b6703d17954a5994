import { describeRequest, type EngineRequest } from "../engine/request.ts";
import type { Labelled, Named } from "./changes.ts";
import type { Found } from "./look.ts";
import { managedLabel } from "./provenance.ts";
import type { RefusalFacts } from "./refusal.ts";

/** The reason not to change something that this server did not make, or nothing. */
export function foreign({ kind: named, name }: Named, { labels }: Found): RefusalFacts | undefined {
  const kind = named === "exec" ? "container" : named;
  if (labels[managedLabel] === kind) return undefined;
  const reason = "this server did not make it, and changes only what it made";
  return { ...managedOnly, reason, field: kind, value: name };
}

/** The reason not to send what changes things that bear no labels. */
export function unlabelled(request: EngineRequest): RefusalFacts {
  const reason = "what it changes bears no label, and this server changes only what it made";
  return { ...managedOnly, reason, field: "request", value: describeRequest(request) };
}

const managedOnly = { rule: "managed-only", flag: "--managed-only" } as const;

/** The prune, of what this server made alone. */
export function ownPrune(request: EngineRequest, kind: Labelled): EngineRequest {
  const filters = Object.fromEntries(Object.entries(request.query?.["filters"] ?? {}));
  const label = [...lists(filters["label"]), `${managedLabel}=${kind}`];
  return { ...request, query: { ...request.query, filters: { ...filters, label } } };
}

/** The arguments of a prune with one more condition: what it tells in advance is then what it does. */
export function ownOnly(args: Record<string, unknown>): Record<string, unknown> {
  return { ...args, label: [...lists(args["label"]), managedLabel] };
}

function lists(labels: unknown): unknown[] {
  return Array.isArray(labels) ? labels : [];
}
