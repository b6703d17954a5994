import { createTarPacker } from "modern-tar";
import { type IgnoreRules, ignoreRules, type Verdict } from "./dockerignore.ts";
import { EngineError } from "./errors.ts";
import { openAt, type Place } from "./opened.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

/** A folder of this machine, ready to be sent to a build. */
export interface BuildContext {
  /** The Dockerfile's path in it. */
  dockerfile: string;
  /** The folder as a tar archive, read while it is sent. It must be read to its end or cancelled. */
  content: ReadableStream<Uint8Array>;
}

/** The files of this machine that may be read: those in the folders that the operator named. */
export interface LocalFiles {
  /** Reads a folder as `docker build` does: without what its `.dockerignore` names, symbolic links as links. */
  buildContext(folder: string, options: DockerfileOptions): Promise<BuildContext>;
}

/** The Dockerfile's path in the folder, `Dockerfile` unless told, or its text in place of one. */
export interface DockerfileOptions {
  dockerfile?: string;
  text?: string;
}

export interface LocalFilesOptions {
  /** Absolute folders, which may be read with all below them. */
  folders: readonly string[];
  /** The error for a path that lies in none of them; `folder`, if not the path itself, would permit it. */
  refusal(path: string, folder?: string): Error;
}

export function localFiles(options: LocalFilesOptions): LocalFiles {
  return {
    async buildContext(folder, { dockerfile: wanted = "Dockerfile", text }) {
      const place = await permitted(folder, options);
      const root = place.path;
      const dockerfile = text === undefined ? relativeTo(root, wanted) : inlineName;
      if (text === undefined) await expectFile(root, dockerfile);
      const rules = await readRules(root, { dockerfile, options });
      const names = paths(place, { rules, always: alwaysSent(dockerfile) });
      return { dockerfile, content: ReadableStream.from(archive(place, names, text)) };
    },
  };
}

/** What a Dockerfile is called that is no file: nothing else should be. */
const inlineName = ".docker-mcp.Dockerfile";

/** The folder, cleaned; both its name and the place that it really is must lie in a permitted one. */
async function permitted(folder: string, options: LocalFilesOptions): Promise<Place> {
  const root = posix.normalize(folder).replace(/(?<=.)\/$/, "");
  if (!options.folders.some((allowed) => isWithin(root, allowed))) throw options.refusal(root);
  const real = await Deno.realPath(root).catch(cannotRead(root));
  await requirePermitted(real, options);
  const { isDirectory } = await Deno.stat(root).catch(cannotRead(root));
  if (!isDirectory) throw unusable(`Cannot build from "${root}": it is not a folder`);
  return { path: root, real };
}

/** Judges a path in which all links have been followed; a permitted folder may be a link itself. */
export async function requirePermitted(real: string, { folders, refusal }: LocalFilesOptions): Promise<void> {
  const places = await Promise.all(folders.map((allowed) => Deno.realPath(allowed).catch(() => allowed)));
  if (!places.some((place) => isWithin(real, place))) throw refusal(real);
}

/** Whether a clean path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function relativeTo(root: string, dockerfile: string): string {
  const path = posix.relative(root, posix.resolve(root, dockerfile));
  if (path !== "" && path !== ".." && !path.startsWith("../")) return path;
  throw unusable(`Cannot build with the Dockerfile "${dockerfile}": it must be a file inside "${root}"`);
}

async function expectFile(root: string, dockerfile: string): Promise<void> {
  const path = `${root}/${dockerfile}`;
  const { isDirectory } = await Deno.lstat(path).catch(cannotRead(path));
  if (isDirectory) throw unusable(`Cannot build with the Dockerfile "${path}": it is a folder`);
}

type RulesOptions = { dockerfile: string; options: LocalFilesOptions };

/** A Dockerfile may have an ignore file of its own, which then takes the place of the common one. */
async function readRules(root: string, { dockerfile, options }: RulesOptions): Promise<IgnoreRules> {
  for (const name of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
    const text = await readTextWithin(root, { name, options });
    if (text === undefined) continue;
    try {
      return ignoreRules(text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw unusable(`Cannot read "${root}/${name}": ${why}`, cause);
    }
  }
  return ignoreRules("");
}

/** Its text, or nothing where there is no such file. A link must not lead out of what is permitted. */
async function readTextWithin(
  root: string,
  { name, options }: { name: string; options: LocalFilesOptions },
): Promise<string | undefined> {
  const path = `${root}/${name}`;
  const real = await Deno.realPath(path).catch((cause) => {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    return cannotRead(path)(cause);
  });
  if (real === undefined) return undefined;
  await requirePermitted(real, options);
  const { readable } = await openAt({ path, real }).catch(cannotRead(path));
  return await new Response(readable).text().catch(cannotRead(path));
}

/** What a build needs, whatever is ignored. */
function alwaysSent(dockerfile: string): ReadonlySet<string> {
  return new Set([dockerfile, `${dockerfile}.dockerignore`, ".dockerignore"]);
}

interface Selection {
  rules: IgnoreRules;
  always: ReadonlySet<string>;
}

/** The paths to send, in the order of their names, a folder in front of what is in it. */
async function* paths(root: Place, { rules, always }: Selection): AsyncGenerator<string> {
  /** Ignored folders on the way down, which are sent once something in them is. */
  const held: string[] = [];
  async function* below(folder: string, parent?: Verdict): AsyncGenerator<string> {
    for (const { name, isDirectory } of await listed(within(root, folder))) {
      const path = posix.join(folder, name);
      const verdict = rules.judge(path, parent);
      const sent = !verdict.ignored || always.has(path);
      if (sent) yield* [...held.splice(0), path];
      if (!isDirectory || !sent && !leadsTo(path, { rules, always })) continue;
      if (!sent) held.push(path);
      yield* below(path, verdict);
      if (held.at(-1) === path) held.pop();
    }
  }
  yield* below("");
}

/** What lies there as long as no link leads elsewhere. */
function within({ path, real }: Place, name: string): Place {
  return { path: posix.join(path, name), real: posix.join(real, name) };
}

async function listed({ path: folder, real }: Place): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    if (await Deno.realPath(folder) !== real) throw new Error("it was replaced by a link while it was read");
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (cause) {
    return cannotRead(folder)(cause);
  }
}

