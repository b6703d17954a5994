import assert from "node:assert/strict";
import type { EngineRequest } from "../../src/engine/request.ts";
import { demultiplex } from "../../src/engine/stream.ts";
import { answering, failing, ok, say, startDaemon, textOf, transportTo, untilClosed, whole } from "./daemons.ts";

function execStart(Tty: boolean): EngineRequest {
  return {
    method: "POST",
    path: "/exec/e1/start",
    body: { kind: "json", value: { Detach: false, Tty } },
    reply: "stream",
  };
}

const attach: EngineRequest = {
  method: "POST",
  path: "/containers/web/attach",
  query: { stream: true },
  reply: "stream",
};

function upgraded(type = "application/vnd.docker.raw-stream"): string {
  return `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`;
}

/** Echoes what it reads until the end of the input, then says goodbye. */
function startEcho() {
  return startDaemon(async (conn, next) => {
    await next();
    await say(conn, `${upgraded()}hello `);
    const buffer = new Uint8Array(1024);
    for (let read = await conn.read(buffer); read !== null; read = await conn.read(buffer)) {
      await say(conn, new TextDecoder().decode(buffer.subarray(0, read)).toUpperCase());
    }
    await say(conn, " bye");
  });
}

Deno.test("an upgraded socket carries input, its end, and all output until the end", async () => {
  const daemon = startEcho();
  const socket = await transportTo(daemon.host).upgrade(execStart(true));
  assert.equal(socket.multiplexed, false);
  await socket.write(new TextEncoder().encode("one "));
  await socket.write(new TextEncoder().encode("two"));
  await socket.closeWrite();
  assert.equal(await textOf(socket.chunks()), "hello ONE TWO bye");
  socket.close();
  daemon.stop();
  assert.match(daemon.requests[0] ?? "", /^POST \/v1\.43\/exec\/e1\/start HTTP\/1\.1\r\n/);
  assert.match(daemon.requests[0] ?? "", /connection: Upgrade\r\n/);
  assert.match(daemon.requests[0] ?? "", /upgrade: tcp\r\n/);
});

Deno.test("bytes that came together with the head of the upgrade are not lost", async () => {
  const frame = "\x02\0\0\0\0\0\0\x05first";
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, upgraded() + frame);
  });
  const socket = await transportTo(daemon.host).upgrade(execStart(false));
  assert.equal(socket.multiplexed, true);
  for await (const { stream, bytes } of demultiplex(socket.chunks())) {
    assert.deepEqual([stream, new TextDecoder().decode(bytes)], ["stderr", "first"]);
  }
  daemon.stop();
});

Deno.test("whether the output comes in frames: an exec says it itself, for an attach the daemon does", async () => {
  const raw = "application/vnd.docker.raw-stream";
  const framed = "application/vnd.docker.multiplexed-stream";
  const cases = [
    [execStart(true), raw, "1.43", false],
    [execStart(false), raw, "1.43", true],
    [execStart(false), framed, "1.43", true],
    [attach, raw, "1.43", false],
    [attach, framed, "1.43", true],
    [attach, raw, "1.41", true],
  ] as const;
  for (const [request, type, apiVersion, expected] of cases) {
    const daemon = answering(() => upgraded(type));
    const socket = await transportTo(daemon.host, { apiVersion }).upgrade(request);
    assert.equal(socket.multiplexed, expected, `${request.path} ${type} ${apiVersion}`);
    socket.close();
    daemon.stop();
  }
});

Deno.test("an upgrade that is refused fails with the daemon's own words", async () => {
  for (const [status, says] of [[404, "No such exec instance: e1"], [409, "Container is paused"]] as const) {
    const daemon = answering(() => whole(`${status} Refused`, JSON.stringify({ message: says })));
    await failing(transportTo(daemon.host).upgrade(execStart(false)), { fault: { kind: "status", status }, says });
    assert.equal(daemon.requests.length, 1);
    daemon.stop();
  }
  const daemon = answering(() => ok("no"));
  const expected = { fault: { kind: "malformed" }, says: "it is 200 where 101 was expected" } as const;
  await failing(transportTo(daemon.host).upgrade(execStart(false)), expected);
  daemon.stop();
});

Deno.test("an upgrade is asked for once, within the time-out", async () => {
  const closes = startDaemon(async (_, next) => void await next());
  await failing(transportTo(closes.host).upgrade(attach), {
    fault: { kind: "interrupted" },
    says: "before it answered",
  });
  assert.equal(closes.requests.length, 1);
  closes.stop();
  const hangs = startDaemon(async (conn, next) => {
    await next();
    await untilClosed(conn);
  });
  const sent = transportTo(hangs.host, { timeout: 200 }).upgrade(attach);
  await failing(sent, { fault: { kind: "timeout", ms: 200, sent: true }, says: "did not answer POST" });
  hangs.stop();
});

Deno.test("an upgraded socket outlives the time-out, and its signal ends it at once", async () => {
  const gone = Promise.withResolvers<void>();
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, upgraded());
    await new Promise((resolve) => setTimeout(resolve, 400));
    await say(conn, "late");
    await untilClosed(conn);
    gone.resolve();
  });
  const stop = new AbortController();
  const reason = new Error("enough");
  const socket = await transportTo(daemon.host, { timeout: 100 }).upgrade({ ...attach, signal: stop.signal });
  const reading = async () => {
    for await (const chunk of socket.chunks()) {
      assert.equal(new TextDecoder().decode(chunk), "late");
      stop.abort(reason);
    }
  };
  await assert.rejects(reading(), (error) => error === reason);
  await gone.promise;
  await assert.rejects(socket.write(new Uint8Array(1)), (error) => error === reason);
  socket.close();
  daemon.stop();
});

Deno.test("writing to a socket that the daemon has closed is interrupted", async () => {
  const daemon = answering(() => upgraded());
  const socket = await transportTo(daemon.host).upgrade(attach);
  await daemon.stop();
  const writing = async () => {
    for (let i = 0; i < 100; i++) await socket.write(new Uint8Array(64 * 1024));
  };
  await failing(writing(), { fault: { kind: "interrupted" }, says: "closed the connection" });
  socket.close();
});
