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
  /** Closes stdin and gives the exit code. */
  end(): Promise<number>;
}

export interface SpawnedOptions {
  /** Flags of the program. */
  args?: readonly string[];
}

/** Starts the program with exactly the permissions that it prints for itself, on the fake daemon behind a real socket. */
export async function spawned({ args = [] }: SpawnedOptions = {}): Promise<Spawned> {
  const { daemon, socket, stop } = daemonOnSocket();
  const child = new Deno.Command(Deno.execPath(), {
    ...serveCommand(socket, args),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const log: string[] = [];
  const waiting = new Map<unknown, (message: Message) => void>();
  const reading = Promise.all([
    readLines(child.stdout, (line) => {
      lines.push(line);
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
    }),
    readLines(child.stderr, (line) => log.push(line)),
  ]);
  const input = child.stdin.getWriter();
  const write = (line: string) => input.write(new TextEncoder().encode(line + "\n"));
  const send = (message: object) => write(JSON.stringify({ jsonrpc: "2.0", ...message }));
  let last = 0;
  let closed: Promise<void> | undefined;
  const end = async () => {
    await (closed ??= input.close());
    await reading;
    return (await child.status).code;
  };
  return {
    daemon,
    lines,
    log,
    async ask(method, params = {}) {
      const id = ++last;
      const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
      await send({ id, method, params });
      const ended = child.status.then(({ code }) => {
        throw new Error(`The program ended with ${code}: ${log.join("\n")}`);
      });
      return await Promise.race([answered, ended]);
    },
    write,
    notify: (method, params = {}) => send({ method, params }),
    lastId: () => last,
    end,
    async [Symbol.asyncDispose]() {
      await end();
      await stop();
    },
  };
}

/** The fake daemon behind a Unix socket in a folder of its own. */
export function daemonOnSocket() {
  const daemon = fakeDaemon();
  const folder = Deno.makeTempDirSync();
  const socket = `${folder}/docker.sock`;
  const server = Deno.serve({ path: socket, onListen: () => {} }, (request) => daemon.fetch(request));
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
