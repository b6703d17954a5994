import { unpackPackages } from "./debian_packages.ts";
import type { EngineKind } from "./engines/kinds.ts";
import { kindIn, rootPrograms } from "./engines/root.ts";

/** The programs that a private engine runs on. */
export interface Programs {
  /** The folder that packages were unpacked into; absent where the machine's own programs do. */
  unpacked?: string;
  /** Where that folder is a root of its own, for an engine of another Debian suite: which one. */
  kind?: EngineKind;
  /** The PATH on which they find each other. */
  path: string;
  /** What else they need in their environment: the paths of unpacked libraries. */
  env: Record<string, string>;
}

const needed = ["dockerd", "containerd", "runc", "iptables", "ip"];
// With busybox-static, so that the test image needs no second download.
const packages = ["docker.io", "iptables", "iproute2", "busybox-static"];

/** The machine's own programs, or undefined where one of them is missing. */
export async function installedPrograms(): Promise<Programs | undefined> {
  const path = searchPath();
  for (const name of needed) {
    if (await findProgram(name, path) === undefined) return undefined;
  }
  return { path, env: {} };
}

/** Unpacks what Debian or Ubuntu offers, and this machine lacks, into `folder`; nothing is installed. */
export async function unpackPrograms(folder: string, options: { status?: string } = {}): Promise<Programs> {
  await unpackPackages(packages, folder, options);
  const programs = await unpackedPrograms(folder);
  await linkIptables(folder);
  return programs;
}

/** The programs in a folder that `unpackPrograms` or `unpackRoot` has filled before. */
export async function unpackedPrograms(folder: string): Promise<Programs> {
  const kind = kindIn(folder);
  if (kind !== undefined) return rootPrograms(kind, folder);
  const libraries = await libraryFolders(folder);
  const path = ["usr/sbin", "usr/bin", "sbin", "bin"].map((part) => `${folder}/${part}`).concat(searchPath()).join(":");
  const env: Record<string, string> = { LD_LIBRARY_PATH: libraries.join(":") };
  for (const library of libraries) {
    if (await exists(`${library}/xtables`)) env["XTABLES_LIBDIR"] = `${library}/xtables`;
  }
  return { unpacked: folder, path, env };
}

/** The path of a program, looked up as a shell does; undefined where it is not there. */
export async function findProgram(name: string, path = searchPath()): Promise<string | undefined> {
  for (const folder of path.split(":")) {
    if (await exists(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return undefined;
}

/** The PATH with the folders for administrators, which a plain `su` leaves out. */
export function searchPath(): string {
  return [Deno.env.get("PATH"), "/usr/local/sbin:/usr/sbin:/sbin"].filter(Boolean).join(":");
}

/** The folders that hold shared libraries, one for each architecture: `usr/lib/x86_64-linux-gnu`. */
async function libraryFolders(folder: string): Promise<string[]> {
  const found = [];
  for (const parent of [`${folder}/usr/lib`, `${folder}/lib`]) {
    if (!await exists(parent)) continue;
    for await (const entry of Deno.readDir(parent)) {
      if (entry.isDirectory && entry.name.includes("-linux-")) found.push(`${parent}/${entry.name}`);
    }
  }
  return found;
}

/** Does what update-alternatives does where iptables is installed; it is not in the packages themselves. */
async function linkIptables(folder: string): Promise<void> {
  const sbin = `${folder}/usr/sbin`;
  if (!await exists(`${sbin}/xtables-nft-multi`)) return;
  for (const name of ["iptables", "ip6tables"].flatMap((name) => [name, `${name}-save`, `${name}-restore`])) {
    await Deno.symlink("xtables-nft-multi", `${sbin}/${name}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
