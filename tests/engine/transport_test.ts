import assert from "node:assert/strict";
import { json, none } from "../../src/engine/request.ts";
import { answering, failing, ok, say, startDaemon, textOf, transportTo, untilClosed, whole } from "./daemons.ts";

const get = { method: "GET", path: "/containers/json" } as const;
const post = { method: "POST", path: "/containers/web/stop" } as const;

Deno.test("a request has the version in its path, its query, and declines compression", async () => {
  const daemon = answering(() => ok("[]"));
  const transport = transportTo(daemon.host);
  await json(transport, { ...get, query: { all: true, filters: { name: ["a b"] }, limit: undefined } });
  await json(transport, { ...post, body: { kind: "json", value: { t: "ü" } } });
  transport.close();
  daemon.stop();
  const [safe = "", change = ""] = daemon.requests;
  const query = "all=true&filters=%7B%22name%22%3A%5B%22a+b%22%5D%7D";
  assert.match(
    safe,
    new RegExp(`^GET (http://192.0.2.1)?/v1.43/containers/json\\?${query.replaceAll("+", "\\+")} HTTP/1.1\r\n`),
  );
  assert.match(change, /^POST \/v1\.43\/containers\/web\/stop HTTP\/1\.1\r\n/);
  assert.match(change, /content-type: application\/json\r\n/);
  assert.ok(change.endsWith('\r\n\r\n{"t":"Ã¼"}'), change);
  for (const request of daemon.requests) {
    assert.match(request, /accept-encoding: identity\r\n/i);
    assert.match(request, /host: 192\.0\.2\.1\r\n/i);
  }
});

Deno.test("twenty GETs use one connection", async () => {
  const daemon = answering(() => ok("[]"));
  const transport = transportTo(daemon.host);
  for (let i = 0; i < 20; i++) assert.deepEqual(await json(transport, get), []);
  transport.close();
  daemon.stop();
  assert.equal(daemon.requests.length, 20);
  assert.equal(daemon.connections(), 1);
});

Deno.test("an answer that nobody reads gives its connection back", async () => {
  const daemon = answering(() => ok("x".repeat(500_000)));
  const transport = transportTo(daemon.host);
  for (let i = 0; i < 5; i++) assert.equal(await none(transport, get), 200);
  transport.close();
  daemon.stop();
  assert.equal(daemon.connections(), 1);
});

Deno.test("a POST reaches the daemon once, though its pooled connections have died", async () => {
  const daemon = startDaemon(async (conn, next) => {
    if ((await next())?.startsWith("POST")) return;
    await say(conn, ok("[]"));
    await next();
  });
  const transport = transportTo(daemon.host);
  await json(transport, get);
  await failing(none(transport, post), {
    fault: { kind: "interrupted" },
    says: "closed the connection before it answered",
  });
  transport.close();
  daemon.stop();
  assert.equal(daemon.requests.filter((request) => request.startsWith("POST")).length, 1);
});

Deno.test("a GET is tried three times, a streamed one too, a change never again", async () => {
  const daemon = startDaemon(async (_, next) => void await next());
  const transport = transportTo(daemon.host);
  const asks = [
    () => json(transport, get),
    () => transport.send({ ...get, reply: "stream" }),
    () => none(transport, post),
    () => none(transport, { method: "DELETE", path: "/containers/web" }),
  ];
  const counts = [];
  for (const ask of asks) {
    const before = daemon.requests.length;
    await failing(ask(), { fault: { kind: "interrupted" }, says: "closed the connection" });
    counts.push(daemon.requests.length - before);
  }
  transport.close();
  daemon.stop();
  assert.deepEqual(counts, [3, 3, 1, 1]);
});

Deno.test("a GET that succeeds on the third try succeeds", async () => {
  let tries = 0;
  const daemon = startDaemon(async (conn, next) => {
    await next();
    if (++tries === 3) await say(conn, ok('{"ok":true}'));
  });
  const transport = transportTo(daemon.host);
  assert.deepEqual(await json(transport, get), { ok: true });
  transport.close();
  daemon.stop();
});

