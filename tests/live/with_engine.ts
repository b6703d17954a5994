/**
 * Runs a command with a Docker engine: the one that is running, else a private one that is stopped afterwards.
 *
 *   deno run -A tests/live/with_engine.ts [--private | --engine <kind>] <command> [arguments ...]
 *
 * `--private` leaves a running engine alone. `--engine` does too, and fetches an engine of that kind from Debian's
 * packages (engines/kinds.ts), also for the tests that start their own; where it cannot be had, nothing runs. The
 * command `deno` is the Deno that runs this. What the command finds in its environment is explained in live.ts. Where
 * there is no engine the command runs all the same; with CI=true it does not, and that is a failure. The temporary
 * folder is the command's own: to leave something in it is a failure too.
 */
import { temporaryFolder } from "../temporary.ts";
import { findEngine } from "./engine_search.ts";
import { identityOf } from "./engines/identity.ts";
import { type EngineKind, isEngineKind, kindNames } from "./engines/kinds.ts";
import { putTestImage, startOwnEngine } from "./live.ts";
import { type PrivateEngine, whyImpossible } from "./private_engine.ts";
import { ensureTestImage } from "./test_image.ts";

/** What there is to run on. */
type Ground =
  | { kind: "running"; host: string }
  | { kind: "private"; host: string; engine: PrivateEngine }
  | { kind: "none"; reason: string };

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const { forced, kind, command: [program, ...rest] } = parse(args);
  if (program === undefined) {
    say(`usage: with_engine.ts [--private | --engine ${kindNames.join("|")}] <command> [arguments ...]`);
    return 2;
  }
  const signals = catchSignals();
  const impossible = await whyImpossible(kind);
  const ground = await findGround({ forced, kind, impossible });
  try {
    describe(ground);
    if (ground.kind === "none" && (kind !== undefined || Deno.env.get("CI") === "true")) return 1;
    const env = await describeInEnv(ground, impossible);
    const caught = signals.caught();
    if (caught !== undefined) return 128 + signalNumbers[caught];
    using folder = temporaryFolder();
    // The command may run others as other users.
    await Deno.chmod(folder.path, 0o755);
    const command = program === "deno" ? Deno.execPath() : program;
    const own = { ...env, TMPDIR: folder.path };
    const child = new Deno.Command(command, { args: rest, env: own, stdin: "inherit" }).spawn();
    signals.forwardTo(child);
    const { code } = await child.status;
    return signals.caught() === undefined && tellLeft(folder.path) ? code || 1 : code;
  } finally {
    if (ground.kind === "private") await ground.engine.stop();
  }
}

interface Wanted {
  /** Not the engine that is running. */
  forced: boolean;
  kind: EngineKind | undefined;
}

function parse(args: readonly string[]): Wanted & { command: readonly string[] } {
  const [flag, kind] = args;
  if (flag === "--private") return { forced: true, kind: undefined, command: args.slice(1) };
  if (flag !== "--engine") return { forced: false, kind: undefined, command: args };
  return isEngineKind(kind)
    ? { forced: true, kind, command: args.slice(2) }
    : { forced: true, kind: undefined, command: [] };
}

async function findGround(options: Wanted & { impossible: string | undefined }): Promise<Ground> {
  const host = options.forced ? undefined : await findEngine(Deno.env.toObject());
  if (host !== undefined) return { kind: "running", host };
  const wanted = Deno.env.get("DOCKER_HOST");
  const missing = options.forced ? "" : `no engine answers at ${wanted ? `"${wanted}"` : "the usual sockets"}, and `;
  if (options.impossible !== undefined) {
    return { kind: "none", reason: `${missing}a private one cannot be made: ${options.impossible}` };
  }
  try {
    say(`${missing}a private engine is started`);
    const engine = await startOwnEngine(options.kind === undefined ? {} : { kind: options.kind });
    return { kind: "private", host: engine.host, engine };
  } catch (cause) {
    return { kind: "none", reason: `${missing}${cause instanceof Error ? cause.message : cause}` };
  }
}

/** The variables that live.ts reads: all of them, since there may be others from a program around this one. */
async function describeInEnv(ground: Ground, impossible: string | undefined): Promise<Record<string, string>> {
  const unpacked = (ground.kind === "private" ? ground.engine.programs.unpacked : undefined) ??
    Deno.env.get("DOCKER_MCP_TEST_PROGRAMS") ?? "";
  const env = {
    DOCKER_MCP_TEST_ENGINE: "",
    DOCKER_MCP_TEST_IMAGE: "",
    DOCKER_MCP_TEST_NO_ENGINE: "",
    DOCKER_MCP_TEST_PRIVATE: impossible === undefined ? "1" : "",
    DOCKER_MCP_TEST_PROGRAMS: unpacked,
  };
  if (ground.kind === "none") return { ...env, DOCKER_MCP_TEST_NO_ENGINE: ground.reason };
  const image = ground.kind === "private" ? await putTestImage(ground.engine) : await ensureTestImage(ground.host);
  // A context in the caller's environment would come before the host, and TLS is not for a socket.
  const { engine, kind, api } = await identityOf(ground.host);
  say(`it is ${engine}, API ${api}`);
  return {
    ...env,
    DOCKER_MCP_TEST_ENGINE: kind,
    DOCKER_MCP_TEST_IMAGE: image,
    DOCKER_HOST: ground.host,
    DOCKER_CONTEXT: "",
    DOCKER_TLS_VERIFY: "",
  };
}

function describe(ground: Ground): void {
  if (ground.kind === "running") return say(`using the running engine at ${ground.host}`);
  if (ground.kind === "private") return say(`using a private engine at ${ground.host}, which is removed afterwards`);
  const line = "*".repeat(100);
  say(
    `\n${line}\nNO DOCKER ENGINE: the tests on a real engine (tests/live) do NOT run.\nWhy: ${ground.reason}\n${line}`,
  );
}

/** Whether something was left there. */
function tellLeft(folder: string): boolean {
  const left = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  if (left.length > 0) say(`The command left something in its temporary folder: ${left.sort().join(", ")}`);
  return left.length > 0;
}

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

/** From here on a signal ends the command, not this program, which has an engine to stop. */
function catchSignals() {
  let caught: keyof typeof signalNumbers | undefined;
  let child: Deno.ChildProcess | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      caught ??= signal;
      child?.kill(signal);
    });
  }
  return {
    caught: () => caught,
    forwardTo(started: Deno.ChildProcess) {
      child = started;
      // To kill what has ended is an error.
      started.status.finally(() => child = undefined);
    },
  };
}

/** On stderr: stdout belongs to the command. */
function say(text: string): void {
  console.error(text);
}
