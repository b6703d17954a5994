/**
 * Downloads packages, and what they depend on and the machine lacks, and unpacks them into `folder`. Nothing is
 * installed, no script of a package runs, and apt's own lists and caches stay as they are.
 */
export async function unpackPackages(
  names: readonly string[],
  folder: string,
  options: { status?: string } = {},
): Promise<void> {
  const apt = await Deno.makeTempDir({ prefix: "docker-mcp-apt-" });
  try {
    await download(names, apt, options.status ?? "/var/lib/dpkg/status");
    await Deno.mkdir(folder, { recursive: true });
    await Promise.all((await archives(apt)).map((archive) => run("dpkg-deb", ["-x", archive, folder])));
  } catch (cause) {
    throw new Error(`Cannot unpack "${names.join(" ")}" from Debian packages: ${reason(cause)}`, { cause });
  } finally {
    await Deno.remove(apt, { recursive: true });
  }
}

async function download(names: readonly string[], apt: string, status: string): Promise<void> {
  await Deno.mkdir(`${apt}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${apt}/cache/archives/partial`, { recursive: true });
  const settings = aptSettings(apt, status);
  // A list that cannot be fetched is only a warning to apt; it explains the failure that may follow.
  const warnings = await run("apt-get", [...settings, "update"]);
  try {
    await run("apt-get", [...settings, "--yes", "--download-only", "--no-install-recommends", "install", ...names]);
  } catch (cause) {
    throw new Error(`${reason(cause)}\n${warnings}`.trim(), { cause });
  }
}

/** All that apt writes goes to the folder `apt`; `status` is only read, so no lock of the system is needed. */
function aptSettings(apt: string, status: string): string[] {
  const settings = {
    "Dir::State": apt,
    "Dir::State::lists": `${apt}/lists`,
    "Dir::State::status": status,
    "Dir::Cache": `${apt}/cache`,
    "Dir::Cache::archives": `${apt}/cache/archives`,
    "Dir::Log": apt,
    "APT::Sandbox::User": "root",
    "Debug::NoLocking": "true",
    "Acquire::Languages": "none",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "20",
  };
  return ["-q", ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
}

async function archives(apt: string): Promise<string[]> {
  const found = [];
  for await (const entry of Deno.readDir(`${apt}/cache/archives`)) {
    if (entry.name.endsWith(".deb")) found.push(`${apt}/cache/archives/${entry.name}`);
  }
  return found;
}

/** Runs a program within five minutes; its stderr is the answer, and the reason where it fails. */
async function run(program: string, args: string[]): Promise<string> {
  const signal = AbortSignal.timeout(300_000);
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
  const { success, stderr } = await new Deno.Command(program, { args, env, signal, stdin: "null" }).output();
  const text = new TextDecoder().decode(stderr).trim();
  if (!success) throw new Error(`"${program}" failed: ${text}`);
  return text;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
