import type { Http2Server, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { joined } from "./http1.ts";
import { readFields } from "./protobuf.ts";
import { given, type Options, type Transport, type UpgradedSocket } from "./request.ts";

/** Bytes of the largest secret that BuildKit takes. */
export const largestSecret = 500 * 1024;

/** What BuildKit may ask for while it builds. It is served nothing else: no files, no keys. */
export interface Served {
  /** By the id that a Dockerfile gives them: `RUN --mount=type=secret,id=token`. */
  secrets: ReadonlyMap<string, Uint8Array>;
  /** The account at a registry: `https://index.docker.io/v1/` for Docker Hub, else the host with its port. */
  login(server: string): Login | undefined;
}

/** Without a user's name, `secret` is a token that the registry exchanges. */
export interface Login {
  username: string;
  secret: string;
}

export interface Session {
  /** What the build has to name. */
  id: string;
  close(): void;
}

/**
 * A session of BuildKit: over a connection that the daemon has upgraded it is the daemon that asks, in gRPC, and this
 * side that answers (moby/buildkit `session/`).
 */
export async function openSession(transport: Transport, served: Served, { signal }: Options = {}): Promise<Session> {
  const id = crypto.randomUUID();
  const headers = { upgrade: "h2c", "x-docker-expose-session-uuid": id, "x-docker-expose-session-name": "docker-mcp" };
  const ask = { method: "POST", path: "/session", headers, reply: "stream", ...given(signal) } as const;
  const connection = duplexOver(await transport.upgrade(ask));
  serveOn(connection, methodsOf(served));
  return { id, close: () => void connection.destroy() };
}

/** From the bytes of a message to those of its answer; undefined where there is none of the name. */
type Method = (message: Uint8Array) => Uint8Array | undefined;

function methodsOf({ secrets, login }: Served): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    ["/moby.buildkit.secrets.v1.Secrets/GetSecret", (message) => {
      const secret = secrets.get(textIn(message));
      return secret && new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(secret).finish();
    }],
    ["/moby.filesync.v1.Auth/Credentials", (message) => {
      // Who has no account is nobody in particular there.
      const { username = "", secret = "" } = login(textIn(message)) ?? {};
      const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(username);
      return writer.tag(2, WireType.LengthDelimited).string(secret).finish();
    }],
    // It serves.
    ["/grpc.health.v1.Health/Check", () => new BinaryWriter().tag(1, WireType.Varint).int32(1).finish()],
  ]);
}

/** The first field: the id of a secret, the name of a host. */
function textIn(message: Uint8Array): string {
  let text = "";
  readFields(message, { 1: (reader) => text = reader.string() });
  return text;
}

function serveOn(connection: Duplex, methods: ReadonlyMap<string, Method>): void {
  // Not imported: a bundle would load them with each start, where few need them.
  const { createServer } = globalThis.process.getBuiltinModule("node:http2");
  const server: Http2Server = createServer();
  server.on("stream", (stream, headers) => answer(stream, methods.get(headers[":path"] ?? "")));
  // What goes wrong with the connection ends the build, which tells it.
  server.on("sessionError", () => connection.destroy());
  connection.on("error", () => {});
  server.emit("connection", connection);
}

/** Codes of gRPC. */
const [ok, notFound, unimplemented] = [0, 5, 12];

function answer(stream: ServerHttp2Stream, method: Method | undefined): void {
  const parts: Uint8Array[] = [];
  stream.on("error", () => {});
  stream.on("data", (part: Uint8Array) => void parts.push(part));
  stream.on("end", () => {
    // A build that has ended takes back what it asked.
    if (stream.destroyed) return;
    // In front of each message are a mark of its compression, which nobody asked for, and its length.
    const message = method?.(joined(parts).subarray(5));
    const code = method === undefined ? unimplemented : message === undefined ? notFound : ok;
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(code) }));
    stream.end(message && framed(message));
  });
}

function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

function duplexOver(socket: UpgradedSocket): Duplex {
  const { Duplex } = globalThis.process.getBuiltinModule("node:stream");
  const chunks = socket.chunks()[Symbol.asyncIterator]();
  return new Duplex({
    read() {
      // A chunk is valid only until the next one is asked for.
      chunks.next().then(({ done, value }) => this.push(done ? null : value.slice()), (error) => this.destroy(error));
    },
    write: (bytes: Uint8Array, _encoding, done) => void socket.write(bytes).then(() => done(), done),
    destroy(_error, done) {
      socket.close();
      done(null);
    },
  });
}
