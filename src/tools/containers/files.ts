import { z } from "zod";
import { defineTool } from "../../define.ts";
import { type ArchiveEntry, packFiles, readEntries } from "../../engine/tar.ts";
import { container } from "../fields.ts";
import { count, size } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";

const encoding = z.enum(["utf8", "base64"]).optional().describe("Of the content, default utf8");
const insidePath = z.string().regex(/^\//, "expected an absolute path in the container");

/** Bytes that a call may carry inline. */
const uploadLimit = 1_000_000;

export const copyToContainer = defineTool({
  name: "docker_copy_to_container",
  title: "Write a file into a container",
  description: "Write `content` to a file at `path`; its folder must exist, a file there is replaced. At most 1 MB.",
  risk: "execute",
  input: z.strictObject({
    container,
    path: insidePath,
    content: z.string(),
    encoding,
    mode: z.string().regex(/^0?[0-7]{3,4}$/, "expected an octal mode like 0644").optional().describe("Default 0644"),
    uid: z.number().int().min(0).optional(),
    gid: z.number().int().min(0).optional(),
  }),
  output: z.object({ path: z.string(), bytes: z.number() }),
  text: ({ path, bytes }) => `Wrote ${size(bytes)} to ${path}.`,
  async run({ engine, signal }, { container, path, content, encoding = "utf8", mode = "0644", ...owner }) {
    const slash = path.lastIndexOf("/");
    const [folder, name] = [path.slice(0, slash) || "/", path.slice(slash + 1)];
    if (name === "" || name === "." || name === "..") throw new InputError("path", `expected a file, got "${path}"`);
    const bytes = encoding === "utf8" ? new TextEncoder().encode(content) : fromBase64(content);
    if (bytes.length > uploadLimit) {
      throw new InputError("content", `expected at most ${size(uploadLimit)}, got ${size(bytes.length)}`);
    }
    const tar = await packFiles([{ name, content: bytes, mode: parseInt(mode, 8), ...present(owner) }]);
    await engine.containers.writeArchive(container, folder, tar, { signal });
    return { path, bytes: bytes.length };
  },
});

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
  description:
    "Read a file, or a folder's files, from a running or stopped container: at most 40,000 bytes and 200 entries. Text comes as it is, other content as base64 when `base64` is true.",
  risk: "read",
  input: z.strictObject({ container, path: insidePath, base64: z.boolean().optional() }),
  output: z.object({ files: z.array(fileEntry), complete: z.boolean() }),
  text({ files, complete }) {
    const shown = files.map(({ path, type, bytes, content, link_target }) => {
      if (content !== undefined) return `--- ${path} (${size(bytes)})\n${content}`;
      return `--- ${path} (${
        link_target ? `${type} to ${link_target}` : type === "file" ? `binary, ${size(bytes)}` : type
      })`;
    });
    const rest = complete
      ? ""
      : `\n[Cut after ${count(files.length, "entry").replace("entrys", "entries")}; name a path further down]`;
    return shown.join("\n") + rest;
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
  if (text !== undefined) return { ...file, content: text, ...cut };
  return base64 ? { ...file, base64: content.toBase64(), ...cut } : file;
}

/** The content as text, or nothing where it is not UTF-8 or holds a NUL. A cut may fall within a character. */
function asText(content: Uint8Array, cut: boolean): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content, { stream: cut });
  } catch {
    return undefined;
  }
}
