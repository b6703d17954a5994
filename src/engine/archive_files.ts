import { cannotRead, isWithin, type LocalFilesOptions, requirePermitted, whyNot } from "./build_context.ts";
import { EngineError } from "./errors.ts";
import { isAt, openAt, type Place } from "./opened.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

/** Archives, and files to send as they are, in the folders that the operator named. */
export interface ArchiveFiles {
  /** The content and its length in bytes; it must be read to its end or cancelled. */
  openArchive(path: string): Promise<{ content: ReadableStream<Uint8Array<ArrayBuffer>>; size: number }>;
  /** The whole of a file of at most so many bytes. */
  readFile(path: string, most: number): Promise<Uint8Array>;
  /** Writes a new file, which is removed where that fails; gives its length. A file that is there is never replaced. */
  writeArchive(
    path: string,
    chunks: AsyncIterable<Uint8Array>,
    options?: { progress?: (bytes: number) => void },
  ): Promise<number>;
}

export function archiveFiles(options: LocalFilesOptions): ArchiveFiles {
  return {
    openArchive: (path) => open(path, options),
    async readFile(path, most) {
      const { content, size } = await open(path, options);
      if (size <= most) return await new Response(content).bytes();
      await content.cancel();
      throw unusable(`Cannot read "${path}": it has ${size} bytes, and at most ${most} can be sent`);
    },
    async writeArchive(path, chunks, { progress = () => {} } = {}) {
      const file = named(path, options);
      const folder = posix.dirname(file);
      const realFolder = await Deno.realPath(folder).catch(cannotRead(folder));
      await requirePermitted(realFolder, options);
      const place = { path: file, real: posix.join(realFolder, posix.basename(file)) };
      // `createNew` follows no link, and an image may hold secrets of whoever built it.
      const target = await openAt(place, { write: true, createNew: true, mode: 0o600 }).catch(cannotWrite(file));
      try {
        return await copy(chunks, { target, file, progress });
      } catch (cause) {
        await discard(target, place).catch(() => {});
        throw cause;
      } finally {
        target.close();
      }
    },
  };
}

/** Removes what was written, but nothing that lies there in its place by now. */
async function discard(target: Deno.FsFile, place: Place): Promise<void> {
  await target.truncate();
  if (isAt(target, place)) await Deno.remove(place.path);
}

async function open(path: string, options: LocalFilesOptions) {
  const file = named(path, options);
  const real = await Deno.realPath(file).catch(cannotRead(file));
  await requirePermitted(real, options);
  const { isFile, size } = await Deno.stat(file).catch(cannotRead(file));
  // A pipe or a device may never end.
  if (!isFile) throw unusable(`Cannot read "${file}": it is not a file`);
  const opened = await openAt({ path: file, real }).catch(cannotRead(file));
  return { content: opened.readable, size };
}

/** The path, cleaned; it must lie in a permitted folder by its name already. */
function named(path: string, { folders, refusal }: LocalFilesOptions): string {
  const file = posix.normalize(path);
  if (folders.includes(file)) throw unusable(`Cannot use "${file}": it is a folder; name a file in it`);
  if (!folders.some((folder) => isWithin(file, folder))) throw refusal(file, posix.dirname(file));
  return file;
}

interface Copying {
  target: Deno.FsFile;
  file: string;
  progress(bytes: number): void;
}

async function copy(chunks: AsyncIterable<Uint8Array>, { target, file, progress }: Copying): Promise<number> {
  let written = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) at += await target.write(chunk.subarray(at)).catch(cannotWrite(file));
    written += chunk.length;
    progress(written);
  }
  return written;
}

function cannotWrite(file: string): (cause: unknown) => never {
  return (cause) => {
    throw unusable(`Cannot write "${file}": ${whyNot(cause, `--allow-write=${file}`)}`, cause);
  };
}

function unusable(message: string, cause?: unknown): EngineError {
  return new EngineError(message, { fault: { kind: "context" }, request: "a local file", cause });
}
