import type { EngineRequest } from "../engine/request.ts";

/** A place in a request body where the Engine reads settings, and how that place is named. */
export interface Scope {
  prefix: string;
  value: unknown;
}

/** The body itself (exec, update, volume) and its `HostConfig` (create); nothing when there is no JSON body. */
export function scopes(request: EngineRequest): Scope[] {
  if (request.body?.kind !== "json") return [];
  const body = request.body.value;
  const host = field(body, "HostConfig").map((value) => ({ prefix: "HostConfig.", value }));
  return [{ prefix: "", value: body }, ...host];
}

/**
 * Every value under `name`, in any spelling: the Engine reads JSON keys without regard to case, and where a key comes
 * twice it reads both.
 */
export function field(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const wanted = fold(name);
  return Object.entries(value).filter(([key]) => fold(key) === wanted).map(([, found]) => found);
}

/** As `field`, with lists opened: the Engine takes a single string where it wants a list of strings. */
export function each(value: unknown, name: string): unknown[] {
  return field(value, name).flat().filter((found) => found !== null && found !== undefined);
}

/** A string as it is, anything else as JSON. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

// Go's own folding: both ways, so that the long s and the Kelvin sign count as s and k.
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
