import assert from "node:assert/strict";
import { type EngineRequest, json } from "../../src/engine/request.ts";
import type { EngineTransport } from "../../src/engine/transport.ts";
import { ok, say, startDaemon, transportTo, untilClosed } from "./daemons.ts";

const list = { method: "GET", path: "/containers/json" } as const;
const reason = new Error("enough");

/** A daemon that answers each request with its number, the first one not before it is told to. */
function slowAtFirst() {
  const asked = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  let count = 0;
  const daemon = startDaemon(async (conn, next) => {
    while (await next()) {
      const number = ++count;
      if (number === 1) {
        asked.resolve();
        await proceed.promise;
      }
      await say(conn, ok(String(number)));
    }
  });
  return { ...daemon, asked: asked.promise, proceed: proceed.resolve };
}

type Ask = Omit<EngineRequest, "reply"> & { reply?: "stream" };

async function withSlowDaemon(
  test: (daemon: ReturnType<typeof slowAtFirst>, ask: (request: Ask) => Promise<number>) => Promise<void>,
): Promise<void> {
  const daemon = slowAtFirst();
  const transport: EngineTransport = transportTo(daemon.host);
  try {
    await test(daemon, async (request) => Number(await (await transport.send({ reply: "whole", ...request })).text()));
  } finally {
    transport.close();
    daemon.proceed();
    await daemon.stop();
  }
}

Deno.test("who asks the same while it is asked already shares the next answer, not that one", () =>
  withSlowDaemon(async (daemon, ask) => {
    const first = ask(list);
    await daemon.asked;
    const later = Promise.all([ask(list), ask(list), ask(list)]);
    daemon.proceed();
    assert.equal(await first, 1);
    assert.deepEqual(await later, [2, 2, 2]);
    assert.equal(await ask(list), 3);
    assert.equal(daemon.requests.length, 3);
  }));

Deno.test("a read that takes long keeps those that ask the same only for a moment", () =>
  withSlowDaemon(async (daemon, ask) => {
    const first = ask(list);
    await daemon.asked;
    assert.deepEqual(await Promise.all([ask(list), ask(list)]), [2, 2]);
    daemon.proceed();
    assert.equal(await first, 1);
  }));

Deno.test("what differs in its path, query or patience, has headers, is a stream or changes something is sent by itself", () =>
  withSlowDaemon(async (daemon, ask) => {
    const prune: Ask = { method: "POST", path: "/containers/prune" };
    const asks: Ask[] = [
      list,
      list,
      { ...list, path: "/images/json" },
      { ...list, query: { all: true } },
      { ...list, query: { names: new Set(["a"]) } },
      { ...list, query: { names: new Set(["b"]) } },
      { ...list, query: { names: new Set(["c"]) } },
      { ...list, timeout: 5000 },
      { ...list, headers: { "X-Registry-Auth": "a" } },
      { ...list, headers: { "X-Registry-Auth": "b" } },
      { ...list, reply: "stream" },
      prune,
      prune,
      prune,
    ];
    const answers = asks.map(ask);
    await daemon.asked;
    daemon.proceed();
    assert.equal(new Set(await Promise.all(answers)).size, asks.length);
  }));

Deno.test("who leaves a shared read does not take it from the others, before it is sent or after", () =>
  withSlowDaemon(async (daemon, ask) => {
    const [leaving, leavingToo] = [new AbortController(), new AbortController()];
    const first = ask({ ...list, signal: leaving.signal });
    await daemon.asked;
    const second = ask({ ...list, signal: leavingToo.signal });
    const third = ask(list);
    leaving.abort(reason);
    leavingToo.abort(reason);
    await assert.rejects(first, (error) => error === reason);
    await assert.rejects(second, (error) => error === reason);
    assert.equal(await third, 2);
  }));

Deno.test("a read that all have left before it was sent is not sent, and nobody joins it", () =>
  withSlowDaemon(async (daemon, ask) => {
    const leaving = new AbortController();
    const first = ask(list);
    await daemon.asked;
    const second = ask({ ...list, signal: leaving.signal });
    leaving.abort(reason);
    await assert.rejects(second, (error) => error === reason);
    assert.equal(await ask(list), 2);
    daemon.proceed();
    assert.equal(await first, 1);
    assert.equal(daemon.requests.length, 2);
  }));

Deno.test("a shared read closes at the daemon when the last one has left it", async () => {
  const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const gone = Promise.withResolvers<void>();
  let count = 0;
  const daemon = startDaemon(async (conn, next) => {
    await next();
    const number = count++;
    asked[number]?.resolve();
    await untilClosed(conn);
    if (number === 1) gone.resolve();
  });
  const transport = transportTo(daemon.host);
  const [one, other, last] = [new AbortController(), new AbortController(), new AbortController()];
  const failed = [one, other, last].map(({ signal }) =>
    assert.rejects(json(transport, { ...list, signal }), (error) => error === reason)
  );
  await asked[1]?.promise;
  other.abort(reason);
  await failed[1];
  last.abort(reason);
  await gone.promise;
  one.abort(reason);
  await Promise.all(failed);
  transport.close();
  daemon.stop();
});
