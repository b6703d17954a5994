import * as z from "zod";
import { registryVariables } from "./registry.ts";

/** How a setting is given and what it does; the help text and the reference are rendered from it. */
export interface About {
  /** The environment variable that stands for the flag. */
  env: string;
  /** As it would be written; empty where nothing is set. */
  default: string;
  /** What follows the flag: nothing for a switch. A list is separated by commas, lines by their ends; both may be repeated. */
  takes: { kind: "switch" } | { kind: "value" | "list" | "lines"; what: string };
  description: string;
}

/** One row of the table of settings. */
export interface Setting extends About {
  /** Without the dashes: `read-only`. */
  flag: string;
}

const abouts = z.registry<About>();

/** Every setting, by the name of its flag, read from the text that was given for it. */
export const schema = z.object({
  "host": text().register(
    abouts,
    lines(
      "DOCKER_HOST",
      "address",
      "The engine: unix:///path, tcp://host:port, https://host:port or ssh://user@host. Found by itself when not given. Repeated for several, each as name=address, name(ro)=address or name(no-destroy)=address; reads go to the first unless told.",
    ),
  ),
  "tls-verify": onOff().register(
    abouts,
    onSwitch("DOCKER_TLS_VERIFY", "Speak TLS to a tcp:// engine. Its certificate is always checked."),
  ),
  "cert-path": text().register(
    abouts,
    lines(
      "DOCKER_CERT_PATH",
      "folder",
      "Folder of ca.pem, cert.pem and key.pem. Given alone, it turns TLS on as well. With --tls-verify alone: the Docker CLI's folder. Repeated as name=folder for the host of that name.",
    ),
  ),
  "timeout": seconds().register(
    abouts,
    value(
      "DOCKER_TIMEOUT",
      "60",
      "seconds",
      "How long an ordinary request to the engine may take. Streams are not bound by it.",
    ),
  ),
  "api-version": z.string().regex(/^(auto|\d+\.\d+)$/, 'a version such as 1.43, or "auto"').register(
    abouts,
    value(
      "DOCKER_API_VERSION",
      "auto",
      "version",
      "The Engine API version to speak; auto agrees on one with the engine.",
    ),
  ),
  "destructive": oneOf(["confirm", "allow", "deny"]).register(
    abouts,
    own(
      "destructive",
      "confirm",
      "confirm|allow|deny",
      "What happens to calls that lose data: a person is asked first, they run, or they are refused.",
    ),
  ),
  "read-only": onOff().register(abouts, ownSwitch("read-only", "Send the engine nothing but reads.")),
  "allow-tools": list().register(
    abouts,
    ownList("allow-tools", "names", "Offer these tools only."),
  ),
  "deny-tools": list().register(
    abouts,
    ownList("deny-tools", "names", "Do not offer these tools."),
  ),
  "toolsets": list().register(abouts, ownList("toolsets", "names", "Offer these groups of tools only.")),
  "surface": oneOf(["default", "classic", "compact"]).register(
    abouts,
    own("surface", "default", "default|classic|compact", "Under which names tools are offered: docs/surfaces.md."),
  ),
  "allow-privileged": onOff().register(
    abouts,
    ownSwitch("allow-privileged", "Let containers and commands run privileged."),
  ),
  "allow-docker-socket": onOff().register(
    abouts,
    ownSwitch("allow-docker-socket", "Let containers mount the engine's own socket, which gives them the whole host."),
  ),
  "allow-host-namespaces": onOff().register(
    abouts,
    ownSwitch("allow-host-namespaces", "Let containers share the host's network, processes, IPC or users."),
  ),
  "allow-capabilities": capabilities().register(
    abouts,
    ownList(
      "allow-capabilities",
      "names",
      "Capabilities that containers may add beyond the harmless ones, such as SYS_PTRACE.",
    ),
  ),
  "allow-devices": onOff().register(abouts, ownSwitch("allow-devices", "Let containers use devices of the host.")),
  "allow-unconfined": onOff().register(
    abouts,
    ownSwitch("allow-unconfined", "Let containers run without seccomp, AppArmor or SELinux confinement."),
  ),
  "allow-mounts": folders().register(
    abouts,
    ownList("allow-mounts", "folders", "Host folders, with all below them, that containers may mount."),
  ),
  "self": container().register(
    abouts,
    own(
      "self",
      "",
      "container",
      "Name or id of the container this server runs in, which it then leaves as it is. Known by itself unless the container has a hostname of its own.",
    ),
  ),
  "managed-only": onOff().register(abouts, ownSwitch("managed-only", "Change only what this server made.")),
  "no-labels": onOff().register(
    abouts,
    ownSwitch("no-labels", "Do not label what this server makes as made by it."),
  ),
  "folders": folders().register(
    abouts,
    ownList(
      "folders",
      "folders",
      "Folders of this machine, with all below them, that this server may read, and save images in.",
    ),
  ),
  "state": folder().register(
    abouts,
    own(
      "state",
      "",
      "folder",
      "Folder in which this server keeps the configuration of containers it removes or changes, secrets too, for docker_restore_container. Kept in memory when not given.",
    ),
  ),
  "show-secrets": onOff().register(
    abouts,
    ownSwitch("show-secrets", "Do not hide secrets in answers, errors and records."),
  ),
  "max-concurrent": count(1).register(
    abouts,
    own(
      "max-concurrent",
      "32",
      "number",
      "How many calls may run at the same time on one engine; four times as many wait, and more are refused.",
    ),
  ),
  "rate-limit": count(0).register(
    abouts,
    own("rate-limit", "0", "number", "How many calls a client may make in a minute; 0 sets no limit."),
  ),
  "deadline": seconds().register(abouts, own("deadline", "600", "seconds", "How long one call may take in all.")),
  "max-answer": count(1).register(
    abouts,
    own("max-answer", "50000", "characters", "How long an answer may be; a longer one is cut, and says so."),
  ),
  "log-level": oneOf(["debug", "info", "warn", "error", "off"]).register(
    abouts,
    own("log-level", "info", "debug|info|warn|error|off", "What is logged to stderr."),
  ),
});

