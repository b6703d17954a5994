import { goJson } from "../go_json.ts";
import { composeLabels } from "../labels.ts";
import type { ForeignContainer, Observed, ObservedContainer } from "../observe.ts";
import type { Operation } from "../operation.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { createHash } = globalThis.process.getBuiltinModule("node:crypto");

/**
 * A short digest of a plan and of what it rests on: the same files, words and state of the engine give the same one, and
 * any difference that matters to the project another one.
 */
export function digestOf(operations: readonly Operation[], observed: Observed): string {
  const state = {
    containers: observed.containers.map(containerState),
    networks: observed.networks.filter(isOwn(observed)).map(({ id, name, labels }) => ({ id, name, labels })),
    volumes: observed.volumes.filter(isOwn(observed)),
    images: [...observed.images].map(([name, { id }]) => ({ name, id })),
  };
  return createHash("sha256").update(goJson(plain([operations, state]))).digest("hex").slice(0, 12);
}

function containerState({ id, name, state, labels, networks, mounts }: ObservedContainer) {
  return { id, name, state, labels, networks, mounts: mounts.map(({ Name = "", Destination }) => [Destination, Name]) };
}

function isOwn({ project }: Observed) {
  return ({ labels }: Pick<ForeignContainer, "labels">) => labels[composeLabels.project] === project;
}

/** The value with the keys of all that has keys in one order; where its files stand and what they say otherwise is left out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  // Of the project, what matters is in the operations already; extensions mean nothing.
  const kept = entries.filter(([key, item]) => (key !== "project" || typeof item === "string") && !isExtension(key));
  return new Map(kept.sort(([a], [b]) => a < b ? -1 : 1).map(([key, item]) => [String(key), plain(item)]));
}

function isExtension(key: unknown): boolean {
  return typeof key === "string" && key.startsWith("x-");
}