Deno.test("a caller that gives up between two tries gets its own reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const daemon = startDaemon(async (_, next) => {
    await next();
    setTimeout(() => stop.abort(reason), 20);
  });
  const transport = transportTo(daemon.host);
  await assert.rejects(json(transport, { ...get, signal: stop.signal }), (error) => error === reason);
  transport.close();
  daemon.stop();
  assert.equal(daemon.requests.length, 1);
});

Deno.test("the daemon's own words become the message of a failure", async () => {
  const answers: Record<string, string> = {
    json: whole("500 Internal Server Error", '{"message":"driver failed\\n"}', { "Content-Type": "application/json" }),
    plain: whole("404 Not Found", "404 page not found\n"),
    empty: whole("409 Conflict", ""),
  };
  const daemon = answering((request) => answers[/v1\.43\/(\w+)/.exec(request)?.[1] ?? ""] ?? "");
  const transport = transportTo(daemon.host);
  const expected = [["json", 500, "driver failed"], ["plain", 404, "404 page not found"], [
    "empty",
    409,
    "answered 409",
  ]] as const;
  for (const [name, status, says] of expected) {
    for (const method of ["GET", "POST"] as const) {
      for (const reply of ["whole", "stream"] as const) {
        const sent = transport.send({ method, path: `/${name}`, reply });
        const error = await failing(sent, { fault: { kind: "status", status }, says });
        assert.equal(error.status, status);
        assert.equal(error.request, `${method} /${name}`);
        assert.equal(error.endpoint, daemon.host);
      }
    }
  }
  assert.equal(daemon.requests.length, expected.length * 4, "an answer that refuses is not asked for again");
  transport.close();
  daemon.stop();
});

Deno.test("304 is an answer, not an error", async () => {
  const daemon = answering(() => "HTTP/1.1 304 Not Modified\r\n\r\n");
  const transport = transportTo(daemon.host);
  assert.equal(await none(transport, post), 304);
  transport.close();
  daemon.stop();
});

Deno.test("an answer that sends on to another address is a failure, and nobody goes there", async () => {
  const sent = "HTTP/1.1 301 Moved Permanently\r\nlocation: /images/web\r\ncontent-length: 0\r\n\r\n";
  const daemon = answering(() => sent);
  const transport = transportTo(daemon.host);
  const before = daemon.requests.length;
  const says = "it sends on to another address (status 301)";
  for (const ask of [post, get]) await failing(none(transport, ask), { fault: { kind: "malformed" }, says });
  assert.equal(daemon.requests.length, before + 2);
  transport.close();
  daemon.stop();
});

Deno.test("a HEAD gives its headers and has no body", async () => {
  const stat = { "X-Docker-Container-Path-Stat": "eyJuYW1lIjoiYSJ9" };
  const daemon = answering(() => ok("x".repeat(10), stat).slice(0, -10));
  const transport = transportTo(daemon.host);
  for (const reply of ["whole", "stream"] as const) {
    const response = await transport.send({ method: "HEAD", path: "/containers/web/archive", reply });
    assert.equal(response.headers.get("x-docker-container-path-stat"), "eyJuYW1lIjoiYSJ9");
    assert.equal(await response.text(), "");
  }
  transport.close();
  daemon.stop();
});

Deno.test("a daemon that does not answer is a time-out, and the request counts as sent", async () => {
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await untilClosed(conn);
  });
  const transport = transportTo(daemon.host, { timeout: 200 });
  const fault = { kind: "timeout", ms: 200, sent: true } as const;
  await failing(json(transport, get), { fault, says: "did not answer GET /containers/json within 200 ms" });
  await failing(none(transport, post), { fault, says: "did not answer POST" });
  await failing(transport.send({ ...get, reply: "stream" }), { fault, says: "did not answer GET" });
  const longer = none(transport, { ...post, timeout: 300 });
  await failing(longer, { fault: { kind: "timeout", ms: 300, sent: true }, says: "within 300 ms" });
  transport.close();
  daemon.stop();
});