/** The settings as the program works with them: milliseconds, numbers, lists. */
export type Values = z.output<typeof schema>;

/** The table of settings, in the order they are documented. */
export const settings: readonly Setting[] = Object.entries(schema.shape).flatMap(([flag, field]) => {
  const about = abouts.get(field);
  return about ? [{ flag, ...about }] : [];
});

/** Variables that have no flag: they find the engine, or hold credentials. */
export const otherVariables: readonly { name: string; description: string }[] = [
  { name: "DOCKER_CONTEXT", description: "The Docker context whose engine is used when no host is given." },
  { name: "DOCKER_CONFIG", description: "The Docker CLI's folder, ~/.docker when not set: contexts and certificates." },
  {
    name: "HOME",
    description: "Where the folders of Docker Desktop, Colima, OrbStack, Rancher Desktop and Podman are.",
  },
  { name: "XDG_RUNTIME_DIR", description: "Where the sockets of rootless Docker and Podman are." },
  { name: "COLIMA_HOME", description: "Colima's folder, ~/.colima when not set." },
  { name: "HOSTNAME", description: "In a container its short id: what --self is when not set." },
  ...registryVariables,
];

/** Every environment variable the program reads. */
export const variableNames: readonly string[] = [
  ...settings.map((setting) => setting.env),
  ...otherVariables.map((variable) => variable.name),
];

function value(env: string, preset: string, what: string, description: string): About {
  return { env, default: preset, takes: { kind: "value", what }, description };
}

function lines(env: string, what: string, description: string): About {
  return { env, default: "", takes: { kind: "lines", what }, description };
}

function onSwitch(env: string, description: string): About {
  return { env, default: "", takes: { kind: "switch" }, description };
}

function own(flag: string, preset: string, what: string, description: string): About {
  return value(variableOf(flag), preset, what, description);
}

function ownSwitch(flag: string, description: string): About {
  return onSwitch(variableOf(flag), description);
}

function ownList(flag: string, what: string, description: string): About {
  return { env: variableOf(flag), default: "", takes: { kind: "list", what }, description };
}

function variableOf(flag: string): string {
  return `DOCKER_MCP_${flag.replaceAll("-", "_").toUpperCase()}`;
}

// The error text of each schema says what was expected; parseConfig puts the setting and the value before it.

function text() {
  return z.string();
}

function onOff() {
  return z.stringbool({
    truthy: ["true", "1", "yes", "on"],
    falsy: ["false", "0", "no", "off", ""],
    error: "true or false",
  });
}

function oneOf<const T extends readonly [string, ...string[]]>(names: T) {
  return z.enum(names, `one of ${names.join(", ")}`);
}

function seconds() {
  const expected = "a number of seconds above 0 and up to 86400";
  return z.string().regex(/^\d+(\.\d+)?$/, { error: expected, abort: true }).transform((given) =>
    Math.round(Number(given) * 1000)
  )
    .refine((ms) => ms > 0 && ms <= 86_400_000, expected);
}

function count(least: number) {
  const expected = `a whole number of at least ${least}`;
  return z.string().regex(/^\d{1,15}$/, { error: expected, abort: true }).transform(Number)
    .refine((number) => number >= least, expected);
}

function list() {
  return z.string().transform((given) => given.split(",").map((item) => item.trim()).filter((item) => item !== ""));
}

function capabilities() {
  return list().transform((names) => names.map((name) => name.toUpperCase().replace(/^CAP_/, "")));
}

function container() {
  return z.string().regex(/^(\/?[a-z0-9][\w.-]*)?$/i, "the name or the id of a container");
}

function folders() {
  return list()
    .refine((paths) => paths.every((path) => path.startsWith("/")), "absolute folders, separated by commas")
    .transform((paths) => paths.map((path) => normalize(path)));
}

function folder() {
  return z.string().regex(/^(\/.*)?$/, "an absolute folder").transform((path) => path === "" ? "" : normalize(path));
}

/** Without `.`, `..` and doubled slashes. Not of node:path, which takes 8 ms of each start to load. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