function leadsTo(folder: string, { rules, always }: Selection): boolean {
  return rules.mayTakeBack(folder) || [...always].some((path) => path.startsWith(`${folder}/`));
}

/** The files as a tar archive, made as fast as it is read. */
async function* archive(root: Place, names: AsyncIterable<string>, inline?: string): AsyncGenerator<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const first = inline === undefined ? Promise.resolve() : addText(controller, inline);
  const filling = first.then(() => fill(controller, root, names)).then(controller.finalize, controller.error);
  try {
    yield* readable;
  } finally {
    // Whoever stops reading has cancelled the packer, and so the filling fails; its files are closed then.
    await filling.catch(() => {});
  }
}

type Packer = ReturnType<typeof createTarPacker>["controller"];

async function fill(packer: Packer, root: Place, names: AsyncIterable<string>): Promise<void> {
  for await (const name of names) {
    const place = within(root, name);
    const { path } = place;
    const info = await Deno.lstat(path).catch(cannotRead(path));
    if (info.isFile) await addFile(packer, { name, place, info });
    else if (info.isDirectory) await packer.add({ ...headerOf(`${name}/`, info), type: "directory" }).close();
    else if (info.isSymlink) {
      const linkname = await Deno.readLink(path).catch(cannotRead(path));
      await packer.add({ ...headerOf(name, info), type: "symlink", linkname }).close();
    }
    // Sockets, pipes and devices mean nothing in an image.
  }
}

async function addText(packer: Packer, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const header = { name: inlineName, size: bytes.length, uid: 0, gid: 0, mode: 0o644, type: "file" } as const;
  const writer = packer.add(header).getWriter();
  await writer.write(bytes);
  await writer.close();
}

const pieceSize = 256 * 1024;

type LocalFile = { name: string; place: Place; info: Deno.FileInfo };

/** Sends as much as there was when it was looked at, which its header has to say first. */
async function addFile(packer: Packer, { name, place, info }: LocalFile): Promise<void> {
  const { path } = place;
  using file = await openAt(place).catch(cannotRead(path));
  const writer = packer.add({ ...headerOf(name, info), size: info.size, type: "file" }).getWriter();
  for (let left = info.size; left > 0;) {
    // A new one each time, since the packer keeps what it gets.
    const piece = new Uint8Array(Math.min(left, pieceSize));
    const read = await file.read(piece).catch(cannotRead(path));
    if (read === null) throw unusable(`Cannot send "${path}": it became shorter while it was read`);
    await writer.write(piece.subarray(0, read));
    left -= read;
  }
  await writer.close();
}

/** Everything belongs to root, as it does in what the Docker CLI sends. */
function headerOf(name: string, { mode, mtime }: Deno.FileInfo) {
  const kept = { ...(mode === null ? {} : { mode: mode & 0o7777 }), ...(mtime ? { mtime } : {}) };
  return { name, size: 0, uid: 0, gid: 0, ...kept };
}

/** Throws, in words, what kept a file from being read. */
export function cannotRead(path: string): (cause: unknown) => never {
  return (cause) => {
    // Deno gives such a name with U+FFFD in it, under which nothing is found.
    const unnamable = cause instanceof Deno.errors.NotFound && path.includes("\ufffd");
    const why = unnamable ? "its name is not UTF-8" : whyNot(cause, `--allow-read=${path}`);
    throw unusable(`Cannot read "${path}": ${why}`, cause);
  };
}

/** In words, what kept a file from being read or written; `flag` would permit it to this program. */
export function whyNot(cause: unknown, flag: string): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (cause instanceof Deno.errors.AlreadyExists) return "there is such a file already";
  if (cause instanceof Deno.errors.NotCapable) return `Deno's permissions forbid it, ${flag} is missing`;
  if (cause instanceof Deno.errors.PermissionDenied) return "this user has no permission";
  return cause instanceof Error ? cause.message : String(cause);
}

function unusable(message: string, cause?: unknown): EngineError {
  return new EngineError(message, { fault: { kind: "context" }, request: "POST /build", cause });
}
