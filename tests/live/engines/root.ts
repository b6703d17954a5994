import { unpackPackages } from "../debian_packages.ts";
import type { Programs } from "../private_engine_programs.ts";
import { type EngineKind, engineKinds, isEngineKind } from "./kinds.ts";

/** In the folder of an unpacked engine: its kind. */
const marker = "engine_kind";

/**
 * Unpacks an engine of another Debian suite with everything it needs, the C library included, into `folder`: a root of
 * its own, whose `usr` takes the place of the machine's where the engine runs. Takes about 20 seconds.
 */
export async function unpackRoot(kind: EngineKind, folder: string): Promise<Programs> {
  const { suite, packages } = engineKinds[kind];
  // All there is lies in usr; without the links an older suite would put its libraries beside it.
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    await Deno.mkdir(`${folder}/usr/${name}`, { recursive: true });
    await Deno.symlink(`usr/${name}`, `${folder}/${name}`);
  }
  await unpackPackages(packages, folder, { suite, whole: true });
  await finish(folder);
  await Deno.writeTextFile(`${folder}/${marker}`, kind);
  return rootPrograms(kind, folder);
}

/** The kind of the engine in a folder that `unpackRoot` has filled; undefined for any other. */
export function kindIn(folder: string): EngineKind | undefined {
  try {
    const kind = Deno.readTextFileSync(`${folder}/${marker}`);
    return isEngineKind(kind) ? kind : undefined;
  } catch {
    return undefined;
  }
}

export function rootPrograms(kind: EngineKind, folder: string): Programs {
  return { unpacked: folder, kind, path: `${folder}/usr/sbin:${folder}/usr/bin`, env: {} };
}

/** What the scripts of the packages would have done. */
async function finish(folder: string): Promise<void> {
  await Deno.symlink("dash", `${folder}/usr/bin/sh`).catch(ignoreExisting);
  for (const name of ["iptables", "ip6tables"].flatMap((name) => [name, `${name}-save`, `${name}-restore`])) {
    await Deno.symlink("xtables-nft-multi", `${folder}/usr/sbin/${name}`).catch(ignoreExisting);
  }
  await Deno.copyFile("/usr/lib/os-release", `${folder}/usr/lib/os-release`);
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
}
