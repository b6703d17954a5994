import { isWithin, type LocalFilesOptions, requirePermitted } from "../../engine/build_context.ts";
import { openAt } from "../../engine/opened.ts";
import { ComposeError } from "../errors.ts";
import type { Host } from "./host.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

export interface DiskOptions extends LocalFilesOptions {
  env: ReadonlyMap<string, string>;
  home: string;
  cwd: string;
}

// A Compose file is text that a person wrote; a huge one is a mistake, or an attack.
const maxBytes = 4 * 1024 * 1024;

/** The machine's files, as far as the operator's folders allow. */
export function diskHost(options: DiskOptions): Host {
  const { folders, env, home, cwd } = options;
  const isOutside = (path: string) => !folders.some((folder) => isWithin(posix.normalize(path), folder));
  return {
    env,
    home,
    cwd,
    refusal: (path) => isOutside(path) ? options.refusal(posix.normalize(path)) : undefined,
    async readText(path) {
      if (isOutside(path)) throw options.refusal(posix.normalize(path));
      const real = await Deno.realPath(path).catch(unreadable(path));
      await requirePermitted(real, options);
      const { size } = await Deno.stat(path).catch(unreadable(path));
      if (size > maxBytes) throw new ComposeError(`Cannot read ${path}: it has more than ${maxBytes} bytes`);
      const { readable } = await openAt({ path, real }).catch(unreadable(path));
      return await new Response(readable).text().catch(unreadable(path));
    },
    async isFile(path) {
      const real = isOutside(path) ? undefined : await Deno.realPath(path).catch(() => undefined);
      if (real === undefined) return false;
      await requirePermitted(real, options);
      return (await Deno.stat(real)).isFile;
    },
  };
}

function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ComposeError(`Cannot read ${path}: ${why}`, { cause });
  };
}
