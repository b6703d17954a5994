import type { UnreachableReason } from "./errors.ts";

/** What a connection needs of the thing it runs over; `Deno.Conn` is one. */
export interface Conn {
  /** The number of bytes read, at least one; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** The number of bytes written. */
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  /** Instead of `close`, where another request may go over it. */
  keep?(): void;
}

/** The program ssh ended with a failure. `why` is there where it surely ended before the daemon was reached. */
export class SshFailure extends Error {
  override readonly name = "SshFailure";
  readonly why: UnreachableReason | undefined;

  constructor(message: string, why?: UnreachableReason) {
    super(message);
    this.why = why;
  }
}

/**
 * What ssh is started with to reach the daemon on `destination`, an ssh:// address without its path. Over there the
 * docker program connects its own stdin and stdout with the daemon, which is Docker's own way.
 */
export function sshArguments(destination: string, socket: string | undefined): string[] {
  const host = socket === undefined ? [] : ["--host", quoted(`unix://${socket}`)];
  return [
    ...["-T", "-a", "-x"],
    // Nobody is there to be asked.
    ...option("BatchMode=yes"),
    ...option("ConnectTimeout=10"),
    ...option("ServerAliveInterval=15"),
    // It may use a connection that is shared already, but must not outlive its request to share its own.
    ...option("ControlMaster=no"),
    ...option("ClearAllForwardings=yes"),
    ...option("RemoteCommand=none"),
    ...["--", destination, ["docker", ...host, "system", "dial-stdio"].join(" ")],
  ];
}

/** Connections by way of ssh. One takes some 400 ms to come up, so it is used again where it can be. */
export interface SshConnections {
  /** One that is there, else one that is started; the failure of ssh shows when its answer is read. */
  take(): Conn;
  close(): void;
}

export function sshConnections(args: readonly string[]): SshConnections {
  const idle = new Set<Idle>();
  const drop = (one: Idle) => {
    clearTimeout(one.timer);
    idle.delete(one);
    one.conn.close();
  };
  const put = (conn: SshConn) => {
    const one = { conn, timer: setTimeout(() => drop(one), idleFor) };
    idle.add(one);
    conn.ended.then(() => idle.has(one) && drop(one));
    // What waits here must not keep the program from its end.
    one.timer.unref();
    conn.unref();
    const [oldest] = idle;
    if (idle.size > mostIdle && oldest) drop(oldest);
  };
  return {
    take() {
      const [one] = idle;
      if (one) {
        clearTimeout(one.timer);
        idle.delete(one);
        one.conn.ref();
      }
      const conn = one?.conn ?? dialSsh(args);
      return { ...conn, keep: () => put(conn) };
    },
    close: () => idle.forEach(drop),
  };
}

interface Idle {
  conn: SshConn;
  timer: ReturnType<typeof setTimeout>;
}

/** Milliseconds. */
const idleFor = 60_000;
const mostIdle = 4;

interface SshConn extends Conn {
  /** Resolves when ssh has ended. */
  ended: Promise<unknown>;
  ref(): void;
  unref(): void;
}

/** Starts ssh; its stdin and stdout are the connection. */
function dialSsh(args: readonly string[]): SshConn {
  const child = spawn(args);
  const [output, input] = [child.stdout.getReader(), child.stdin.getWriter()];
  const complaint = listen(child.stderr);
  let rest: Uint8Array = new Uint8Array();
  return {
    ended: child.status,
    ref: () => child.ref(),
    unref: () => child.unref(),
    async read(into) {
      if (rest.length === 0) {
        const { done, value } = await output.read();
        if (done) return await ended(child, complaint);
        rest = value;
      }
      const length = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, length));
      rest = rest.subarray(length);
      return length;
    },
    async write(bytes) {
      await input.write(bytes);
      return bytes.length;
    },
    closeWrite: () => input.close(),
    close() {
      // Each of them may have ended by itself.
      input.abort().catch(() => {});
      output.cancel().catch(() => {});
      complaint.stop();
      kill(child);
    },
  };
}

function option(text: string): string[] {
  return ["-o", text];
}

/** For the shell over there. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function spawn(args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command("ssh", { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new SshFailure("the program ssh is not there", "ssh_missing");
  }
}

/** The end of the connection: null after a clean one. */
async function ended(child: Deno.ChildProcess, complaint: Complaint): Promise<null> {
  const { code } = await child.status;
  if (code === 0) return null;
  const text = await complaint.text();
  const known = sayings.find(({ says }) => says.test(text));
  if (known) throw new SshFailure(known.meaning, known.why);
  const line = text.trim().split("\n").at(-1)?.replace(/[^\x20-\x7e]/g, "").slice(0, 200);
  throw new SshFailure(`ssh ended with code ${code}${line ? `: ${line}` : ""}`);
}

/** What ssh, the shell over there and docker say, read from the top. */
const sayings: readonly { says: RegExp; why: UnreachableReason; meaning: string }[] = [
  { says: /could not resolve hostname/i, why: "unknown_host", meaning: "ssh cannot resolve the host name" },
  {
    says: /host key verification failed|host identification has changed/i,
    why: "host_key",
    meaning: "ssh does not know the key of this host, or it has changed",
  },
  {
    says: /permission denied \(|too many authentication failures/i,
    why: "login",
    meaning: "the host lets nobody in with the keys that ssh has",
  },
  {
    says: /permission denied while|dial unix .*permission denied/i,
    why: "remote_denied",
    meaning: "the user over there has no permission on Docker's socket",
  },
  {
    says: /cannot connect to the docker daemon|failed to connect to the docker|open the raw stream/i,
    why: "remote_down",
    meaning: "ssh works, but no daemon listens over there",
  },
  {
    says: /docker\S*: .*not found|not found: docker|unknown command: docker|no such file or directory.*docker/i,
    why: "remote_docker_missing",
    meaning: "ssh works, but the docker program is not on the PATH over there",
  },
  {
    says: /connect to host .*(refused|timed out|no route|unreachable)|kex_exchange_identification/i,
    why: "no_ssh",
    meaning: "no ssh server answers there",
  },
];

interface Complaint {
  text(): Promise<string>;
  stop(): void;
}

/** Keeps the last 4000 characters of what is said on stderr. */
function listen(stderr: ReadableStream<Uint8Array>): Complaint {
  const reader = stderr.getReader();
  const decoder = new TextDecoder();
  let kept = "";
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      kept = (kept + decoder.decode(value, { stream: true })).slice(-4000);
    }
  })().catch(() => {});
  return {
    async text() {
      // A shared connection keeps stderr open when its user has ended.
      let timer: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([reading, new Promise((resolve) => timer = setTimeout(resolve, 300))]);
      clearTimeout(timer);
      return kept;
    },
    stop: () => void reader.cancel().catch(() => {}),
  };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
}
