import type { Host } from "./load/host.ts";
import type { Project } from "./project.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

/** The options of `security_opt` that name a seccomp profile in a file, each with the file's absolute path. */
export function profileFiles({ services, directory }: Project): ReadonlyMap<string, string> {
  const options = [...services.values()].flatMap(({ security_opt = [] }) => security_opt);
  return new Map(options.flatMap((option): [string, string][] => {
    const [, file = ""] = /^seccomp[=:](.+)$/.exec(option) ?? [];
    const isFile = file !== "" && file !== "unconfined" && file !== "builtin" && !file.startsWith("{");
    return isFile ? [[option, posix.resolve(directory, file)]] : [];
  }));
}

/** The options as the engine takes them, with the profile itself; those whose file cannot be read are left out. */
export async function readProfiles(
  project: Project,
  { readText }: Pick<Host, "readText">,
): Promise<ReadonlyMap<string, string>> {
  const read = [...profileFiles(project)].map(async ([option, path]): Promise<[string, string][]> => {
    try {
      return [[option, `seccomp=${JSON.stringify(JSON.parse(await readText(path)))}`]];
    } catch {
      return [];
    }
  });
  return new Map((await Promise.all(read)).flat());
}
