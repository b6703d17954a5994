import type { Config, EngineConfig } from "../config/config.ts";
import { variableNames } from "../config/settings.ts";

/** How the program is run: from its sources, or as one bundled file. */
export type Form = "source" | "bundle";

/**
 * The host in the URLs of requests that go over a Unix socket. Deno wants it granted although nothing is ever sent
 * there: the address is reserved for documentation (RFC 5737).
 */
const socketHost = "192.0.2.1:80";

/** Variables are granted by name; Docker's and our own all start alike, and a line that can be read is worth a pattern. */
const variablePatterns = [
  ...["DOCKER_*", "REGISTRY_*"],
  ...variableNames.filter((name) => !/^(DOCKER|REGISTRY)_/.test(name)),
];

/** The narrowest Deno flags under which the program can serve this configuration. */
export function permissionFlags(config: Config, options: { form?: Form } = {}): string[] {
  const { engines } = config;
  const sockets = engines.flatMap(({ host }) => host.startsWith("unix://") ? [host.slice("unix://".length)] : []);
  const ways = engines.flatMap(({ files, tls }) => [...files, ...Object.values(tls ?? {})]);
  const folders = [...config.files.folders, ...Object.values(config.state)];
  const known = [...ways, ...config.registry.files, ...folders];
  const writable = new Set([...sockets, ...folders]);
  const readable = new Set([...sockets, ...known]);
  const reached = new Set(engines.flatMap(targets));
  return [
    ...(reached.size > 0 ? [grant("net", [...reached])] : []),
    ...(readable.size > 0 ? [grant("read", [...readable])] : []),
    ...(writable.size > 0 ? [grant("write", [...writable])] : []),
    grant("env", variablePatterns),
    // The one program there is, and only for those who reach an engine by it.
    engines.some(({ host }) => host.startsWith("ssh://")) ? "--allow-run=ssh" : "--deny-run",
    "--deny-ffi",
    "--no-prompt",
    ...againstRemoteCode(options.form ?? "source"),
  ];
}

/** What Deno must let the process reach for this engine; ssh reaches it by itself. */
function targets({ host }: EngineConfig): string[] {
  if (host.startsWith("ssh://")) return [];
  if (host.startsWith("unix://")) return [`unix:${host.slice("unix://".length)}`, socketHost];
  return [host.replace("tcp://", "")];
}

/** Both command lines, ready to paste; `args` are the flags of this program that go with them. */
export function permissionsText(config: Config, args: readonly string[] = []): string {
  const line = (form: Form, file: string) =>
    ["deno", "run", ...permissionFlags(config, { form }), file, "serve", ...args].map(quote).join(" ");
  return [
    ...config.engines.map(({ name, host, foundBy }) => `# The engine${name ? ` ${name}` : ""}: ${host} (${foundBy})`),
    "# From the sources, once they were fetched with: deno install --entrypoint main.ts",
    line("source", "main.ts"),
    "",
    "# The bundle",
    line("bundle", "dist/docker-mcp.js"),
    "",
  ].join("\n");
}

/**
 * `import()` of remote code is open by default, even without network permission, and `--deny-import` does not close it
 * in Deno 2.9.6. Sources need their npm packages, so there only new downloads can be refused.
 */
function againstRemoteCode(form: Form): string[] {
  const common = "--allow-import=none.invalid";
  return form === "source" ? [common, "--cached-only"] : [common, "--no-remote", "--no-npm"];
}

function grant(kind: string, values: readonly string[]): string {
  const split = values.find((value) => value.includes(","));
  if (split !== undefined) throw new Error(`Cannot write --allow-${kind} for "${split}": Deno splits it at the comma`);
  return `--allow-${kind}=${values.join(",")}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
