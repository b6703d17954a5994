import { cannotRead, isWithin, type LocalFilesOptions, requirePermitted, whyNot } from "./build_context.ts";
import { EngineError } from "./errors.ts";

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
      await requirePermitted(await Deno.realPath(folder).catch(cannotRead(folder)), options);
      // `createNew` follows no link, and an image may hold secrets of whoever built it.
      const target = await Deno.open(file, { write: true, createNew: true, mode: 0o600 }).catch(cannotWrite(file));
      try {
        await requireOpened(target, file, options);
        return await copy(chunks, { target, file, progress });
      } catch (cause) {
        if (await isAt(await identity(target), file)) await Deno.remove(file).catch(() => {});
        throw cause;
      } finally {
        target.close();
      }
    },
  };
}

async function open(path: string, options: LocalFilesOptions) {
  const file = named(path, options);
  await requirePermitted(await Deno.realPath(file).catch(cannotRead(file)), options);
  const { isFile, size } = await Deno.stat(file).catch(cannotRead(file));
  // A pipe or a device may never end.
  if (!isFile) throw unusable(`Cannot read "${file}": it is not a file`);
  const opened = await Deno.open(file).catch(cannotRead(file));
  try {
    await requireOpened(opened, file, options);
    return { content: opened.readable, size };
  } catch (cause) {
    opened.close();
    throw cause;
  }
}

/** Who swaps a folder and a link must be lucky at each look; Deno has no way to open a file that follows none. */
const looks = 12;

/** Refuses what was opened by way of a link that was put in after the path had been judged. */
async function requireOpened(opened: Deno.FsFile, file: string, options: LocalFilesOptions): Promise<void> {
  const own = await identity(opened);
  for (let look = 0; look < looks; look++) {
    const real = await Deno.realPath(file).catch(cannotRead(file));
    await requirePermitted(real, options);
    if (!await isAt(own, real)) throw options.refusal(file);
  }
}

type Identity = Pick<Deno.FileInfo, "dev" | "ino"> | undefined;

/** Which file was opened; undefined where Deno does not tell. */
async function identity(opened: Deno.FsFile): Promise<Identity> {
  return await opened.stat().catch(unlessWithheld);
}

/** Whether the path is that of the opened file, as far as that is known. */
async function isAt(own: Identity, path: string): Promise<boolean> {
  if (own === undefined) return true;
  const there = await Deno.lstat(path).catch(() => undefined);
  return there?.dev === own.dev && there.ino === own.ino;
}

/** Deno does not tell of what lies below a folder that its permissions name by a link. */
function unlessWithheld(cause: unknown): undefined {
  if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
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