Deno.test("a whole answer that stalls in its body is a time-out, a streamed one is not", async () => {
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
    await new Promise((resolve) => setTimeout(resolve, 600));
    await say(conn, "cd");
  });
  const transport = transportTo(daemon.host, { timeout: 200 });
  const expected = { fault: { kind: "timeout", ms: 200, sent: true }, says: "within 200 ms" } as const;
  await failing(transport.send({ ...get, reply: "whole" }), expected);
  await failing(transport.send({ ...post, reply: "whole" }), expected);
  assert.equal(await textOf((await transport.send({ ...get, reply: "stream" })).chunks()), "abcd");
  assert.equal(await none(transport, { ...post, timeout: 0 }), 200);
  transport.close();
  await daemon.stop();
});

Deno.test("an answer that is cut is interrupted, however its length was told", async () => {
  const heads = ["Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"];
  for (const rest of heads) {
    const daemon = startDaemon(async (conn, next) => {
      await next();
      await say(conn, `HTTP/1.1 200 OK\r\n${rest}`);
    });
    const transport = transportTo(daemon.host);
    const expected = { fault: { kind: "interrupted" }, says: "in the middle of its answer" } as const;
    for (const ask of [get, post]) {
      await failing(transport.send({ ...ask, reply: "whole" }), expected);
      const response = await transport.send({ ...ask, reply: "stream" });
      await failing(textOf(response.chunks()), expected);
    }
    transport.close();
    daemon.stop();
  }
});

Deno.test("JSON that is cut and an answer that is not HTTP are malformed", async () => {
  const cut = answering(() => ok('[{"Id":'));
  const stranger = startDaemon(async (conn, next) => {
    await next();
    await say(conn, "SSH-2.0-OpenSSH_9.2\r\n");
    await untilClosed(conn);
  });
  await failing(json(transportTo(cut.host), get), { fault: { kind: "malformed" }, says: "not valid JSON" });
  const transport = transportTo(stranger.host);
  for (const ask of [get, post]) {
    await failing(none(transport, ask), { fault: { kind: "malformed" }, says: "it is not HTTP" });
  }
  transport.close();
  cut.stop();
  stranger.stop();
});

Deno.test("with a fetch of its own a transport sends all through it, and a caller can leave", async () => {
  const urls: string[] = [];
  const cancelled = Promise.withResolvers<void>();
  const fake: typeof fetch = (url, init) => {
    urls.push(`${init?.method} ${url}`);
    if (String(url).endsWith("/stop")) return Promise.resolve(new Response(null, { status: 204 }));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
      cancel: () => cancelled.resolve(),
    });
    return Promise.resolve(new Response(body));
  };
  const transport = transportTo("unix:///nowhere", { fetch: fake });
  assert.equal(await none(transport, post), 204);
  const stop = new AbortController();
  const response = await transport.send({ ...get, reply: "stream", signal: stop.signal });
  const reason = new Error("enough");
  const reading = async () => {
    for await (const _ of response.chunks()) stop.abort(reason);
  };
  await assert.rejects(reading(), (error) => error === reason);
  await cancelled.promise;
  assert.deepEqual(urls, [
    "POST http://192.0.2.1/v1.43/containers/web/stop",
    "GET http://192.0.2.1/v1.43/containers/json",
  ]);
  await assert.rejects(transport.upgrade({ ...post, reply: "stream" }), /no connection to upgrade/);
});

Deno.test("what does not fit into an address is told, and not sent", async () => {
  const daemon = answering(() => ok("[]"));
  const transport = transportTo(daemon.host);
  await assert.rejects(
    json(transport, { ...get, query: { filters: { name: ["x".repeat(100_000)] } } }),
    /Cannot send GET \/containers\/json: its address would have 1000\d\d characters, and at most 65000 go/,
  );
  await json(transport, { ...get, query: { filters: { name: ["x".repeat(60_000)] } } });
  assert.equal(daemon.requests.length, 1);
  transport.close();
  daemon.stop();
});
