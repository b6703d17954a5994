import * as z from "zod";
import { defineTool } from "../../define.ts";
import { type ArchiveEntry, packFiles, readEntries } from "../../engine/tar.ts";
import { oneLine, quoted, shown } from "../../safety/untrusted.ts";
import { hiddenBy } from "../facts/hidden_mounts.ts";
import { container } from "../fields.ts";
import { count, size } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";

const encoding = z.enum(["utf8", "base64"]).optional();
const insidePath = z.string().regex(/^\//, "expected an absolute path in the container");

/** Bytes that a call may carry inline. */
const uploadLimit = 1_000_000;

export const copyToContainer = defineTool({
  name: "docker_copy_to_container",
  title: "Write a file into a container",
  description: "Write `content`, up to 1 MB, to a file; its folder must exist.",
  risk: "execute",
  input: z.strictObject({
    container,
    path: insidePath,
    content: z.string(),
    encoding,
    mode: z.string().regex(/^0?[0-7]{3,4}$/, "expected an octal mode like 0644").optional(),
    uid: z.number().int().min(0).optional(),
    gid: z.number().int().min(0).optional(),
  }),
  output: z.object({ path: z.string(), bytes: z.number() }),
  text: ({ path, bytes }) => `Wrote ${size(bytes)} to ${path}.`,
  async run(context, { container, path: given, content, encoding = "utf8", mode = "0644", ...owner }) {
    requireFile(given);
    const bytes = encoding === "utf8" ? new TextEncoder().encode(content) : fromBase64(content);
    if (bytes.length > uploadLimit) {
      throw new InputError("content", `expected at most ${size(uploadLimit)}, got ${size(bytes.length)}`);
    }
    const { engine, signal } = context;
    // The engine itself would put the file in the place of a link.
    const path = await engine.containers.endOf(container, given, { signal }) ?? given;
    const { folder, name } = requireFile(path);
    const mount = await hiddenBy(context, { container, path });
    if (mount !== undefined) {
      throw new InputError(
        "path",
        `copies do not reach "${mount}", which exists only while the container runs; docker_exec_command writes there: ` +
          `{"command": ["tee", ${JSON.stringify(path)}], "stdin": content}`,
      );
    }
    const tar = await packFiles([{ name, content: bytes, mode: parseInt(mode, 8), ...present(owner) }]);
    await engine.containers.writeArchive(container, folder, tar, { signal });
    return { path, bytes: bytes.length };
  },
});

/** The folder of the file, and its name there. */
function requireFile(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (["", ".", ".."].includes(name)) throw new InputError("path", `expected a file, got "${path}"`);
  return { folder: path.slice(0, slash) || "/", name };
}

function fromBase64(content: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(content);
  } catch {
    throw new InputError("content", "expected base64, as encoding says");
  }
}

const fileEntry = z.object({
  path: z.string(),
  type: z.string(),
  bytes: z.number(),
  link_target: z.string().optional(),
  content: z.string().optional(),
  base64: z.string().optional(),
  truncated: z.boolean().optional(),
});

export const copyFromContainer = defineTool({
  name: "docker_copy_from_container",
  title: "Read a file or folder of a container",
  description: "Read a file or a folder's files, up to 40,000 bytes; `base64` for binary ones.",
  risk: "read",
  input: z.strictObject({ container, path: insidePath, base64: z.boolean().optional() }),
  output: z.object({ files: z.array(fileEntry), complete: z.boolean() }),
  text({ files, complete }) {
    const told = files.map(({ path, type, bytes, content, link_target }) => {
      if (content) return quoted(`--- ${oneLine(path)} (${size(bytes)})`, content);
      const binary = content === undefined ? "binary, " : "";
      const kind = type === "file" ? `${binary}${size(bytes)}` : type;
      return `--- ${oneLine(path)} (${link_target ? `${type} to ${oneLine(link_target)}` : kind})`;
    });
    const rest = complete
      ? ""
      : `\n[Cut after ${count(files.length, "entry").replace("entrys", "entries")}; name a path further down]`;
    return told.join("\n") + rest;
  },
  async run({ engine, signal }, { container, path, base64 = false }) {
    const response = await engine.containers.readArchive(container, path, { signal });
    const { entries, complete } = await readEntries(response.chunks(), { maxBytes: 40_000, maxEntries: 200 });
    return { files: entries.map((entry) => toFile(entry, base64)), complete };
  },
});

function toFile({ name, type, size, linkTarget, content }: ArchiveEntry, base64: boolean): z.input<typeof fileEntry> {
  const file = { path: name, type, bytes: size, ...present({ link_target: linkTarget }) };
  if (!content) return file;
  const cut = content.length < size ? { truncated: true } : {};
  const text = asText(content, content.length < size);
  // Hidden characters are shown in an answer; who wants the bytes themselves gets them.
  if (text !== undefined && (!base64 || shown(text) === text)) return { ...file, content: text, ...cut };
  return base64 ? { ...file, base64: content.toBase64(), ...cut } : file;
}

/** The content as text, its mark of byte order with it, or nothing where it is not UTF-8 or holds a NUL. A cut may fall within a character. */
function asText(content: Uint8Array, cut: boolean): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content, { stream: cut });
  } catch {
    return undefined;
  }
}
