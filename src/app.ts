import { openDoor } from "./call/call.ts";
import { failure } from "./call/codes.ts";
import { explain } from "./call/explain.ts";
import { type Caller, failureText, type Outcome, type Subject } from "./call/stage.ts";
import { toolsets } from "./catalog.ts";
import type { EngineFacts } from "./commands/doctor.ts";
import { type Compose, compose } from "./compose/compose.ts";
import { diskHost } from "./compose/load/read.ts";
import type { Outside } from "./compose/outside.ts";
import type { Config } from "./config/config.ts";
import type { Tool } from "./define.ts";
import { archiveFiles } from "./engine/archive_files.ts";
import { localFiles } from "./engine/build_context.ts";
import { type Watch, watcher } from "./engine/changes.ts";
import type { Engine } from "./engine/engine.ts";
import { type Engines, type Joined, joinEngines } from "./engines.ts";
import { offer } from "./offer.ts";
import { folderRefusal } from "./safety/folders.ts";
import { parseReference } from "./registry/reference.ts";
import { registry as registryOf } from "./registry/registry.ts";
import type { ServerParts, ToolCall } from "./server/server.ts";
import type { Sink } from "./telemetry/event.ts";
import { failing, onHost, splitConfirm, subjectsOf } from "./subjects.ts";
import { inSurface } from "./surface_call.ts";
import { runBuild } from "./tools/facts/build_run.ts";
import { telemetry } from "./telemetry/telemetry.ts";
import metadata from "../deno.json" with { type: "json" };

/** The joined parts. */
export interface App {
  /** What `serveOnStdio` needs. */
  server: ServerParts;
  call(request: ToolCall): Promise<Outcome>;
  /** A call by its name and arguments alone, as a shell makes it. */
  callOnce(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<Outcome>;
  /** What the engine of this name says about itself; throws where it cannot be used. */
  probe(name?: string): Promise<EngineFacts>;
  /** An error as a failed call would tell it. */
  describeError(error: unknown): Promise<string>;
  /** Closes the idle connections. */
  close(): void;
}

export interface AppOptions {
  /** Tests put their fake daemon in here. */
  fetch?: typeof fetch;
  sinks?: Sink[];
}

/** Over stdio the client is whoever started the program. */
const localUser: Caller = { name: "local" };

/** Joins the parts: the only place that knows all of them. */
export function createApp(
  config: Config,
  { fetch, sinks = telemetry({ log: config.log }) }: AppOptions = {},
): App {
  const engines = joinEngines(config, { version: metadata.version, ...(fetch ? { fetch } : {}) });
  const { decide, hide } = engines;
  const names = (kind: Kind, host?: string) => namesOf(engines.named(host).engine, kind);
  const door = openDoor({ decide, hide, sinks, limits: config.limits, names });
  const registry = registryOf(config.registry);
  const local = { ...config.files, refusal: folderRefusal };
  const files = { ...localFiles(local), ...archiveFiles(local) };
  const composeOn = composer(engines.all, {
    host: diskHost({ ...local, env: new Map(), cwd: "/" }),
    buildContext: files.buildContext,
    build: ({ options, body, note, ...work }) =>
      runBuild({ ...work, progress: ({ message = "" }) => note(message) }, options, body),
    readFile: files.readFile,
    ...(registry.accounts ? { accounts: registry.accounts } : {}),
    auth: (image) => registry.credentials(parseReference(image)).header,
  });
  const tools = new Map(chosenTools(config).map((tool) => [tool.name, tool]));
  const subjectOn = subjectsOf({ registry, files, hide }, { composeOn, safety: config.safety });
  async function callTool({ name, args, ...request }: ToolCall, fault?: unknown): Promise<Outcome> {
    const tool = tools.get(name);
    if (!tool) return unknownTool(name, [...tools.keys()]);
    const { subject, args: own } = onHost(tool, withoutNulls(args), { engines, subjectOn });
    const checked = fault === undefined ? subject : failing(subject, fault);
    return await door({ id: newId(), subject: checked, caller: localUser, ...request, ...splitConfirm(subject, own) });
  }
  const call = inSurface(config.surface, { offers: (name) => tools.has(name), call: callTool });

  return {
    call,
    server: offer(config, { call, watch: watcherOn(engines) }),
    callOnce: (name, args, signal) => call({ name, args, ...unwatched(signal) }),
    probe: (name) => probe(engines.named(name)),
    describeError: (error) => describeError(error, names),
    close: engines.close,
  };
}

/** One stream of events for each engine that somebody watches. */
function watcherOn(engines: Engines): ServerParts["watch"] {
  const made = new Map<Joined, Watch>();
  return ({ host, ...watched }, changed) => {
    const joined = engines.named(host);
    const watch = made.get(joined) ?? watcher(joined.engine);
    made.set(joined, watch);
    return watch(watched, changed);
  };
}

/** Compose, one for each engine: in it, two pieces of work on one project wait for each other. */
function composer(engines: readonly Joined[], outside: Outside): (engine: Engine) => Compose {
  const made = new Map<Engine, Compose>();
  const refusals = new Map(engines.map(({ engine, refusal }) => [engine, refusal]));
  return (engine) => {
    const refusal = refusals.get(engine);
    const found = made.get(engine) ?? compose(engine, { ...outside, ...(refusal ? { refusal } : {}) });
    made.set(engine, found);
    return found;
  };
}

/** Clients that fill in every argument write null for one that is not given. */
function withoutNulls(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}

function unwatched(signal = new AbortController().signal) {
  return { signal, progress: () => {} };
}

async function describeError(error: unknown, names: (kind: Kind) => Promise<string[]>): Promise<string> {
  const call = { id: newId(), subject: nobody, caller: localUser, args: {}, ...unwatched() };
  const outcome = await explain(names)(call, () => Promise.reject(error));
  return outcome.kind === "failure" ? failureText(outcome) : "";
}

const nobody: Subject = {
  name: "doctor",
  title: "Ask the engine",
  risk: "read",
  parse: () => ({}),
  run: () => Promise.resolve({ kind: "answer", data: {}, text: "" }),
};

async function probe({ engine, transport }: Joined): Promise<EngineFacts> {
  const { apiVersion } = await transport.agreed();
  const { Version, Os, Arch } = await engine.system.version();
  return { version: Version, apiVersion, os: Os, arch: Arch };
}

/** The tools of the toolsets that the operator named, or all. */
function chosenTools({ safety: { toolsets: wanted } }: Config): Tool[] {
  return toolsets.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).flatMap(({ tools }) => tools);
}

/** Only a shell gets here: an MCP client is told by its SDK. */
function unknownTool(name: string, known: readonly string[]): Outcome {
  const why = "there is no tool of this name";
  const next = `Known are: ${known.join(", ")}`;
  return failure("invalidArgument", { what: `Cannot call "${name}"`, why, next });
}

function newId(): string {
  return crypto.randomUUID().slice(0, 8);
}

type Kind = "container" | "image" | "network" | "volume";

/** Existing names, for the closest ones to a name that was not found. */
async function namesOf({ containers, images, networks, volumes }: Engine, kind: Kind): Promise<string[]> {
  switch (kind) {
    case "container":
      return (await containers.list({ all: true })).flatMap(({ Names }) => Names.map((name) => name.slice(1)));
    case "image":
      return (await images.list({})).flatMap(({ RepoTags }) => RepoTags ?? []);
    case "network":
      return (await networks.list()).map(({ Name }) => Name);
    case "volume":
      return (await volumes.list()).map(({ Name }) => Name);
  }
}
