import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { Duplex } from "node:stream";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { openSession, type Served } from "../../src/engine/session.ts";
import { readFields } from "../../src/engine/protobuf.ts";
import { answering, say, startDaemon, transportTo } from "./daemons.ts";

const upgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

const served: Served = {
  secrets: new Map([["word", new Uint8Array([0, 255, 10])]]),
  login: (server) => server === "r.example:5000" ? { username: "ada", secret: "lovelace" } : undefined,
};

interface Reply {
  code: string;
  fields: Record<number, Uint8Array>;
}

/** What a session answers to these, asked as BuildKit asks: `[method, its first field]`. */
async function asked(...questions: [method: string, text: string][]): Promise<Reply[]> {
  const done = Promise.withResolvers<Reply[]>();
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, upgraded);
    const client = connectHttp2("http://docker", { createConnection: () => duplexOver(conn) });
    client.on("error", () => {});
    try {
      done.resolve(await Promise.all(questions.map((question) => ask(client, question))));
    } catch (error) {
      done.reject(error);
    }
    client.destroy();
  });
  const session = await openSession(transportTo(daemon.host), served);
  const replies = await done.promise;
  session.close();
  await daemon.stop();
  assert.match(daemon.requests[0] ?? "", new RegExp(`^POST /v1\\.43/session .*uuid: ${session.id}\r\n`, "s"));
  assert.match(daemon.requests[0] ?? "", /\r\nupgrade: h2c\r\n/);
  return replies;
}

function ask(client: ReturnType<typeof connectHttp2>, [path, text]: [string, string]): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const stream = client.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
  const parts: Uint8Array[] = [];
  let code = "none";
  stream.on("data", (part: Uint8Array) => parts.push(part));
  stream.on("trailers", (trailers) => code = String(trailers["grpc-status"]));
  stream.on("error", reject);
  stream.on("end", () => {
    const fields: Record<number, Uint8Array> = {};
    const keep = (number: number) => ({
      [number]: (reader: { bytes(): Uint8Array }) => fields[number] = reader.bytes(),
    });
    const body = new Uint8Array(parts.flatMap((part) => [...part]));
    if (path.startsWith("/moby")) readFields(body.subarray(5), { ...keep(1), ...keep(2) });
    resolve({ code, fields });
  });
  const message = new BinaryWriter().tag(1, WireType.LengthDelimited).string(text).finish();
  stream.end(new Uint8Array([0, 0, 0, 0, message.length, ...message]));
  return promise;
}

function duplexOver(conn: Deno.Conn): Duplex {
  return new Duplex({
    read() {
      const buffer = new Uint8Array(4096);
      conn.read(buffer).then((read) => this.push(read && buffer.subarray(0, read)), () => this.push(null));
    },
    write: (bytes: Uint8Array, _encoding, done) => void conn.write(bytes).then(() => done(), done),
  });
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

Deno.test("a session answers with the secrets and accounts that it was given, and serves nothing else", async () => {
  const [word, other, login, nobody, health, files] = await asked(
    ["/moby.buildkit.secrets.v1.Secrets/GetSecret", "word"],
    ["/moby.buildkit.secrets.v1.Secrets/GetSecret", "other"],
    ["/moby.filesync.v1.Auth/Credentials", "r.example:5000"],
    ["/moby.filesync.v1.Auth/Credentials", "https://index.docker.io/v1/"],
    ["/grpc.health.v1.Health/Check", ""],
    ["/moby.filesync.v1.FileSync/DiffCopy", "/etc/passwd"],
  );
  assert.deepEqual(word, { code: "0", fields: { 1: new Uint8Array([0, 255, 10]) } });
  assert.equal(other?.code, "5");
  assert.deepEqual([login?.code, text(login?.fields[1]), text(login?.fields[2])], ["0", "ada", "lovelace"]);
  assert.deepEqual([nobody?.code, text(nobody?.fields[1]), text(nobody?.fields[2])], ["0", "", ""]);
  assert.equal(health?.code, "0");
  assert.equal(files?.code, "12");
});

Deno.test("a session that the daemon refuses, or drops, does no more than fail", async () => {
  const refusing = answering(() => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  await assert.rejects(openSession(transportTo(refusing.host), served), /404|not found/i);
  await refusing.stop();
  const dropping = startDaemon(async (conn, next) => {
    await next();
    await say(conn, `${upgraded}this is no HTTP/2`);
  });
  const session = await openSession(transportTo(dropping.host), served);
  await new Promise((resolve) => setTimeout(resolve, 50));
  session.close();
  await dropping.stop();
});
