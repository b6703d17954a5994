import assert from "node:assert/strict";
import { say, sayBytes, startDaemon, transportTo } from "./daemons.ts";

const line = `2026-11-21T01:30:32.492Z level=info msg="a request was handled" path=/things status=200 padding=${
  "x".repeat(20)
}`;
const perBlock = 500;
const blocks = 4000;

/** Log lines as the daemon sends them: each in a frame, each frame in an HTTP chunk. */
function block(): Uint8Array {
  const text = `${line}\n`;
  const frame = `${String.fromCharCode(1, 0, 0, 0, 0, 0, 0, text.length)}${text}`;
  assert.ok(text.length < 128);
  return new TextEncoder().encode(`${frame.length.toString(16)}\r\n${frame}\r\n`.repeat(perBlock));
}

Deno.test("two million log lines, 250 MB, arrive whole while memory stays flat", async () => {
  const bytes = block();
  assert.ok(bytes.length * blocks > 250e6, String(bytes.length * blocks));
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let i = 0; i < blocks; i++) await sayBytes(conn, bytes);
    await say(conn, "0\r\n\r\n");
  });
  const reader = new URL("flow_reader.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--quiet", reader, daemon.host, line] });
  const { stdout, stderr } = await command.output();
  await daemon.stop();
  assert.ok(stdout.length > 0, new TextDecoder().decode(stderr));
  const { lines, batches, different, growth } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(lines, perBlock * blocks);
  assert.equal(different, 0);
  assert.ok(growth < 100, `memory grew by ${growth} MB`);
  // One piece for each read of the socket, not one for each chunk of the daemon.
  assert.ok(batches < lines / 50, `${batches} batches for ${lines} lines`);
});

Deno.test("a chunked body is the same however its bytes arrive, with extensions and trailers", async () => {
  const body = "5;name=value\r\nhello\r\n1\r\n \r\nB\r\nwide world!\r\n0\r\nTrailer: x\r\n\r\n";
  for (const size of [1, 2, 3, 5, 7, 100]) {
    const daemon = startDaemon(async (conn, next) => {
      await next();
      const bytes = new TextEncoder().encode(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
      for (let at = 0; at < bytes.length; at += size) {
        await sayBytes(conn, bytes.subarray(at, at + size));
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    const response = await transportTo(daemon.host).send({ method: "GET", path: "/x", reply: "stream" });
    assert.equal(await response.text(), "hello wide world!");
    await daemon.stop();
  }
});
