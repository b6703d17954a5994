import type { ContainerDetails } from "../../engine/containers.ts";
import { goJson } from "../go_json.ts";
import { service as shape } from "../load/attributes/service.ts";
import type { Change } from "../operation.ts";
import { printed } from "../print.ts";
import type { Port, Project, Service } from "../project.ts";
import { injectedFiles } from "./injected.ts";
import { valuesIn } from "./previous.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { createHash } = globalThis.process.getBuiltinModule("node:crypto");

/** A short digest of each field that a container is made of, by its path: `environment.LOG_LEVEL`. */
export function fieldDigests(service: Service): Record<string, string> {
  return Object.fromEntries([...fieldsOf(service)].map(([path, value]) => [path, digest(value)]));
}

/** The same for configs that are written into a container, by their places. Secrets are not told, not even so. */
export function contentDigests(project: Project, service: Service): Record<string, string> {
  const configs = injectedFiles(project, { configs: service.configs ?? [] });
  return Object.fromEntries(configs.map(({ path, content }) => [`${contentsOf}${path}`, digest(content)]));
}

const contentsOf = "content of ";

/** Configs whose text has changed since a container was made, which no hash tells. */
export function changedContents(label: string | undefined, project: Project, service: Service): Change[] {
  const digests = digestsIn(label);
  if (!digests) return [];
  const now = Object.entries(contentDigests(project, service));
  return now.filter(([path, own]) => digests.has(path) && digests.get(path) !== own).map(([path]) => ({ path }));
}

/** The fields by path, each as text; what is a mapping has a path for each entry. */
function fieldsOf(service: Service): ReadonlyMap<string, string> {
  const all = printed(service, shape, { dialect: "v5" });
  const fields = new Map<string, string>();
  if (!(all instanceof Map)) return fields;
  for (const [key, value] of all) {
    if (notOfContainers.has(key) || value === null) continue;
    if (!(value instanceof Map)) fields.set(key, textOf(value));
    else for (const [name, entry] of value) fields.set(`${key}.${name}`, textOf(entry));
  }
  return fields;
}

/** What may change without any container being the worse for it. */
const notOfContainers = new Set(["build", "pull_policy", "scale", "depends_on", "profiles", "develop"]);

/** What a container was made of, as far as it is known. */
export interface Before {
  /** Our label; absent where another program made the container. */
  label: string | undefined;
  /** What the engine says of it, where it was asked. */
  details: ContainerDetails | undefined;
  /** What its image sets itself. */
  image: readonly string[];
}

/** What differs between a container and its service, with both values where they are known and no secret. */
export function changesSince({ label, details, image }: Before, service: Service): Change[] {
  const now = fieldsOf(service);
  const old = details ? valuesIn(details, image) : new Map<string, string>();
  const digests = digestsIn(label);
  const differs = (path: string) => {
    if (digests) return digests.get(path) !== digestOf(now.get(path));
    // Without our label, what the engine says and the file says is compared, where it can be.
    const isSaid = now.has(path) || path.startsWith("environment.");
    return isSaid && comparable(path) && old.get(path) !== shown(path, service, now);
  };
  const paths = new Set([...now.keys(), ...digests?.keys() ?? [], ...old.keys()]);
  return [...paths].filter((path) => !path.startsWith(contentsOf)).sort().filter(differs).map((path) =>
    changeOf(path, old.get(path), shown(path, service, now))
  );
}

function changeOf(path: string, from: string | undefined, to: string | undefined): Change {
  if (isSecret(path, `${from} ${to}`)) return { path };
  return { path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Whether the engine says it as the file does, whoever made the container. */
function comparable(path: string): boolean {
  return /^(environment\.|image$|command$|entrypoint$|ports$|user$|working_dir$|hostname$|privileged$)/.test(path);
}

/** A value as people read it; nothing for what takes too much room. */
function shown(path: string, service: Service, now: ReadonlyMap<string, string>): string | undefined {
  if (path === "ports") return service.ports?.map(portText).sort().join(", ");
  const text = now.get(path);
  return text === undefined || text.includes("{") ? undefined : text;
}

function portText({ host_ip, published = "", target, protocol = "tcp" }: Port): string {
  return `${host_ip ? `${host_ip}:` : ""}${published}:${target}/${protocol}`;
}

/** Whether a value may be a secret, by the name it has or a password in an address. */
function isSecret(path: string, value: string): boolean {
  return /pass|secret|token|key|credential|auth|private|dsn|cookie|salt/i.test(path) ||
    /:\/\/[^/\s]*:[^/\s]*@/.test(value);
}

function digestsIn(label: string | undefined): Map<string, unknown> | undefined {
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

function digestOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : digest(text);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
