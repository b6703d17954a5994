import { readFields } from "./protobuf.ts";
import type { Source } from "./stream.ts";

/**
 * A message of BuildKit about its work: `moby.buildkit.v1.StatusResponse` of `api/services/control/control.proto`, as
 * far as it is used. Only what changed since the last one is in it.
 */
export interface Trace {
  vertexes: Vertex[];
  statuses: VertexStatus[];
  logs: VertexLog[];
  warnings: string[];
}

/** A step, or something that BuildKit does on its own (`[internal] ...`). */
export interface Vertex {
  digest: string;
  name: string;
  cached: boolean;
  /** Milliseconds since 1970. */
  started?: number;
  completed?: number;
  error: string;
}

/** How far a part of a step is, such as a layer that is fetched. */
export interface VertexStatus {
  id: string;
  vertex: string;
  current: number;
  total: number;
}

/** Output of a step; a piece may end in the middle of a line. */
export interface VertexLog {
  vertex: string;
  stream: Source;
  bytes: Uint8Array;
}

/** Reads a trace from the base64 in which the daemon sends it. Throws where it is none. */
export function decodeTrace(base64: string): Trace {
  const trace: Trace = { vertexes: [], statuses: [], logs: [], warnings: [] };
  readFields(Uint8Array.fromBase64(base64), {
    1: (reader) => trace.vertexes.push(readVertex(reader.bytes())),
    2: (reader) => trace.statuses.push(readStatus(reader.bytes())),
    3: (reader) => trace.logs.push(readLog(reader.bytes())),
    4: (reader) => trace.warnings.push(readWarning(reader.bytes())),
  });
  return trace;
}

function readVertex(bytes: Uint8Array): Vertex {
  const vertex: Vertex = { digest: "", name: "", cached: false, error: "" };
  readFields(bytes, {
    1: (reader) => vertex.digest = reader.string(),
    3: (reader) => vertex.name = reader.string(),
    4: (reader) => vertex.cached = reader.bool(),
    5: (reader) => vertex.started = readTime(reader.bytes()),
    6: (reader) => vertex.completed = readTime(reader.bytes()),
    7: (reader) => vertex.error = reader.string(),
  });
  return vertex;
}

function readStatus(bytes: Uint8Array): VertexStatus {
  const status: VertexStatus = { id: "", vertex: "", current: 0, total: 0 };
  readFields(bytes, {
    1: (reader) => status.id = reader.string(),
    2: (reader) => status.vertex = reader.string(),
    4: (reader) => status.current = Number(reader.int64()),
    5: (reader) => status.total = Number(reader.int64()),
  });
  return status;
}

function readLog(bytes: Uint8Array): VertexLog {
  const log: VertexLog = { vertex: "", stream: "stdout", bytes: new Uint8Array(0) };
  readFields(bytes, {
    1: (reader) => log.vertex = reader.string(),
    3: (reader) => log.stream = Number(reader.int64()) === 2 ? "stderr" : "stdout",
    4: (reader) => log.bytes = reader.bytes(),
  });
  return log;
}

/** The short form of a warning; the long one is a text for a page. */
function readWarning(bytes: Uint8Array): string {
  let short = "";
  readFields(bytes, { 3: (reader) => short = new TextDecoder().decode(reader.bytes()) });
  return short;
}

/** `google.protobuf.Timestamp` in milliseconds. */
function readTime(bytes: Uint8Array): number {
  let [seconds, nanos] = [0, 0];
  readFields(bytes, {
    1: (reader) => seconds = Number(reader.int64()),
    2: (reader) => nanos = reader.int32(),
  });
  return seconds * 1000 + nanos / 1e6;
}
