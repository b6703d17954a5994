import assert from "node:assert/strict";
import { EngineError } from "../../src/engine/errors.ts";
import { bytes, none } from "../../src/engine/request.ts";
import { answering, failing, ok, say, startDaemon, transportTo, untilClosed, whole } from "./daemons.ts";

Deno.test("an archive goes up whole, from memory or as it is made", async () => {
  const daemon = answering(() => ok(""));
  const transport = transportTo(daemon.host);
  const ask = { method: "PUT", path: "/containers/web/archive" } as const;
  const parts = ["one", "", "twelve bytes"].map((text) => new TextEncoder().encode(text));
  await none(transport, { ...ask, body: { kind: "tar", content: new TextEncoder().encode("t".repeat(200_000)) } });
  await none(transport, { ...ask, body: { kind: "tar", content: ReadableStream.from(parts) } });
  transport.close();
  daemon.stop();
  const [memory = "", made = ""] = daemon.requests;
  assert.match(memory, /content-type: application\/x-tar\r\n/);
  assert.equal(memory.split("\r\n\r\n")[1], "t".repeat(200_000));
  assert.match(made, /transfer-encoding: chunked\r\n/);
  assert.ok(made.endsWith("\r\n\r\n3\r\none\r\nc\r\ntwelve bytes\r\n0\r\n\r\n"), made);
});

Deno.test("an upload that cannot be made fails with its own error and closes the connection", async () => {
  const closed = Promise.withResolvers<void>();
  const daemon = startDaemon(async (conn) => {
    await untilClosed(conn);
    closed.resolve();
  });
  const broken = new Error("no such folder");
  const content = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(broken) });
  const sent = none(transportTo(daemon.host), { method: "PUT", path: "/x", body: { kind: "tar", content } });
  await assert.rejects(sent, (error) => error === broken);
  await closed.promise;
  daemon.stop();
});

Deno.test("so does one whose files cannot be read, also where the daemon has begun to answer", async () => {
  for (const begun of ["", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n"]) {
    const daemon = startDaemon(async (conn) => {
      await conn.read(new Uint8Array(1000));
      await say(conn, begun);
      await untilClosed(conn);
    });
    const facts = { fault: { kind: "context" }, request: "POST /build" } as const;
    const broken = new EngineError("there is no such file", facts);
    const content = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.error(broken);
      },
    });
    const body = { kind: "tar", content } as const;
    const read = async () => {
      const answer = await bytes(transportTo(daemon.host), { method: "POST", path: "/build", body });
      for await (const piece of answer.chunks()) assert.equal(new TextDecoder().decode(piece), "hi");
    };
    await assert.rejects(read(), (error) => error === broken);
    await daemon.stop();
  }
});

Deno.test("the daemon's refusal of a long upload is heard, though it reads no further", async () => {
  const daemon = startDaemon(async (conn) => {
    await conn.read(new Uint8Array(1000));
    await say(conn, whole("409 Conflict", '{"message":"read-only"}'));
  });
  let made = 0;
  const content = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(++made)),
  });
  const sent = none(transportTo(daemon.host), { method: "PUT", path: "/x", body: { kind: "tar", content } });
  await failing(sent, { fault: { kind: "status", status: 409 }, says: "read-only" });
  daemon.stop();
});

Deno.test("an upload of unknown length may take longer than the time-out", async () => {
  const daemon = answering(() => ok(""));
  const content = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  const transport = transportTo(daemon.host, { timeout: 100 });
  assert.equal(await none(transport, { method: "PUT", path: "/x", body: { kind: "tar", content } }), 200);
  await daemon.stop();
});
