import assert from "node:assert/strict";
import { none } from "../../src/engine/request.ts";
import { failing, ok, say, startDaemon, textOf, transportTo, untilClosed } from "./daemons.ts";

// A stream is read by our own HTTP/1.1.
const stream = { method: "GET", path: "/x", reply: "stream" } as const;

Deno.test("an answer is the same however it arrives, past a 100 Continue, its head in two halves", async () => {
  const answer = `HTTP/1.1 100 Continue\r\n\r\n${ok("größer", { "X-Long": "y".repeat(60_000) })}`;
  for (const cut of [3, 20, 24, 26, 40, 30_000, answer.length - 8, answer.length - 2]) {
    const daemon = startDaemon(async (conn, next) => {
      await next();
      await say(conn, answer.slice(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 5));
      await say(conn, answer.slice(cut));
    });
    const response = await transportTo(daemon.host).send(stream);
    assert.equal(response.headers.get("x-long")?.length, 60_000);
    assert.equal(await textOf(response.chunks()), "größer", `cut at ${cut}`);
    await daemon.stop();
  }
});

Deno.test("without a length the end of the connection is the end of the body", async () => {
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nall of it");
  });
  const response = await transportTo(daemon.host).send({ ...stream, method: "POST" });
  assert.equal(await response.text(), "all of it");
  await daemon.stop();
});

Deno.test("a head that breaks the rules of HTTP is malformed, at once", async () => {
  const cases = [
    [`HTTP/1.1 200 OK\r\nX: ${"y".repeat(70_000)}`, "its head is longer than 65536 bytes"],
    ["HTTP/1.1 twohundred\r\n\r\n", 'its first line is "HTTP/1.1 twohundred"'],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "it has a bad header"],
    ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 'its content-length is "-1"'],
    ["HTTP/2 200\r\n\r\n", "it is not HTTP"],
    ["h", "it is not HTTP"],
  ] as const;
  for (const [answer, says] of cases) {
    const gone = Promise.withResolvers<void>();
    const daemon = startDaemon(async (conn, next) => {
      await next();
      await say(conn, answer);
      await untilClosed(conn);
      gone.resolve();
    });
    await failing(transportTo(daemon.host).send(stream), { fault: { kind: "malformed" }, says });
    await gone.promise;
    await daemon.stop();
  }
});

Deno.test("chunks that break the rules of HTTP are malformed", async () => {
  const cases = [
    ["x\r\n", "the size of a chunk is not a number"],
    ["\r\n", "a chunk has no size"],
    ["1234567890abc\r\n", "the size of a chunk is not a number"],
    ["2\r\nabc\r\n", "a chunk is longer than announced"],
  ] as const;
  for (const [body, says] of cases) {
    const daemon = startDaemon(async (conn, next) => {
      await next();
      await say(conn, `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
      await untilClosed(conn);
    });
    const response = await transportTo(daemon.host).send(stream);
    await failing(textOf(response.chunks()), { fault: { kind: "malformed" }, says });
    await daemon.stop();
  }
});

Deno.test("a header that would begin another line is never sent", async () => {
  const daemon = startDaemon(async (_, next) => void await next());
  const sent = none(transportTo(daemon.host), {
    method: "POST",
    path: "/x",
    headers: { "X-Registry-Auth": "a\r\nB: c" },
  });
  await assert.rejects(sent, TypeError);
  await daemon.stop();
  assert.equal(daemon.connections(), 0);
});
