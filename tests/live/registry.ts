import { unpackPackages } from "./debian_packages.ts";
import { findProgram } from "./private_engine_programs.ts";

/** A registry that only its caller knows, reached by one engine on its loopback address. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:5000` */
  address: string;
  stop(): Promise<void>;
}

export interface TestRegistryOptions {
  /** A process in whose network it listens: the engine's. */
  pid: number;
  /** As `registryProgram` found it. */
  program: string;
  port: number;
  /** Only `account` gets in. */
  closed?: boolean;
}

/** The one account of a closed registry. */
export const account = { username: "alice", password: "s3cret" };

// bcrypt of the password above, with the lowest cost there is.
const htpasswd = "alice:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n";

/** The path of Debian's docker-registry: the machine's own, else unpacked into `folder`. */
export async function registryProgram(folder: string): Promise<string> {
  const installed = await findProgram("docker-registry");
  if (installed !== undefined) return installed;
  await unpackPackages(["docker-registry"], folder);
  return `${folder}/usr/bin/docker-registry`;
}

/** Starts a registry and waits until it listens. */
export async function startRegistry(
  { pid, program, port, closed = false }: TestRegistryOptions,
): Promise<TestRegistry> {
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-registry-" });
  await Deno.writeTextFile(`${folder}/htpasswd`, htpasswd);
  await Deno.writeTextFile(`${folder}/config.yml`, configOf({ folder, port, closed }));
  const child = new Deno.Command("nsenter", {
    args: ["--target", String(pid), "--net", program, "serve", `${folder}/config.yml`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = child.stderr.pipeThrough(new TextDecoderStream());
  let stopped: Promise<void> | undefined;
  const stop = () =>
    stopped ??= (async () => {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    })();
  try {
    await untilListening(log);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { address: `127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop };
}

function configOf({ folder, port, closed }: { folder: string; port: number; closed: boolean }): string {
  const auth = closed ? { auth: { htpasswd: { realm: "test", path: `${folder}/htpasswd` } } } : {};
  // YAML takes JSON.
  return JSON.stringify({
    version: "0.1",
    log: { level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: `${folder}/store` } },
    http: { addr: `127.0.0.1:${port}`, secret: "test" },
    ...auth,
  });
}

/** Reads on to the end, so that the log never stands still. */
async function untilListening(log: ReadableStream<string>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const read = async () => {
    let text = "";
    for await (const piece of log) {
      if (text.length < 10_000) text += piece;
      if (text.includes("listening on")) resolve();
    }
    reject(new Error(`Cannot start the registry: ${text.trim()}`));
  };
  read().catch(reject);
  await promise;
}
