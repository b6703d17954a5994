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
  const found = find(registry, sources);
  if (!found) return { registry, account: { kind: "none", unread } };
  const { from, program, secret } = found;
  if (program !== undefined) return { registry, account: { kind: "helper", program, from } };
  const account = { kind: "given", from } as const;
  return secret ? { registry, account, header: encoded(authOf(secret, registry)) } : { registry, account };
}

/** For a builder, which fetches base images by itself. */
export interface Accounts {
  /** By the name or address of a registry. One for which there is only a token of its own cannot be told. */
  login(server: string): { username: string; secret: string } | undefined;
  /** All of them, in the form of `X-Registry-Config`. */
  header: string;
}

/** The accounts of all registries; undefined where there are none. */
export function accountsOf({ sources }: CredentialOptions): Accounts | undefined {
  const servers = new Set(sources.flatMap(({ secrets }) => secrets.map(({ server }) => registryOf(server))));
  const known = new Map([...servers].flatMap((registry) => {
    const secret = find(registry, sources)?.secret;
    return secret ? [[registry, secret] as const] : [];
  }));
  if (known.size === 0) return undefined;
  const all = [...known].map(([registry, secret]) => authOf(secret, registry));
  return {
    login(server) {
      const { username = "", password, identityToken } = known.get(registryOf(server)) ?? {};
      // A name beside a token would make it a password.
      if (identityToken !== undefined) return { username: "", secret: identityToken };
      return password === undefined ? undefined : { username, secret: password };
    },
    header: encoded(Object.fromEntries(all.map((auth) => [auth.serveraddress, auth]))),
  };
}

/** The first place that knows the registry: the program that keeps its account, or the account. */
function find(registry: string, sources: readonly SecretSource[]) {
  for (const source of sources) {
    const program = helperOf(source, registry);
    // Accounts beside a helper are left over from before it was chosen; Docker does not look at them either.
    const secret = program === undefined ? secretOf(source, registry) : undefined;
    if (program !== undefined || secret) return { from: source.from, program, secret };
  }
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

/** As the Engine names its parts. */
function authOf({ username, password, identityToken, registryToken }: Secret, registry: string) {
  const serveraddress = registry === dockerHub ? "https://index.docker.io/v1/" : registry;
  return { username, password, identitytoken: identityToken, registrytoken: registryToken, serveraddress };
}

/** Base64 of the URL alphabet with its padding: with any other the Engine takes it for no credentials, silently. */
function encoded(value: unknown): string {
  return new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url" });
}
