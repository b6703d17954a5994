import { goJson } from "../go_json.ts";
import { composeLabels } from "../labels.ts";
import type { ForeignContainer, Observed } from "../observe.ts";
import type { Operation } from "../operation.ts";
import { serviceHash } from "./hash.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { createHash } = globalThis.process.getBuiltinModule("node:crypto");

/**
 * A short digest of a plan and of what it rests on: the same files, words and state of the engine give the same one, and
 * any difference that matters to the project another one.
 */
export function digestOf(operations: readonly Operation[], observed: Observed): string {
  const state = {
    // What else matters of them has made the operations what they are.
    containers: observed.containers.map(({ id, name }) => [id, name]),
    networks: observed.networks.filter(isOwn(observed)).map(({ id }) => id),
    volumes: observed.volumes.filter(isOwn(observed)).map(({ name }) => name),
    images: [...observed.images].map(([name, { id }]) => [name, id]),
  };
  const text = textOf([operations.map(essence), state]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function isOwn({ project }: Observed) {
  return ({ labels }: Pick<ForeignContainer, "labels">) => labels[composeLabels.project] === project;
}

/** Of a container to be made, the hash of its definition tells all that the files say. */
function essence(operation: Operation): unknown {
  if (operation.kind !== "create_container") return operation;
  const { spec: { definition, version, image, inherited, linked, parents }, ...rest } = operation;
  return { ...rest, spec: [serviceHash(definition, version), image, inherited, linked, parents] };
}

/** The value as JSON, with the keys of all that has keys in one order. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return goJson(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  // Extensions mean nothing.
  const kept = entries.filter(([key]) => !String(key).startsWith("x-")).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${kept.map(([key, item]) => `${goJson(String(key))}:${textOf(item)}`).join(",")}}`;
}
