import { dockerHub } from "./reference.ts";

/** One account of the operator's configuration, as it was written there. */
export interface Secret {
  /** The registry it is for, in any spelling: `ghcr.io`, `https://index.docker.io/v1/`. */
  server: string;
  username?: string;
  password?: string;
  /** Takes the place of the password. */
  identityToken?: string;
  registryToken?: string;
}

/** One place that may hold accounts. */
export interface SecretSource {
  /** How a person finds it: `DOCKER_AUTH_CONFIG`, the path of a file. */
  from: string;
  secrets: readonly Secret[];
  /** The program that keeps all accounts of this place, and those that keep single ones, by registry. */
  helper?: string;
  helpers?: Readonly<Record<string, string>>;
}

export interface CredentialOptions {
  /** The first one that knows a registry decides. */
  sources: readonly SecretSource[];
  /** Places that could not be looked at, and why. */
  unread: readonly string[];
}

/** Who the engine is told to be at a registry. */
export type Account =
  | { kind: "given"; from: string }
  /** It is kept by a program, which is not run here. */
  | { kind: "helper"; program: string; from: string }
  | { kind: "none"; unread: readonly string[] };

export interface Credentials {
  registry: string;
  account: Account;
  /** The value of `X-Registry-Auth`; only for an account that is given. */
  header?: string;
}

/** The credentials for a registry, by the name that stands in full image names: `docker.io`, `ghcr.io`. */
export function credentialsFor(registry: string, { sources, unread }: CredentialOptions): Credentials {
  for (const source of sources) {
    const program = helperOf(source, registry);
    // Accounts beside a helper are left over from before it was chosen; Docker does not look at them either.
    if (program !== undefined) return { registry, account: { kind: "helper", program, from: source.from } };
    const secret = secretOf(source, registry);
    if (secret) {
      return { registry, account: { kind: "given", from: source.from }, header: authHeader(secret, registry) };
    }
  }
  return { registry, account: { kind: "none", unread } };
}

function helperOf({ helper, helpers = {} }: SecretSource, registry: string): string | undefined {
  const own = Object.entries(helpers).find(([server]) => registryOf(server) === registry);
  return own?.[1] ?? helper;
}

/** A plain name goes before the addresses of older times. */
function secretOf({ secrets }: SecretSource, registry: string): Secret | undefined {
  return secrets.find(({ server }) => server === registry) ??
    secrets.find(({ server }) => registryOf(server) === registry && !loginOfProgram.test(server));
}

/** What `docker login` in a browser keeps beside the account itself. */
const loginOfProgram = /\/(access|refresh)-token$/;

const hubNames = new Set(["index.docker.io", "registry-1.docker.io", "docker.io"]);

/** `https://index.docker.io/v1/` is `docker.io`, `https://host:5000/v2/` is `host:5000`. */
function registryOf(server: string): string {
  const host = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return hubNames.has(host) ? dockerHub : host;
}

/** Base64 of the URL alphabet with its padding: with any other the Engine takes it for no credentials, silently. */
function authHeader({ username, password, identityToken, registryToken }: Secret, registry: string): string {
  const serveraddress = registry === dockerHub ? "https://index.docker.io/v1/" : registry;
  const named = { username, password, identitytoken: identityToken, registrytoken: registryToken, serveraddress };
  return new TextEncoder().encode(JSON.stringify(named)).toBase64({ alphabet: "base64url" });
}
