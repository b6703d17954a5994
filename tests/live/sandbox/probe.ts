/**
 * Runs inside the serving process, before its main module (`deno run --preload`): tries what the sandbox must refuse
 * and reports each outcome on stderr, in two lines that start with PROBE.
 */
const attempts: Record<string, () => unknown> = {
  readFile: () => Deno.readTextFileSync("/etc/passwd"),
  writeFile: () => Deno.writeTextFileSync("/tmp/docker-mcp-probe", ""),
  otherHost: () => fetch("http://127.0.0.1:8099/"),
  otherSocket: () => Deno.connect({ transport: "unix", path: "/tmp/docker-mcp-other.sock" }),
  program: () => new Deno.Command("/bin/true").outputSync(),
  library: () => Deno.dlopen("libc.so.6", {}),
  otherVariable: () => Deno.env.get("PATH"),
};

/** Tried on SIGUSR1, once the server is up: a refused package makes the loader refuse the program's own packages too. */
const packages: Record<string, () => unknown> = {
  remoteCode: () => import(remote("https://esm.sh/left-pad@1.3.0")),
  npmCode: () => import(remote("npm:left-pad@1.3.0")),
  jsrCode: () => import(remote("jsr:@std/path@1.0.0")),
};

/** Kept from the module graph, which is built before anything runs. */
function remote(specifier: string): string {
  return specifier.split("").join("");
}

async function report(what: Record<string, () => unknown>): Promise<void> {
  const outcomes: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(what)) {
    try {
      await attempt();
      outcomes[name] = "possible";
    } catch (error) {
      outcomes[name] = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
  console.error(`PROBE ${JSON.stringify(outcomes)}`);
}

await report(attempts);
Deno.addSignalListener("SIGUSR1", () => report(packages));
