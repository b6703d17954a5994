import { engineAnswers } from "./engine_api.ts";
import { daemonCommand } from "./engines/daemon.ts";
import type { EngineKind } from "./engines/kinds.ts";
import { unpackRoot } from "./engines/root.ts";
import {
  findProgram,
  installedPrograms,
  type Programs,
  searchPath,
  unpackPrograms,
} from "./private_engine_programs.ts";

/** A Docker engine that only its caller knows: own processes, mounts, network and cgroups, in a temporary folder. */
export interface PrivateEngine {
  /** `unix://` and the path of the socket. */
  host: string;
  socket: string;
  /** Holds data, log and socket; gone after `stop`. */
  folder: string;
  programs: Programs;
  /** The daemon's process id as seen from here; `nsenter --target <pid> --net` enters its network. */
  pid(): number;
  /** Kills the daemon alone, as a crash would; containers go on, since the engine runs with live-restore. */
  kill(): Promise<void>;
  /** Starts the daemon again where it does not run, wakes it where it is paused, and waits until it answers. */
  up(): Promise<void>;
  /** Stops the daemon in its tracks, to its last thread: connections are accepted, nothing is answered. */
  pause(): Promise<void>;
  resume(): void;
  /** Takes everything down and removes every trace. May be called again. */
  stop(): Promise<void>;
}

export interface PrivateEngineOptions {
  programs?: Programs;
  /** An engine of this kind, where no programs are given. */
  kind?: EngineKind;
  /** More arguments for dockerd. */
  flags?: readonly string[];
}

/** The daemon answers within 1 to 2 seconds; this is for machines under heavy load. */
const startMs = 60_000;

/**
 * Starts a private engine. The programs are the given ones, else the machine's own, else unpacked from Debian packages
 * into the engine's folder, which takes some 20 seconds. Throws with the end of the daemon's log.
 */
export async function startPrivateEngine(options: PrivateEngineOptions = {}): Promise<PrivateEngine> {
  const folder = await makeFolder();
  try {
    const programs = options.programs ?? await findPrograms(`${folder}/programs`, options.kind);
    const engine = await hold(folder, programs, options.flags ?? []);
    try {
      await engine.up();
    } catch (cause) {
      await engine.stop();
      throw cause;
    }
    return engine;
  } catch (cause) {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    throw cause;
  }
}

async function findPrograms(folder: string, kind: EngineKind | undefined): Promise<Programs> {
  if (kind !== undefined) return await unpackRoot(kind, folder);
  return await installedPrograms() ?? await unpackPrograms(folder);
}

/** Says in words why no private engine can be made on this machine; undefined where it can. */
export async function whyImpossible(kind?: EngineKind): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `it needs Linux, and this is ${Deno.build.os}`;
  if (Deno.uid() !== 0) return "it needs to run as root";
  for (const program of ["bash", "setsid", "unshare", "mount"]) {
    if (await findProgram(program) === undefined) return `the program "${program}" is not there`;
  }
  if (kind !== undefined || await installedPrograms() === undefined) {
    for (const program of ["apt-get", "dpkg-deb"]) {
      if (await findProgram(program) === undefined) {
        return `${kind ?? "dockerd"} cannot be fetched without "${program}" (Debian and Ubuntu have it)`;
      }
    }
  }
  const args = ["--mount", "--pid", "--uts", "--net", "--fork", "--mount-proc", "true"];
  const { success, stderr } = await new Deno.Command("unshare", { args }).output();
  return success ? undefined : `namespaces cannot be made here: ${new TextDecoder().decode(stderr).trim()}`;
}

async function makeFolder(): Promise<string> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "docker-mcp-" }));
  const why = folder.length > 90
    ? "the path is too long for a socket"
    : /^\/(run|etc)\//.test(folder)
    ? "the engine hides /run and /etc behind its own"
    : undefined;
  if (why === undefined) return folder;
  await Deno.remove(folder);
  throw new Error(`Cannot make a private engine in "${folder}": ${why}; set TMPDIR to another folder`);
}

