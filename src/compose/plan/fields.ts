import { printed } from "../print.ts";
import { service as shape } from "../load/attributes/service.ts";
import type { Change } from "../operation.ts";
import type { Service } from "../project.ts";
import { goJson } from "../go_json.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { createHash } = globalThis.process.getBuiltinModule("node:crypto");

/** A short digest of each field that a container is made of, by its path: `environment.LOG_LEVEL`. */
export function fieldDigests(service: Service): Record<string, string> {
  return Object.fromEntries([...fieldsOf(service)].map(([path, value]) => [path, digest(value)]));
}

/** The fields by path, each as text; what is a mapping has a path for each entry. */
export function fieldsOf(service: Service): ReadonlyMap<string, string> {
  const all = printed(service, shape, { dialect: "v5" });
  const fields = new Map<string, string>();
  if (!(all instanceof Map)) return fields;
  for (const [key, value] of all) {
    if (notOfContainers.has(key)) continue;
    if (!(value instanceof Map)) fields.set(key, textOf(value));
    else for (const [name, entry] of value) fields.set(`${key}.${name}`, textOf(entry));
  }
  return fields;
}

/** What may change without any container being the worse for it. */
const notOfContainers = new Set(["build", "pull_policy", "scale", "depends_on", "profiles", "develop"]);

/** What has changed since the digests were written; undefined where they cannot be read. */
export function changedFields(label: string | undefined, service: Service): Change[] | undefined {
  const before = readDigests(label);
  if (!before) return undefined;
  const now = fieldsOf(service);
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths.flatMap((path): Change[] => {
    const value = now.get(path);
    if (value !== undefined && before.get(path) === digest(value)) return [];
    if (value === undefined) return [{ path }];
    return [{ path, ...(isSecret(path, value) ? {} : { to: value }) }];
  });
}

/** Whether a value may be a secret, by the name it has or a password in an address. */
export function isSecret(path: string, value: string): boolean {
  return /pass|secret|token|key|credential|auth|private|dsn/i.test(path) || /:\/\/[^/\s]*:[^/\s]*@/.test(value);
}

function readDigests(label: string | undefined): Map<string, string> | undefined {
  if (label === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(label);
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : goJson(value);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
