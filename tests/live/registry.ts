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
  /** Who gets in: only `account`, by its password or by a token that a second server gives for it; all, unless told. */
  asks?: "password" | "token";
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
  { pid, program, port, asks }: TestRegistryOptions,
): Promise<TestRegistry> {
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-registry-" });
  await Deno.writeTextFile(`${folder}/htpasswd`, htpasswd);
  await Deno.writeTextFile(`${folder}/config.yml`, configOf({ folder, port, asks }));
  const inside = (...command: string[]) => startInside(pid, command);
  const issuer = [
    "run",
    "--no-config",
    "-A",
    import.meta.resolve("./registry_tokens.ts"),
    String(port + tokenPortOffset),
  ];
  const children = [
    inside(program, "serve", `${folder}/config.yml`),
    ...(asks === "token" ? [inside(Deno.execPath(), ...issuer)] : []),
  ];
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= stopAll(children, folder);
  try {
    await Promise.all(children.map(untilListening));
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { address: `127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop };
}

function startInside(pid: number, command: readonly string[]): Deno.ChildProcess {
  const args = ["--target", String(pid), "--net", ...command];
  return new Deno.Command("nsenter", { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
}

async function stopAll(children: readonly Deno.ChildProcess[], folder: string): Promise<void> {
  for (const child of children) {
    child.kill("SIGKILL");
    await child.status;
  }
  await Deno.remove(folder, { recursive: true });
}

/** The server of tokens listens this far from its registry. */
const tokenPortOffset = 1000;

function certificate(name: string): string {
  return new URL(`../engine/tls/${name}`, import.meta.url).pathname;
}

function configOf({ folder, port, asks }: { folder: string; port: number; asks: TestRegistryOptions["asks"] }): string {
  const token = {
    realm: `http://127.0.0.1:${port + tokenPortOffset}/token`,
    service: "test",
    issuer: "test",
    rootcertbundle: certificate("ca.pem"),
  };
  const auth = { password: { htpasswd: { realm: "test", path: `${folder}/htpasswd` } }, token: { token } };
  // YAML takes JSON.
  return JSON.stringify({
    version: "0.1",
    log: { level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: `${folder}/store` } },
    http: { addr: `127.0.0.1:${port}`, secret: "test" },
    ...(asks ? { auth: auth[asks] } : {}),
  });
}

/** Reads on to the end, so that the log never stands still. */
async function untilListening({ stderr }: Deno.ChildProcess): Promise<void> {
  const log = stderr.pipeThrough(new TextDecoderStream());
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
