import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { type FakeDaemon, fakeDaemon } from "../fake_daemon.ts";

/** A message of JSON-RPC, as it came. */
// deno-lint-ignore no-explicit-any -- tests look into it freely
export type Message = any;

/** The program as a stranger runs it: started from a shell, spoken to in lines. Ends with `await using`. */
export interface Spawned extends AsyncDisposable {
  daemon: FakeDaemon;
  /** Every line of stdout in order. */
  lines: string[];
  /** Every line of stderr in order. */
  log: string[];
  /** Sends a request and gives the message that answers it, be it a result or an error. */
  ask(method: string, params?: Record<string, unknown>): Promise<Message>;
  /** Sends a line as it is. */
  write(line: string): Promise<void>;
  notify(method: string, params?: Record<string, unknown>): Promise<void>;
  /** The id of the request that was sent last. */
  lastId(): number;
  /** Closes stdin, or sends the signal, and gives the exit code; a program that goes on for half a minute is killed. */
  end(signal?: Deno.Signal): Promise<number>;
}

export interface SpawnedOptions {
  /** Flags of the program. */
  args?: readonly string[];
}

/** Starts the program with exactly the permissions that it prints for itself, on the fake daemon behind a real socket. */
export function spawned({ args = [] }: SpawnedOptions = {}): Spawned {
  const { daemon, socket, stop } = daemonOnSocket();
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(Deno.execPath(), { ...serveCommand(socket, args), ...pipes }).spawn();
  const { lines, log, answers, reading } = readAll(child);
  const input = child.stdin.getWriter();
  const write = (line: string) => input.write(new TextEncoder().encode(line + "\n"));
  const send = (message: object) => write(JSON.stringify({ jsonrpc: "2.0", ...message }));
  let last = 0;
  let closed: Promise<void> | undefined;
  const end = async (signal?: Deno.Signal) => {
    if (signal) child.kill(signal);
    else await (closed ??= input.close());
    const patience = setTimeout(() => child.kill(), 30_000);
    await reading;
    clearTimeout(patience);
    return (await child.status).code;
  };
  return {
    daemon,
    lines,
    log,
    write,
    notify: (method, params = {}) => send({ method, params }),
    lastId: () => last,
    end,
    ask(method, params = {}) {
      const id = ++last;
      const answered = new Promise<Message>((resolve) => answers.set(id, resolve));
      const ended = child.status.then(({ code }) => {
        throw new Error(`The program ended with ${code}: ${log.join("\n")}`);
      });
      const answer = Promise.race([send({ id, method, params }).then(() => answered), ended]);
      // A call may be left behind; whoever waits for it hears of its end all the same.
      answer.catch(() => {});
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await end();
      await stop();
    },
  };
}

/** What the program says, line by line; whoever waits in `answers` gets the message with his id. */
function readAll({ stdout, stderr }: Deno.ChildProcess) {
  const lines: string[] = [];
  const log: string[] = [];
  const answers = new Map<unknown, (message: Message) => void>();
  const reading = Promise.all([
    readLines(stdout, (line) => {
      lines.push(line);
      const message: Message = line.startsWith("{") ? JSON.parse(line) : {};
      answers.get(message.id)?.(message);
    }),
    readLines(stderr, (line) => log.push(line)),
  ]);
  return { lines, log, answers, reading };
}

const clientInfo = { name: "stranger", version: "1" };

/** The handshake of the versions before 2026-07-28; gives the answer to `initialize`. */
export async function initialized(server: Spawned, protocolVersion = "2025-11-25"): Promise<Message> {
  const answer = await server.ask("initialize", { protocolVersion, capabilities: {}, clientInfo });
  await server.notify("notifications/initialized");
  return answer;
}

/** What a client of 2026-07-28 sends with each request. */
export function envelope(capabilities: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": clientInfo,
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    },
  };
}

/** The fake daemon behind a Unix socket in a folder of its own. */
export function daemonOnSocket() {
  const daemon = fakeDaemon();
  const folder = Deno.makeTempDirSync();
  const socket = `${folder}/docker.sock`;
  const server = Deno.serve({ path: socket, onListen: () => {} }, daemon.respond);
  const stop = async () => {
    await server.shutdown();
    Deno.removeSync(folder, { recursive: true });
  };
  return { daemon, socket, stop };
}

/** How the program is started to serve on `socket`, in an environment that says nothing of any engine. */
export function serveCommand(socket: string, args: readonly string[] = []) {
  const own = ["--host", `unix://${socket}`, ...args];
  const flags = permissionFlags(parseConfig(own, () => undefined), { form: "source" });
  const main = new URL("../../main.ts", import.meta.url).pathname;
  return { args: ["run", ...flags, main, "serve", ...own], env: plainEnvironment(), clearEnv: true };
}

/** What Deno needs to find its cache. */
export function plainEnvironment(): Record<string, string> {
  const names = ["HOME", "PATH", "DENO_DIR"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

async function readLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: (line: string) => void): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const found = (rest + text).split("\n");
    rest = found.pop() ?? "";
    found.forEach(take);
  }
  if (rest) take(rest);
}
