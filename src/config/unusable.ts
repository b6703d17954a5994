import { nearest } from "./flags.ts";
import { settings, type Values } from "./settings.ts";
import { look, type System } from "./system.ts";

/** What was given, by flag. */
export interface Sources {
  flags: ReadonlyMap<string, string>;
  variables: ReadonlyMap<string, string>;
}

/** What can be read but cannot be meant, each with what to do instead. */
export function unusable(values: Values | undefined, sources: Sources, system: System): string[] {
  const empty = emptyFlags(sources);
  if (values === undefined) return empty;
  return [...empty, ...unknownCapabilities(values, sources), ...files(values, sources, system), ...unknowable(values)];
}

/** `--folders`, or the variable in its place. */
export function sourceOf(flag: string, { flags }: Pick<Sources, "flags">): string {
  return flags.has(flag) ? `--${flag}` : settings.find((known) => known.flag === flag)?.env ?? "";
}

const withoutIt = new Map([
  ["allow-tools", "names; leave it out to offer all"],
  ["deny-tools", "names; leave it out to deny none"],
  ["toolsets", "names; leave it out to offer all"],
  ["allow-capabilities", "names; leave it out to allow none"],
  ["allow-mounts", "folders; leave it out to allow none"],
  ["self", "a container; leave it out to have it found"],
  ["folders", "folders; leave it out to allow none"],
  ["state", "a folder; leave it out to keep it in memory"],
]);

/** An empty one, as of a variable of the shell that is not set, is not what was meant: it may offer all for little. */
function emptyFlags({ flags }: Sources): string[] {
  return [...withoutIt].flatMap(([flag, expected]) => {
    const given = flags.get(flag);
    if (given?.replace(/[,\s]/g, "") !== "") return [];
    return `Cannot use "${given}" for --${flag}: expected ${expected}`;
  });
}

/** Those of Linux, capabilities(7); engines refuse all others. */
const capabilities = [
  ...["ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN"],
  ...["DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE"],
  ...["LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST"],
  ...["NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT"],
  ...["SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG"],
  "WAKE_ALARM",
];

function unknownCapabilities(values: Values, sources: Sources): string[] {
  const from = sourceOf("allow-capabilities", sources);
  return values["allow-capabilities"].filter((name) => !capabilities.includes(name)).map((name) => {
    const meant = nearest(name, capabilities);
    const hint = meant === undefined ? ", see capabilities(7)" : `; did you mean "${meant}"?`;
    return `Cannot use "${name}" for ${from}: there is no such capability${hint}`;
  });
}

function files({ folders, state }: Values, sources: Sources, system: System): string[] {
  const told = (flag: string, paths: readonly string[], instead: string) =>
    paths.filter((path) => isFile(path, system)).map((path) =>
      `Cannot use "${path}" for ${sourceOf(flag, sources)}: it is a file; ${instead}`
    );
  return [
    ...told("folders", folders, "name the folder it lies in"),
    ...told("state", [state], "name a folder, which is made where there is none"),
  ];
}

function isFile(path: string, system: System): boolean {
  const seen = look(() => path !== "" && system.isFile(path));
  return seen.kind === "seen" && seen.value;
}

function unknowable(values: Values): string[] {
  if (!values["managed-only"] || !values["no-labels"]) return [];
  return ["Cannot use --managed-only with --no-labels: without labels this server cannot tell what it made"];
}
