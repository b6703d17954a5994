import { RegistryError } from "./errors.ts";

/** The name of an image in its parts, in full. */
export interface ImageReference {
  /** The registry, with its port: `docker.io` where none is named. */
  registry: string;
  /** The path in the registry: `library/nginx`, `team/app`. */
  repository: string;
  tag?: string;
  /** `sha256:...` */
  digest?: string;
}

/** Reads `[registry/]name[:tag][@digest]` by Docker's own grammar; throws a RegistryError that says what is wrong. */
export function parseReference(text: string): ImageReference {
  if (text.length > longest) throw unreadable(text, `it is longer than ${longest} characters`);
  const [, name = "", tag, digest] = shape.exec(text) ?? [];
  if (name === "") throw unreadable(text, whyNot(text));
  if (/^[0-9a-f]{64}$/.test(name) || /^sha256:[0-9a-f]{64}$/.test(text)) {
    throw unreadable(text, "64 hexadecimal digits are an id");
  }
  if (digest !== undefined) checkDigest(text, digest);
  const { registry, repository } = split(name);
  if (/[A-Z]/.test(repository)) throw unreadable(text, "the name must be in lower case");
  if (!repositoryName.test(repository)) throw unreadable(text, whyNot(text));
  if (repository.length > 255) throw unreadable(text, "the name is longer than 255 characters");
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The name without tag and digest as people write it, and as the Engine lists it: `nginx`, `ghcr.io/team/app`. */
export function shortName({ registry, repository }: ImageReference): string {
  if (registry !== dockerHub) return `${registry}/${repository}`;
  return repository.replace(/^library\/(?=[^/]+$)/, "");
}

/** What picks one image of a repository, as the Engine takes it: the digest, else the tag, else `latest`. */
export function versionOf({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? "latest";
}

/** The reference as people write it; a digest takes the place of the tag. */
export function shortReference(reference: ImageReference): string {
  const separator = reference.digest === undefined ? ":" : "@";
  return `${shortName(reference)}${separator}${versionOf(reference)}`;
}

// Registry, path, tag and digest at their longest come to less.
const longest = 1000;

/** How Docker Hub is called in full names. */
export const dockerHub = "docker.io";

const domain = String
  .raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const component = String.raw`[a-zA-Z0-9]+(?:(?:[._]|__|-+)[a-zA-Z0-9]+)*`;
// Upper case is let through here, so that it can be told what is wrong with it.
const shape = new RegExp(
  String.raw`^((?:${domain}/)?${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(.+))?$`,
);
const repositoryName = new RegExp(`^${component}(?:/${component})*$`);

/** The first part is a registry where it cannot be a name: it has a dot, a port or upper case, or is `localhost`. */
function split(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, slash);
  const isRegistry = slash > 0 && (/[.:A-Z]/.test(first) || first === "localhost");
  const registry = isRegistry && first !== "index.docker.io" ? first : dockerHub;
  const repository = isRegistry ? name.slice(slash + 1) : name;
  const official = registry === dockerHub && !repository.includes("/");
  return { registry, repository: official ? `library/${repository}` : repository };
}

const digestLengths = new Map([["sha256", 64], ["sha384", 96], ["sha512", 128]]);

function checkDigest(text: string, digest: string): void {
  const [algorithm = "", hex = ""] = digest.split(":");
  const length = digestLengths.get(algorithm);
  if (length === undefined) throw unreadable(text, "a digest begins with sha256:");
  if (digest !== `${algorithm}:${hex}` || hex.length !== length || !/^[0-9a-f]+$/.test(hex)) {
    throw unreadable(text, `a ${algorithm} digest has ${length} hexadecimal digits in lower case`);
  }
}

function whyNot(text: string): string {
  if (/^https?:\/\//.test(text)) return "it is written without https://";
  return "expected [registry/]name[:tag][@digest], the name in lower case letters, digits and . _ - /";
}

function unreadable(text: string, why: string): RegistryError {
  return new RegistryError(`Cannot read the image name "${text.slice(0, 300)}": ${why}`, { kind: "reference" });
}
