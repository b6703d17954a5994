import { unpackPackages } from "../debian_packages.ts";

/** Where Docker and Debian put the plugin, which runs by itself as well. */
const usual = [
  "/usr/libexec/docker/cli-plugins/docker-compose",
  "/usr/local/libexec/docker/cli-plugins/docker-compose",
  "/usr/lib/docker/cli-plugins/docker-compose",
  "/usr/local/lib/docker/cli-plugins/docker-compose",
];

let found: Promise<string | undefined> | undefined;

/**
 * The real docker compose, version 2 or later: DOCKER_MCP_TEST_COMPOSE names it, or it is where it usually is, or it is
 * unpacked from Debian's package of it, which needs nothing but libc. Nothing where it cannot be had; with CI=true that is
 * a failure.
 */
export function composeProgram(): Promise<string | undefined> {
  return found ??= search();
}

async function search(): Promise<string | undefined> {
  for (const path of [Deno.env.get("DOCKER_MCP_TEST_COMPOSE"), ...usual]) {
    if (path !== undefined && await isCompose(path)) return path;
  }
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-compose-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  try {
    await unpackPackages(["docker-compose"], folder, { suite: "sid" });
  } catch (cause) {
    if (Deno.env.get("CI") === "true") throw new Error("Cannot have the real docker compose", { cause });
    return undefined;
  }
  const path = `${folder}${usual[0]}`;
  return await isCompose(path) ? path : undefined;
}

async function isCompose(path: string): Promise<boolean> {
  try {
    const { success, stdout } = await new Deno.Command(path, { args: ["version", "--short"], stderr: "null" }).output();
    return success && Number(new TextDecoder().decode(stdout).replace(/^v/, "").split(".")[0]) >= 2;
  } catch {
    return false;
  }
}

/** What a run of the program came to. */
export interface Ran {
  ok: boolean;
  /** What it says on stderr, where it tells of its steps. */
  told: string;
  output: string;
}

export async function runCompose(program: string, args: string[], { host, folder }: { host: string; folder: string }) {
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: "/nonexistent", COMPOSE_PROGRESS: "plain", HOME: "/nonexistent" };
  const signal = AbortSignal.timeout(120_000);
  const command = new Deno.Command(program, { args, env, cwd: folder, signal, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const [output, told] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { ok: success, told: told ?? "", output: output ?? "" } satisfies Ran;
}
