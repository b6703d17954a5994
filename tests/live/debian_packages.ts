import { temporaryFolder } from "../temporary.ts";

export interface UnpackOptions {
  /** What counts as installed. */
  status?: string;
  /** Another suite of the machine's own Debian mirror, for packages that run on this one too; without what they need. */
  suite?: string;
  /** With all that they need, as if nothing were installed; for a root of its own. */
  whole?: boolean;
}

/**
 * Downloads packages, and what they depend on and the machine lacks, and unpacks them into `folder`. Nothing is
 * installed, no script of a package runs, and apt's own lists and caches stay as they are.
 */
export async function unpackPackages(
  names: readonly string[],
  folder: string,
  options: UnpackOptions = {},
): Promise<void> {
  using apt = temporaryFolder();
  try {
    await download(names, apt.path, options);
    await Deno.mkdir(folder, { recursive: true });
    await unpackAll(await archives(apt.path), folder);
  } catch (cause) {
    throw new Error(`Cannot unpack "${names.join(" ")}" from Debian packages: ${reason(cause)}`, { cause });
  }
}

async function download(names: readonly string[], apt: string, options: UnpackOptions): Promise<void> {
  await Deno.mkdir(`${apt}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${apt}/cache/archives/partial`, { recursive: true });
  const { suite, whole = false, status = whole ? `${apt}/nothing` : "/var/lib/dpkg/status" } = options;
  await Deno.writeTextFile(`${apt}/nothing`, "");
  const settings = [...aptSettings(apt, status), ...suite === undefined ? [] : await suiteSettings(apt, suite)];
  // A list that cannot be fetched is only a warning to apt; it explains the failure that may follow.
  const warnings = await run("apt-get", [...settings, "update"]);
  const install = ["--yes", "--download-only", "--no-install-recommends", "install"];
  try {
    const cwd = `${apt}/cache/archives`;
    const command = suite === undefined || whole ? install : ["download"];
    await run("apt-get", [...settings, ...command, ...names], { cwd });
  } catch (cause) {
    throw new Error(`${reason(cause)}\n${warnings}`.trim(), { cause });
  }
}

/** The mirror that the machine uses already, and none but this suite of it. */
async function suiteSettings(apt: string, suite: string): Promise<string[]> {
  const sources = await Promise.all(sourceFiles.map((file) => Deno.readTextFile(file).catch(() => "")));
  // `URIs: http://host/debian` in the one file, `deb [options] http://host/debian bookworm main` in the other.
  const mirror = /^(?:URIs:|deb .*?)\s*(https?:\/\/\S+\/debian\/?)(?=\s|$)/m.exec(sources.join("\n"))?.[1];
  const line = `deb [signed-by=${await keyring(apt)}] ${mirror ?? "http://deb.debian.org/debian"} ${suite} main\n`;
  await Deno.writeTextFile(`${apt}/sources.list`, line);
  const nothing = ["SourceParts", "Preferences", "PreferencesParts"].flatMap((n) => ["-o", `Dir::Etc::${n}=/dev/null`]);
  return ["-o", `Dir::Etc::SourceList=${apt}/sources.list`, ...nothing];
}

const sourceFiles = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];

/** The keys that Debian's suites are signed with: Ubuntu offers them too, but has them not installed. */
async function keyring(apt: string): Promise<string> {
  const path = "usr/share/keyrings/debian-archive-keyring.gpg";
  if (await Deno.stat(`/${path}`).then(() => true, () => false)) return `/${path}`;
  await unpackPackages(["debian-archive-keyring"], `${apt}/keys`);
  return `${apt}/keys/${path}`;
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

/** Links to folders that are there stay, and nobody reads the handbooks. Four at a time: each takes a processor. */
async function unpackAll(archives: string[], folder: string): Promise<void> {
  const unread = ["doc", "man", "info", "locale"].map((name) => `--exclude=./usr/share/${name}/*`);
  const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$0" | tar -x --no-same-owner --keep-directory-symlink "$@"';
  const left = [...archives];
  await Promise.all([1, 2, 3, 4].map(async () => {
    for (let archive = left.pop(); archive !== undefined; archive = left.pop()) {
      await run("bash", ["-c", script, archive, "-C", folder, ...unread]);
    }
  }));
}

/** Runs a program within five minutes; its stderr is the answer, and the reason where it fails. */
async function run(program: string, args: string[], options: { cwd?: string } = {}): Promise<string> {
  const signal = AbortSignal.timeout(300_000);
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
  const { success, stderr } = await new Deno.Command(program, { ...options, args, env, signal, stdin: "null" })
    .output();
  const text = new TextDecoder().decode(stderr).trim();
  if (!success) throw new Error(`"${program}" failed: ${text}`);
  return text;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
