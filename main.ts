import metadata from "./deno.json" with { type: "json" };
import type { App } from "./src/app.ts";
import { type CallParts, runCall } from "./src/commands/call.ts";
import { clientConfig } from "./src/commands/client_config.ts";
import { demo } from "./src/commands/demo.ts";
import { doctor } from "./src/commands/doctor.ts";
import { helpText } from "./src/commands/help.ts";
import { permissionFlags, permissionsText } from "./src/commands/permissions.ts";
import { type Config, ConfigError, type EngineConfig, parseConfig } from "./src/config/config.ts";
import type { ServerParts } from "./src/server/server.ts";
import { offer } from "./src/offer.ts";
import { onEnding } from "./src/server/ending.ts";
import { serveOnStdio } from "./src/server/stdio.ts";

// In a task of its own: for an error that is made under the top level of a bundle, V8 reads all of the bundle again.
if (import.meta.main) queueMicrotask(async () => Deno.exitCode = await main(Deno.args));

/** Reads the configuration and runs the chosen command; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseConfig(args, (name) => Deno.env.get(name)), args);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return complain(`${error.message}\n--help shows all settings`);
  }
}

async function run(config: Config, args: readonly string[]): Promise<number> {
  const { command } = config;
  switch (command.name) {
    case "help":
      return print(helpText());
    case "version":
      return print(`${metadata.name} ${metadata.version}\n`);
    case "permissions":
      return print(permissionsText(config, ownFlags(config, args, command.name)));
    case "client-config":
      return printClientConfig(config, {
        client: command.client,
        args: ownFlags(config, args, command.name, command.client),
      });
    case "demo":
      return await demo({ serve: serveCommand(config, ownFlags(config, args, command.name)), write: print });
    case "serve":
      serveOnStdio(offerOf(config));
      return 0;
    case "call":
    case "doctor":
      return await withApp(await loadApp(config), config);
  }
}

/** The parts behind a call. They take longer to load than a client waits for the list of tools. */
async function loadApp(config: Config): Promise<App> {
  const { createApp } = await import("./src/app.ts");
  return createApp(config);
}

/** What clients are offered; the first call loads what is behind it. */
function offerOf(config: Config): ServerParts {
  let app: Promise<App> | undefined;
  const loaded = () => app ??= loadApp(config);
  return offer(config, {
    call: async (request) => (await loaded()).call(request),
    watch: async (watched, changed) => (await loaded()).server.watch(watched, changed),
  });
}

/** The commands that talk to the engine themselves. */
async function withApp(app: App, config: Config): Promise<number> {
  const { command } = config;
  try {
    const { text, exitCode } = command.name === "call"
      ? await runCall({ tool: command.tool, args: command.args, call: calling(app) })
      : await doctor({ config, probe: app.probe, describeError: app.describeError });
    print(text);
    return exitCode;
  } finally {
    app.close();
  }
}

/** Calls that clean up what they began where the program is asked to end. */
function calling({ callOnce }: App): CallParts["call"] {
  const ended = new AbortController();
  onEnding(() => ended.abort());
  return (name, args) => callOnce(name, args, ended.signal);
}

function printClientConfig(config: Config, { client, args }: { client: string; args: string[] }): number {
  const command = serveCommand(config, args);
  const readTools = offerOf(config).definitions.filter(({ risk }) => risk === "read").map(({ name }) => name);
  try {
    const { json, note } = clientConfig({ client, command, env: {}, readTools });
    console.error(note);
    return print(json);
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error));
  }
}

/** How this very program is started to serve, with the narrowest permissions: binary, bundle or sources. */
function serveCommand(config: Config, args: readonly string[]): [string, ...string[]] {
  if (Deno.build.standalone) return [Deno.execPath(), "serve", ...args];
  const file = decodeURIComponent(new URL(import.meta.url).pathname);
  const flags = permissionFlags(config, { form: file.endsWith(".ts") ? "source" : "bundle" });
  return [Deno.execPath(), "run", ...flags, file, "serve", ...args];
}

/** The flags without the words of the command; the engines that were found are pinned, since a client starts elsewhere. */
function ownFlags({ engines }: Config, args: readonly string[], ...words: string[]): string[] {
  const own = args.filter((arg) => !words.includes(arg));
  if (own.some((arg) => arg.startsWith("--host"))) return own;
  return [...own, ...engines.flatMap(hostFlags)];
}

function hostFlags({ name, rights, host, tls }: EngineConfig): string[] {
  const folder = tls?.ca?.replace(/\/[^/]*$/, "");
  const named = name === undefined ? "" : `${name}=`;
  const trust = folder ? ["--cert-path", named + folder] : tls ? ["--tls-verify"] : [];
  return ["--host", `${rights === "all" ? named : `${name}(${rights})=`}${host}`, ...trust];
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

function complain(text: string): number {
  console.error(text);
  return 2;
}
