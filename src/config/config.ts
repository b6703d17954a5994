import { type Command, readCommand } from "./command.ts";
import { findEngine, type Found, type Step, type TlsFiles } from "./discover.ts";
import { readFlags } from "./flags.ts";
import { type NamedHost, readCertPaths, readHosts, type Rights } from "./hosts.ts";
import { readRegistry, type RegistryConfig } from "./registry.ts";
import { readSelf, type Self } from "./self.ts";
import { schema, settings, type Values } from "./settings.ts";
import { denoSystem, type Env, look, type System } from "./system.ts";
import { sourceOf, type Sources, unusable } from "./unusable.ts";

/** One engine, and how it was found. */
export interface EngineConfig {
  /** By which calls choose it; absent where it is the only one and has none. */
  name?: string;
  rights: Rights;
  /** `unix:///path`, `tcp://host:port` or `ssh://user@host:port/path`. */
  host: string;
  /** There when TLS is spoken: paths of PEM files. */
  tls?: TlsFiles;
  /** Milliseconds for an ordinary request. */
  timeout: number;
  /** `1.43`, or `auto`. */
  apiVersion: string;
  /** How the host was found, in words. */
  foundBy: string;
  /** The files that led to the host, which a start with narrow permissions must read again. */
  files: string[];
  /** Every place that was looked at, in order. */
  tried: Step[];
}

/** Everything the program was told, grouped as its parts want it; frozen. */
export interface Config {
  command: Command;
  /** The engine that is taken unless a call names another one: the first of all. */
  engine: EngineConfig;
  /** Every engine, in the order they were given. */
  engines: EngineConfig[];
  /** The vocabulary that tools are offered in. */
  surface: "default" | "classic" | "compact";
  safety: {
    destructive: "confirm" | "allow" | "deny";
    readOnly: boolean;
    allowTools: string[];
    denyTools: string[];
    /** Empty for all. */
    toolsets: string[];
    allowPrivileged: boolean;
    allowDockerSocket: boolean;
    allowHostNamespaces: boolean;
    /** Upper case, without `CAP_`. */
    allowCapabilities: string[];
    allowDevices: boolean;
    allowUnconfined: boolean;
    /** Absolute host folders, normalised. */
    allowMounts: string[];
    showSecrets: boolean;
    /** Where it may run in a container. */
    self?: Self;
    managedOnly: boolean;
    labels: boolean;
  };
  files: {
    /** Absolute local folders that may be read, normalised. */
    folders: string[];
    /** What `~` stands for in a Compose file; absolute. */
    home: string;
  };
  state: {
    /** Absolute local folder for what outlives the server, normalised. */
    folder?: string;
  };
  limits: {
    concurrency: number;
    /** Calls in a minute; 0 for no limit. */
    rate: number;
    /** Milliseconds for a whole call. */
    deadline: number;
    /** Characters. */
    answer: number;
  };
  registry: RegistryConfig;
  log: { level: "debug" | "info" | "warn" | "error" | "off" };
}

/** The configuration cannot be used; `faults` is every reason at once, one a line in the message. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** Reads the arguments and the environment; a flag wins over its variable. Throws ConfigError with all faults. */
export function parseConfig(args: readonly string[], env: Env, system: System = denoSystem(env)): Config {
  const flags = readFlags(args);
  const { command, faults } = readCommand(flags.words);
  // Who asks for help must get it, whatever else is wrong.
  if (command.name === "help" || command.name === "version") {
    return build(command, schema.parse(presets()), { engines: [nowhere] });
  }
  const variables = readVariables(env);
  const sources = { flags: flags.given, variables: variables.given };
  const given = { ...presets(), ...Object.fromEntries([...sources.variables, ...sources.flags]) };
  // Read once: to compile a reader for the schema would take longer.
  const values = schema.safeParse(given, { jitless: true });
  const { engines, faults: unreachable } = findEngines(sources, values.data, { env, system });
  const { registry, faults: wrongAccounts } = readRegistry(env, system);
  const wrong = [...badValues(values.error?.issues ?? [], sources), ...unusable(values.data, sources, system)];
  const all = [...flags.faults, ...faults, ...wrong, ...unreachable, ...wrongAccounts];
  if (all.length > 0 || !values.success) throw new ConfigError(all);
  const seen = engines.map((found) => ({ ...found, tried: [...variables.unseen, ...found.tried] }));
  const self = readSelf(values.data.self, env, { engines: engines.length });
  return build(command, values.data, { engines: seen, registry, self, home: system.home });
}

