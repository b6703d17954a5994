import { EngineError } from "../../engine/errors.ts";

/** Which networks or volumes are wanted, as Docker's filters have it: one of the names, drivers and scopes, all labels. */
export interface Conditions {
  /** A part of the name. */
  name?: readonly string[] | undefined;
  driver?: readonly string[] | undefined;
  scope?: readonly string[] | undefined;
  /** `key` or `key=value`. */
  label?: readonly string[] | undefined;
}

interface Thing {
  Name: string;
  Driver: string;
  Scope: string;
  Labels?: Record<string, string> | null;
}

/**
 * Judged here, since engines differ: Podman takes a volume that meets one of several filters, and knows none for the
 * scope. A prune by label would lose others.
 */
export function meets(
  { Name, Driver, Scope, Labels }: Thing,
  { name, driver, scope, label = [] }: Conditions,
): boolean {
  return (name?.some((part) => Name.includes(part)) ?? true) && (driver?.includes(Driver) ?? true) &&
    (scope?.includes(Scope) ?? true) && label.every((wanted) => hasLabel(Labels ?? {}, wanted));
}

function hasLabel(labels: Record<string, string>, wanted: string): boolean {
  const [key = "", ...value] = wanted.split("=");
  const found = labels[key];
  return found !== undefined && (value.length === 0 || found === value.join("="));
}

export function byName(a: Thing, b: Thing): number {
  return a.Name < b.Name ? -1 : 1;
}

/** Why the engine kept what was to be removed, or nothing where it is gone. What failed otherwise is thrown. */
export async function whyKept(removal: Promise<void>): Promise<string | undefined> {
  try {
    await removal;
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return error.message;
    throw error;
  }
}
