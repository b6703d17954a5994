import { createTarDecoder, packTar } from "modern-tar";

/** A text or binary file for an archive. */
export interface FileEntry {
  /** Relative, with `/` between the parts. */
  name: string;
  content: Uint8Array<ArrayBuffer>;
  /** Permission bits, for example 0o644. */
  mode: number;
  uid?: number;
  gid?: number;
}

/** One entry read from an archive. Only files carry `content`, and only up to the bound of the reader. */
export interface ArchiveEntry {
  name: string;
  type: string;
  /** Bytes, as the archive says. */
  size: number;
  linkTarget?: string;
  content?: Uint8Array<ArrayBuffer>;
}

/** The files as one tar archive in memory. */
export function packFiles(files: readonly FileEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  return packTar(files.map(({ content, ...header }) => ({
    header: { ...header, size: content.length, type: "file" },
    body: content,
  })));
}

/**
 * Reads entries until `maxEntries` are there; each file's content up to `maxBytes` bytes, counted over all files.
 * `complete` is false when something was left out. A truncated archive throws.
 */
export async function readEntries(
  archive: AsyncIterable<Uint8Array>,
  { maxBytes, maxEntries }: { maxBytes: number; maxEntries: number },
): Promise<{ entries: ArchiveEntry[]; complete: boolean }> {
  const entries: ArchiveEntry[] = [];
  let left = maxBytes;
  const source = ReadableStream.from(copied(archive)).pipeThrough(createTarDecoder({ strict: true }));
  // Leaving this loop cancels the stream and with it the transfer.
  for await (const { header, body } of source) {
    if (entries.length === maxEntries) return { entries, complete: false };
    const link = header.linkname ? { linkTarget: header.linkname } : {};
    const entry = { name: header.name, type: header.type ?? "file", size: header.size, ...link };
    if (entry.type !== "file") {
      await body.cancel();
      entries.push(entry);
      continue;
    }
    const content = await readUpTo(body, Math.min(left, header.size));
    left -= content.length;
    entries.push({ ...entry, content });
    if (content.length < header.size) return { entries, complete: false };
  }
  return { entries, complete: true };
}

/** A transport uses its buffer again for the next chunk; the decoder keeps what it gets. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for await (const chunk of chunks) yield chunk.slice();
}

async function readUpTo(body: ReadableStream<Uint8Array>, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(length);
  if (length === 0) await body.cancel();
  let filled = 0;
  for await (const chunk of body) {
    const part = chunk.subarray(0, length - filled);
    content.set(part, filled);
    filled += part.length;
    if (filled === length) break;
  }
  return content;
}
