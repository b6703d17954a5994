import { openDoor } from "./call/call.ts";
import { failure } from "./call/codes.ts";
import { explain } from "./call/explain.ts";
import { type Call, type Caller, failureText, type Outcome, type Subject } from "./call/stage.ts";
import { toolsets } from "./catalog.ts";
import type { EngineFacts } from "./commands/doctor.ts";
import type { Config } from "./config/config.ts";
import type { Context, Tool } from "./define.ts";
import { archiveFiles } from "./engine/archive_files.ts";
import { localFiles } from "./engine/build_context.ts";
import { type Engine, engine as engineOn } from "./engine/engine.ts";
import { connect, type EngineTransport } from "./engine/transport.ts";
import { offer } from "./offer.ts";
import { folderRefusal } from "./safety/folders.ts";
import { registry as registryOf } from "./registry/registry.ts";
import { safety as safetyOf } from "./safety/safety.ts";
import type { ServerParts, ToolCall } from "./server/server.ts";
import type { Sink } from "./telemetry/event.ts";
import { telemetry } from "./telemetry/telemetry.ts";

/** The joined parts. */
export interface App {
  transport: EngineTransport;
  /** What `serveOnStdio` needs. */
  server: ServerParts;
  call(request: ToolCall): Promise<Outcome>;
  /** A call by its name and arguments alone, as a shell makes it. */
  callOnce(name: string, args: Record<string, unknown>): Promise<Outcome>;
  /** What the engine says about itself; throws where it cannot be used. */
  probe(): Promise<EngineFacts>;
  /** An error as a failed call would tell it. */
  describeError(error: unknown): Promise<string>;
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
  const { host, tls, timeout, apiVersion } = config.engine;
  const transport = connect({ host, timeout, apiVersion, ...(tls ? { tls } : {}), ...(fetch ? { fetch } : {}) });
  const { decide, hide, guard } = safetyOf(config.safety);
  const engine = engineOn(guard(transport));
  const names = (kind: Kind) => namesOf(engine, kind);
  const door = openDoor({ decide, hide, sinks, limits: config.limits, names });
  const tools = chosenTools(config);
  const registry = registryOf(config.registry);
  const local = { ...config.files, refusal: folderRefusal };
  const files = { ...localFiles(local), ...archiveFiles(local) };
  const subjects = new Map(tools.map((tool) => [tool.name, subjectOf(tool, { engine, registry, files })]));

  async function call({ name, args, ...request }: ToolCall): Promise<Outcome> {
    const subject = subjects.get(name);
    if (!subject) return unknownTool(name, [...subjects.keys()]);
    return await door({ id: newId(), subject, caller: localUser, ...request, ...splitConfirm(subject, args) });
  }

  return {
    transport,
    call,
    server: offer(config, call),
    callOnce: (name, args) => call({ name, args, ...detached() }),
    probe: () => probe(engine, transport),
    describeError: (error) => describeError(error, names),
  };
}

/** For a call that nobody can cancel or watch. */
function detached() {
  return { signal: new AbortController().signal, progress: () => {} };
}

async function describeError(error: unknown, names: (kind: Kind) => Promise<string[]>): Promise<string> {
  const call = { id: newId(), subject: nobody, caller: localUser, args: {}, ...detached() };
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

async function probe(engine: Engine, transport: EngineTransport): Promise<EngineFacts> {
  const { apiVersion } = await transport.agreed();
  const { Version, Os, Arch } = await engine.system.version();
  return { version: Version, apiVersion, os: Os, arch: Arch };
}

/** The tools of the toolsets that the operator named, or all. */
function chosenTools({ safety: { toolsets: wanted } }: Config): Tool[] {
  return toolsets.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).flatMap(({ tools }) => tools);
}

/** A tool bound to what it works with, as the call door wants it. */
function subjectOf(tool: Tool, parts: Pick<Context, "engine" | "registry" | "files">): Subject {
  const contextOf = ({ signal, progress }: Call): Context => ({ ...parts, signal, progress });
  return {
    name: tool.name,
    title: tool.title,
    risk: tool.risk,
    parse: (args) => tool.input.parse(args),
    ...(tool.consequence && { consequence: (call: Call) => consequenceOf(tool, contextOf(call), call) }),
    async run(call) {
      const data = tool.output.parse(await tool.run(contextOf(call), call.args));
      return { kind: "answer", data, text: tool.text?.(data) ?? JSON.stringify(data) };
    },
  };
}

async function consequenceOf(tool: Tool, context: Context, { args }: Call): Promise<string> {
  return await tool.consequence?.(context, args) ?? "";
}

/** A client that cannot be asked confirms with an argument; it is not the tool's own. */
function splitConfirm({ risk }: Subject, args: Record<string, unknown>): Pick<Call, "args" | "confirmation"> {
  const { confirm, ...rest } = args;
  if (risk !== "destroy" || typeof confirm !== "string") return { args };
  return { args: rest, confirmation: { token: confirm, action: "accept" } };
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
