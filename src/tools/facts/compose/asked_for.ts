import { fieldsLabel, type Labels } from "../../../compose/labels.ts";

/** What a service said, by the paths of its attributes, as this server notes it on the containers that it makes. */
export interface AskedFor {
  /** Whether the service said it: `init`, `environment.LEVEL`. */
  has(path: string): boolean;
  attributes: ReadonlySet<string>;
  /** Where configs were written. */
  contents: readonly string[];
}

/** Undefined for a container that another program made. */
export function askedFor(labels: Labels): AskedFor | undefined {
  const paths = Object.keys(noted(labels[fieldsLabel]));
  if (paths.length === 0) return undefined;
  const contents = paths.filter((path) => path.startsWith(contentOf)).map((path) => path.slice(contentOf.length));
  const attributes = new Set(paths.flatMap((path) => /^[a-z_]+(?=\.|$)/.exec(path)?.[0] ?? []));
  const all = new Set([...paths, ...attributes]);
  return { has: (path) => all.has(path), attributes, contents };
}

const contentOf = "content of ";

/** A label is whatever somebody wrote. */
function noted(label: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(label ?? "{}"));
  } catch {
    return {};
  }
}