/** An engine that was found, and what the operator calls it. */
type FoundHost = Found & Pick<NamedHost, "name" | "rights">;

const nowhere: FoundHost = { rights: "all", host: "", foundBy: "not looked for", files: [], tried: [], faults: [] };

const noAccounts: RegistryConfig = { sources: [], unread: [], files: [] };

function presets(): Record<string, string> {
  return Object.fromEntries(settings.map((setting) => [setting.flag, setting.default]));
}

/** An empty variable counts as not set, as it does for Docker. */
function readVariables(env: Env): { given: Map<string, string>; unseen: Step[] } {
  const given = new Map<string, string>();
  const unseen: string[] = [];
  for (const setting of settings) {
    const seen = look(() => env(setting.env));
    if (seen.kind === "seen" && seen.value !== "") given.set(setting.flag, seen.value);
    if (seen.kind === "unseen") unseen.push(setting.env);
  }
  const result = "not looked at: Deno has no permission";
  return { given, unseen: unseen.length > 0 ? [{ place: unseen.join(", "), result }] : [] };
}

/** Every engine that was named; where none was, the one that is found. */
function findEngines(
  { flags, variables }: Sources,
  values: Values | undefined,
  { env, system }: { env: Env; system: System },
): { engines: FoundHost[]; faults: string[] } {
  const { hosts: given, faults } = readHosts(flags.get("host") ?? variables.get("host") ?? "");
  const hosts: NamedHost[] = given.length > 0 || faults.length > 0 ? given : [{ rights: "all", address: "" }];
  const certPath = readCertPaths(values?.["cert-path"] ?? "", hosts);
  const from = flags.has("host") ? "--host" : "DOCKER_HOST";
  const engines = hosts.map((host) => {
    const wish = { host: host.address, from, tlsVerify: values?.["tls-verify"] ?? false, certPath: certPath(host) };
    const { name, rights } = host;
    return { ...findEngine(wish, env, system), ...(name === undefined ? {} : { name }), rights };
  });
  return { engines, faults: [...faults, ...engines.flatMap((engine) => engine.faults)] };
}

function badValues(
  issues: readonly { path: PropertyKey[]; message: string }[],
  { flags, variables }: Sources,
): string[] {
  return issues.flatMap(({ path: [flag], message }) => {
    const setting = settings.find((known) => known.flag === flag);
    if (setting === undefined) return [];
    const value = flags.get(setting.flag) ?? variables.get(setting.flag);
    return [`Cannot use "${value}" for ${sourceOf(setting.flag, { flags })}: expected ${message}`];
  });
}

function build(
  command: Command,
  values: Values,
  { engines, registry = noAccounts, self, home = "/" }: {
    engines: readonly FoundHost[];
    registry?: RegistryConfig;
    self?: Self | undefined;
    home?: string | undefined;
  },
): Config {
  const all = engines.map((found) => engineOf(found, values));
  return deepFreeze({
    command,
    engine: all[0] ?? engineOf(nowhere, values),
    engines: all,
    safety: safetyOf(values, self),
    files: { folders: values.folders, home },
    state: values.state === "" ? {} : { folder: values.state },
    limits: {
      concurrency: values["max-concurrent"],
      rate: values["rate-limit"],
      deadline: values.deadline,
      answer: values["max-answer"],
    },
    registry,
    surface: values.surface,
    log: { level: values["log-level"] },
  });
}

function engineOf({ name, rights, host, tls, foundBy, files, tried }: FoundHost, values: Values): EngineConfig {
  return {
    ...(name === undefined ? {} : { name }),
    rights,
    host,
    ...(tls && { tls }),
    timeout: values.timeout,
    apiVersion: values["api-version"],
    foundBy,
    files,
    tried,
  };
}

function safetyOf(values: Values, self: Self | undefined): Config["safety"] {
  return {
    destructive: values.destructive,
    readOnly: values["read-only"],
    allowTools: values["allow-tools"],
    denyTools: values["deny-tools"],
    toolsets: values.toolsets,
    allowPrivileged: values["allow-privileged"],
    allowDockerSocket: values["allow-docker-socket"],
    allowHostNamespaces: values["allow-host-namespaces"],
    allowCapabilities: values["allow-capabilities"],
    allowDevices: values["allow-devices"],
    allowUnconfined: values["allow-unconfined"],
    allowMounts: values["allow-mounts"],
    showSecrets: values["show-secrets"],
    ...(self && { self }),
    managedOnly: values["managed-only"],
    labels: !values["no-labels"],
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
