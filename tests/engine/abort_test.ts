import assert from "node:assert/strict";
import { json } from "../../src/engine/request.ts";
import { ok, say, startDaemon, transportTo, untilClosed } from "./daemons.ts";

const get = { method: "GET", path: "/containers/web/logs" } as const;
const reason = new Error("enough");

/** A daemon that begins a stream, or nothing, and tells when its client has gone. */
function following({ head }: { head: string }) {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const daemon = startDaemon(async (conn, next) => {
    await next();
    asked.resolve();
    await say(conn, head);
    await untilClosed(conn);
    gone.resolve();
  });
  return { daemon, gone: gone.promise, asked: asked.promise };
}

const endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";

Deno.test("a stream that its caller aborts rejects with the caller's reason and closes at the daemon", async () => {
  const { daemon, gone } = following({ head: endless });
  const stop = new AbortController();
  const response = await transportTo(daemon.host).send({ ...get, reply: "stream", signal: stop.signal });
  const reading = async () => {
    for await (const _ of response.chunks()) setTimeout(() => stop.abort(reason), 20);
  };
  await assert.rejects(reading(), (error) => error === reason);
  await gone;
  daemon.stop();
});

Deno.test("leaving the loop over a stream closes it at the daemon", async () => {
  const { daemon, gone } = following({ head: endless });
  const response = await transportTo(daemon.host).send({ ...get, reply: "stream" });
  for await (const chunk of response.chunks()) {
    assert.equal(new TextDecoder().decode(chunk), "first");
    break;
  }
  await gone;
  daemon.stop();
});

Deno.test("discarding a stream closes it at the daemon", async () => {
  const { daemon, gone } = following({ head: endless });
  const response = await transportTo(daemon.host).send({ ...get, reply: "stream" });
  await response.discard();
  await gone;
  daemon.stop();
});

for (const [method, reply] of [["GET", "stream"], ["POST", "stream"], ["GET", "whole"], ["POST", "whole"]] as const) {
  Deno.test(`a ${method} for a ${reply} answer that is aborted while it waits closes at the daemon`, async () => {
    const { daemon, gone, asked } = following({ head: "" });
    const stop = new AbortController();
    const transport = transportTo(daemon.host);
    const sent = transport.send({ method, path: "/wait", reply, signal: stop.signal });
    asked.then(() => stop.abort(reason));
    await assert.rejects(sent, (error) => error === reason);
    await gone;
    transport.close();
    daemon.stop();
  });
}

Deno.test("a request whose caller has left already is never sent", async () => {
  const { daemon } = following({ head: "" });
  const transport = transportTo(daemon.host);
  const signal = AbortSignal.abort(reason);
  for (const method of ["GET", "POST"] as const) {
    await assert.rejects(json(transport, { method, path: "/x", signal }), (error) => error === reason);
  }
  transport.close();
  await daemon.stop();
  assert.equal(daemon.requests.length, 0);
});

Deno.test("a caller that leaves while the version is agreed on does not disturb the others", async () => {
  const asked = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  const daemon = startDaemon(async (conn, next) => {
    for (let request = await next(); request; request = await next()) {
      asked.resolve();
      await proceed.promise;
      await say(conn, ok("{}", { "Api-Version": "1.45" }));
    }
  });
  const transport = transportTo(daemon.host, { apiVersion: "auto" });
  const stop = new AbortController();
  const leaves = json(transport, { ...get, signal: stop.signal });
  const stays = json(transport, get);
  await asked.promise;
  stop.abort(reason);
  await assert.rejects(leaves, (error) => error === reason);
  proceed.resolve();
  assert.deepEqual(await stays, {});
  transport.close();
  daemon.stop();
});