async function hold(folder: string, programs: Programs, flags: readonly string[]): Promise<PrivateEngine> {
  const socket = `${folder}/docker.sock`;
  await Deno.writeTextFile(`${folder}/daemon.json`, "{}");
  const command = daemonCommand({ folder, socket, kind: programs.kind });
  const holder = startHolder(folder, [...command, ...flags], programs);
  let daemon = 0;
  return {
    host: `unix://${socket}`,
    socket,
    folder,
    programs,
    pid: () => daemon,
    async kill() {
      Deno.kill(daemon, "SIGKILL");
      while (await isAlive(daemon)) await sleep(5);
    },
    async up() {
      if (await isAlive(daemon)) Deno.kill(daemon, "SIGCONT");
      else daemon = await holder.startDaemon();
      await untilAnswering(`unix://${socket}`, folder, daemon);
    },
    async pause() {
      Deno.kill(daemon, "SIGSTOP");
      while (!await isStopped(daemon)) await sleep(5);
    },
    resume: () => Deno.kill(daemon, "SIGCONT"),
    stop: holder.stop,
  };
}

interface Holder {
  /** Starts the daemon and tells its process id. */
  startDaemon(): Promise<number>;
  stop(): Promise<void>;
}

/** Runs private_engine.sh, which explains itself. In a session of its own, so that Ctrl-C does not reach the daemon. */
function startHolder(folder: string, command: string[], programs: Programs): Holder {
  const script = new URL("./private_engine.sh", import.meta.url).pathname;
  const child = new Deno.Command("setsid", {
    args: ["bash", script, folder, ...command],
    clearEnv: true,
    env: {
      ...programs.env,
      ENGINE_ROOT: programs.kind === undefined ? "" : programs.unpacked ?? "",
      ENGINE_PATH: programs.path,
      // Programs of another suite run only once its C library has taken its place.
      PATH: programs.kind === undefined ? programs.path : searchPath(),
      HOME: "/root",
      LC_ALL: "C.UTF-8",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const complaints = child.stderr.text();
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    await input.close().catch(() => {});
    await output.cancel();
    const { success } = await child.status;
    if (!success) throw new Error(`Cannot remove the private engine in "${folder}": ${await complaints}`);
  }

  return {
    async startDaemon() {
      await input.write(new TextEncoder().encode("start\n"));
      // One write of the script is one line is one chunk.
      const { value = "" } = await output.read();
      const pid = Number(/^daemon (\d+)\n$/.exec(value)?.[1]);
      if (Number.isNaN(pid)) throw new Error(`Cannot start a private engine in "${folder}": ${await complaints}`);
      return pid;
    },
    stop: () => stopped ??= stop(),
  };
}

async function untilAnswering(host: string, folder: string, daemon: number): Promise<void> {
  const deadline = Date.now() + startMs;
  while (!await engineAnswers(host, 1000)) {
    const why = !await isAlive(daemon) ? "it ended" : Date.now() > deadline ? `no answer in ${startMs} ms` : undefined;
    if (why !== undefined) {
      const log = await Deno.readTextFile(`${folder}/log`);
      throw new Error(`Cannot start a private engine in "${folder}": ${why}\n${log.split("\n").slice(-6).join("\n")}`);
    }
    await sleep(30);
  }
}

/** A zombie counts as dead. */
async function isAlive(pid: number): Promise<boolean> {
  return !["", "Z", "X"].includes(await stateOf(pid));
}

/** The threads of a process stop one by one; until the last has, it may still answer. */
async function isStopped(pid: number): Promise<boolean> {
  for (const thread of Deno.readDirSync(`/proc/${pid}/task`)) {
    if (!["", "Z", "X", "T"].includes(await stateOf(`${pid}/task/${thread.name}`))) return false;
  }
  return true;
}

/** The letter of a process or thread, as in proc(5); empty where it is gone. */
async function stateOf(process: number | string): Promise<string> {
  const stat = await Deno.readTextFile(`/proc/${process}/stat`).catch(() => "");
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
