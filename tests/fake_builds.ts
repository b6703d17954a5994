import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Trace, Vertex } from "../src/engine/build_trace.ts";
import { readEntries } from "../src/engine/tar.ts";
import type { Route } from "./fake_daemon.ts";
import { json, type Seen } from "./fake_http.ts";

/**
 * BuildKit as a fake: FROM wants an image that is there, `RUN echo WORDS` prints, `RUN fail CODE` ends with that code,
 * `RUN hang` never ends; a line that was built before comes from the cache. Each step takes a second and a half.
 */
export function fakeBuilds(hasImage: (name: string) => boolean): Route[] {
  const built = new Set<string>();
  let images = 0;
  const build = async (ask: Seen): Promise<Response> => {
    const dockerfile = ask.query["remote"] ? "FROM busybox:1.37\nRUN echo remote" : await dockerfileOf(ask);
    if (dockerfile === undefined) return failed([], "failed to read dockerfile: open Dockerfile: no such file");
    const lines = dockerfile.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    const unknown = lines.findIndex((line) => !/^(FROM|RUN|COPY|ARG|ENV|CMD|WORKDIR) /i.test(line));
    if (unknown >= 0) {
      const word = lines[unknown]?.split(" ")[0];
      return failed([], `dockerfile parse error on line ${unknown + 1}: unknown instruction: ${word}`);
    }
    const id = `sha256:b17d${String(++images).padStart(60, "0")}`;
    return answer(lines, { id, built: ask.query["nocache"] === "true" ? new Set() : built, hasImage });
  };
  return [
    ["POST", /^\/build$/, build],
    ["POST", /^\/build\/prune$/, () => json({ CachesDeleted: ["c1", "c2"], SpaceReclaimed: 3_500_000 })],
    ["GET", /^\/images\/(sha256:b17d.+)\/json$/, (_, name) => json({ Id: name, Size: 5_000_000 })],
  ];
}

const record = { ID: "c1", Type: "regular", InUse: false, Shared: false, Size: 1_500_000 };

/** What the cache of builds holds. */
export const buildCache = [
  record,
  { ...record, ID: "c2", Type: "exec.cachemount", Size: 2_000_000 },
  { ...record, ID: "c3", Shared: true },
  { ...record, ID: "c4", InUse: true },
];

async function dockerfileOf({ query, bytes }: Seen): Promise<string | undefined> {
  const archive = ReadableStream.from([bytes]);
  const { entries } = await readEntries(archive, { maxBytes: 1_000_000, maxEntries: 1000 });
  const content = entries.find(({ name }) => name === (query["dockerfile"] ?? "Dockerfile"))?.content;
  return content && new TextDecoder().decode(content);
}

interface Bench {
  id: string;
  built: Set<string>;
  hasImage(name: string): boolean;
}

/** The answer to a build of these instructions, a message for each thing that happens. */
function answer(lines: readonly string[], { id, built, hasImage }: Bench): Response {
  const messages: unknown[] = [];
  for (const [i, line] of lines.entries()) {
    const cached = built.has(lines.slice(0, i + 1).join("\n"));
    const [, word = "", rest = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    const step = stepAt(i, `[${i + 1}/${lines.length}] ${line}`, cached);
    const complaint = complaintOf(word, rest, hasImage);
    messages.push(traceLine({ vertexes: [{ ...step, completed: undefined }] }));
    if (rest === "hang") return endless(messages);
    if (rest.startsWith("echo ")) messages.push(logLine(step.digest, `${rest.slice(5)}\n`));
    if (complaint !== undefined) {
      messages.push(logLine(step.digest, "\x1b[31mlast words\x1b[0m\n"));
      return failed([...messages, traceLine({ vertexes: [{ ...step, error: complaint }] })], complaint);
    }
    messages.push(traceLine({ vertexes: [step], warnings: line.startsWith("from") ? ["Casing: from (line 1)"] : [] }));
    built.add(lines.slice(0, i + 1).join("\n"));
  }
  return stream([...messages, { id: "moby.image.id", aux: { ID: id } }]);
}

function complaintOf(word: string, rest: string, hasImage: (name: string) => boolean): string | undefined {
  if (word.toUpperCase() === "FROM" && !hasImage(rest)) return `${rest}: failed to resolve source metadata`;
  if (rest.startsWith("--mount=type=secret")) return "no active sessions";
  const code = /^fail (\d+)$/.exec(rest)?.[1];
  return code && `process "/bin/sh -c ${rest}" did not complete successfully: exit code: ${code}`;
}

const begin = Date.parse("2026-01-31T12:00:00Z");

function stepAt(i: number, name: string, cached: boolean) {
  const started = begin + i * 1500;
  return { digest: `sha256:${i}`, name, cached, started, completed: cached ? started : started + 1500, error: "" };
}

function logLine(vertex: string, text: string) {
  return traceLine({ logs: [{ vertex, stream: "stdout", bytes: new TextEncoder().encode(text) }] });
}

function traceLine(trace: Parameters<typeof traceOf>[0]) {
  return { id: "moby.buildkit.trace", aux: traceOf(trace) };
}

function failed(before: readonly unknown[], message: string): Response {
  return stream([...before, { errorDetail: { message }, error: message }]);
}

function stream(messages: readonly unknown[]): Response {
  return new Response(messages.map((message) => JSON.stringify(message) + "\r\n").join(""));
}

/** The messages, and then nothing more. */
function endless(messages: readonly unknown[]): Response {
  const bytes = new TextEncoder().encode(messages.map((message) => JSON.stringify(message) + "\r\n").join(""));
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(bytes) }));
}

type Fields<T> = { [K in keyof T]?: T[K] | undefined };

/** A trace as BuildKit encodes it. */
export function traceOf(
  { vertexes = [], statuses = [], logs = [], warnings = [] }: Partial<Omit<Trace, "vertexes">> & {
    vertexes?: readonly Fields<Vertex>[];
  },
): string {
  const writer = new BinaryWriter();
  for (const { digest = "", name = "", cached = false, started, completed, error = "" } of vertexes) {
    writer.tag(1, 2).fork().tag(1, 2).string(digest).tag(3, 2).string(name).tag(4, 0).bool(cached);
    if (started !== undefined) time(writer.tag(5, 2).fork(), started).join();
    if (completed !== undefined) time(writer.tag(6, 2).fork(), completed).join();
    writer.tag(7, 2).string(error).join();
  }
  for (const { id, vertex, current, total } of statuses) {
    writer.tag(2, 2).fork().tag(1, 2).string(id).tag(2, 2).string(vertex);
    writer.tag(4, 0).int64(current).tag(5, 0).int64(total).join();
  }
  for (const { vertex, stream, bytes } of logs) {
    writer.tag(3, 2).fork().tag(1, 2).string(vertex).tag(3, 0).int64(stream === "stdout" ? 1 : 2).tag(4, 2).bytes(bytes)
      .join();
  }
  for (const warning of warnings) writer.tag(4, 2).fork().tag(3, 2).string(warning).join();
  return writer.finish().toBase64();
}

function time(writer: BinaryWriter, ms: number): BinaryWriter {
  return writer.tag(1, 0).int64(Math.floor(ms / 1000)).tag(2, 0).int32(Math.round((ms % 1000) * 1e6));
}
