import * as z from "zod";
import { type Env, look, type System } from "./system.ts";

/** What the operator said about registries: who the engine is to be there. */
export interface RegistryConfig {
  /** The first one that knows a registry decides. */
  sources: RegistrySource[];
  /** Places that could not be looked at, and why. */
  unread: string[];
  /** Files that were read, which a start with narrow permissions must read again. */
  files: string[];
}

interface RegistrySource {
  from: string;
  secrets: RegistrySecret[];
  helper?: string;
  helpers?: Record<string, string>;
}

interface RegistrySecret {
  server: string;
  username?: string;
  password?: string;
  identityToken?: string;
  registryToken?: string;
}

/** Variables that hold credentials; as flags they would stand in the list of processes. */
export const registryVariables: readonly { name: string; description: string }[] = [
  { name: "REGISTRY_USERNAME", description: "User for pull and push, with REGISTRY_PASSWORD." },
  { name: "REGISTRY_PASSWORD", description: "Password or access token of REGISTRY_USERNAME." },
  { name: "REGISTRY_SERVER", description: "The registry they are for, such as ghcr.io; docker.io when not set." },
  {
    name: "REGISTRY_AUTH_CONFIG",
    description:
      'Accounts of several registries: JSON like {"auths": {"ghcr.io": {"auth": "base64 of user:password"}}}, ' +
      "or the path of a file with it.",
  },
  { name: "DOCKER_AUTH_CONFIG", description: "The same JSON, as the Docker CLI reads it." },
];

/** Reads the credentials once: variables first, then the Docker CLI's file. Faults never show a value. */
export function readRegistry(env: Env, system: System): { registry: RegistryConfig; faults: string[] } {
  const read = [named(env), authConfig(env, system), inline("DOCKER_AUTH_CONFIG", env), cliFile(env, system)];
  return {
    registry: {
      sources: read.flatMap(({ source }) => source ?? []),
      unread: read.flatMap(({ unread }) => unread ?? []),
      files: read.flatMap(({ file }) => file ?? []),
    },
    faults: read.flatMap(({ fault }) => fault ?? []),
  };
}

interface Read {
  source?: RegistrySource;
  fault?: string;
  unread?: string;
  file?: string;
}

/** REGISTRY_USERNAME and REGISTRY_PASSWORD. */
function named(env: Env): Read {
  const [username, password] = [variable("REGISTRY_USERNAME", env), variable("REGISTRY_PASSWORD", env)];
  const server = variable("REGISTRY_SERVER", env) ?? "docker.io";
  if (username === undefined && password === undefined) return {};
  if (username === undefined || password === undefined) {
    const [given, missing] = username === undefined ? ["PASSWORD", "USERNAME"] : ["USERNAME", "PASSWORD"];
    return { fault: `Cannot use REGISTRY_${given}: REGISTRY_${missing} is not set` };
  }
  return { source: { from: "REGISTRY_USERNAME", secrets: [{ server, username, password }] } };
}

/** REGISTRY_AUTH_CONFIG: JSON, or a file with it. */
function authConfig(env: Env, system: System): Read {
  const name = "REGISTRY_AUTH_CONFIG";
  const value = variable(name, env);
  if (value === undefined || value.trimStart().startsWith("{")) return inline(name, env);
  const seen = look(() => system.readText(value));
  if (seen.kind === "missing") return { fault: `Cannot use "${value}" for ${name}: there is no such file` };
  if (seen.kind === "unseen") return { fault: `Cannot use "${value}" for ${name}: ${seen.why}` };
  const source = parse(seen.value, value);
  return source ? { source, file: value } : { fault: `Cannot use "${value}" for ${name}: ${expected}` };
}

function inline(name: string, env: Env): Read {
  const value = variable(name, env);
  if (value === undefined) return {};
  const source = parse(value, name);
  return source ? { source } : { fault: `Cannot use ${name}: ${expected}` };
}

/** The file of `docker login`. It belongs to another program, so whatever is wrong with it does not stop the start. */
function cliFile(env: Env, system: System): Read {
  const folder = variable("DOCKER_CONFIG", env) ?? (system.home ? `${system.home}/.docker` : undefined);
  if (folder === undefined) return {};
  const file = `${folder}/config.json`;
  const seen = look(() => system.readText(file));
  if (seen.kind === "missing") return {};
  if (seen.kind === "unseen") return { unread: `"${file}": ${seen.why}` };
  const source = parse(seen.value, file);
  return source ? { source, file } : { unread: `"${file}": ${expected}` };
}

// In brackets as a placeholder: what else stands there looks like a secret, and is hidden from clients.
const expected = 'expected JSON like {"auths": {"ghcr.io": {"auth": "<base64>"}}}, of user:password in base64';

/** Made where there is something to read: a start without credentials is to be quick. */
function authFile() {
  const text = z.string().optional();
  const entry = z.object({ auth: text, username: text, password: text, identitytoken: text, registrytoken: text });
  return z.object({
    auths: z.record(z.string(), entry).optional(),
    credsStore: text,
    credHelpers: z.record(z.string(), z.string()).optional(),
  });
}

type Entry = NonNullable<z.output<ReturnType<typeof authFile>>["auths"]>[string];

function parse(text: string, from: string): RegistrySource | undefined {
  const json = look(() => JSON.parse(text));
  const parsed = authFile().safeParse(json.kind === "seen" ? json.value : undefined);
  if (!parsed.success) return undefined;
  const { auths = {}, credsStore, credHelpers } = parsed.data;
  const secrets = Object.entries(auths).map(([server, given]) => secretOf(server, given));
  if (secrets.includes(undefined)) return undefined;
  return {
    from,
    secrets: secrets.flatMap((secret) => secret && Object.keys(secret).length > 1 ? [secret] : []),
    ...(credsStore ? { helper: credsStore } : {}),
    ...(credHelpers ? { helpers: credHelpers } : {}),
  };
}

/** Nothing where `auth` is no base64 of `user:password`. */
function secretOf(server: string, given: Entry): RegistrySecret | undefined {
  const pair = given.auth ? decode(given.auth) : given;
  if (pair === undefined) return undefined;
  return {
    server,
    ...(pair.username ? { username: pair.username, password: pair.password ?? "" } : {}),
    ...(given.identitytoken ? { identityToken: given.identitytoken } : {}),
    ...(given.registrytoken ? { registryToken: given.registrytoken } : {}),
  };
}

function decode(auth: string): { username: string; password: string } | undefined {
  const bytes = look(() => Uint8Array.fromBase64(auth));
  if (bytes.kind !== "seen") return undefined;
  const text = new TextDecoder().decode(bytes.value);
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  // Some programs pad the password with NULs.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

/** An empty variable counts as not set. */
function variable(name: string, env: Env): string | undefined {
  const seen = look(() => env(name));
  return seen.kind === "seen" && seen.value !== "" ? seen.value : undefined;
}
