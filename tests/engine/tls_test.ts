import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { Buffer } from "node:buffer";
import { json, none } from "../../src/engine/request.ts";
import { connect } from "../../src/engine/transport.ts";
import { failing, type Handler, ok, say, serve, textOf, transportTo, untilClosed } from "./daemons.ts";

// Two authorities; the first has signed a server (localhost, 127.0.0.1) and a client. All are valid for 100 years. What a
// third one, `old-ca`, has signed has expired.
function file(name: string): string {
  return new URL(`./tls/${name}.pem`, import.meta.url).pathname;
}

const client = { ca: file("ca"), cert: file("client"), key: file("client-key") };
const unreachable = { kind: "unreachable", why: "tls" } as const;
const get = { method: "GET", path: "/x" } as const;
const post = { method: "POST", path: "/x" } as const;

/** A daemon with `--tlsverify`: it wants a certificate of its own authority. */
async function startTlsDaemon(certificate = "server") {
  const read = (name: string) => Deno.readTextFileSync(file(name));
  const keys = { key: read(`${certificate}-key`), cert: read(certificate), ca: read("ca") };
  const server = createServer({ ...keys, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    request.resume();
    response.end(JSON.stringify(request.url));
  });
  server.on("upgrade", (_, socket) => {
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    socket.on("data", (data: Buffer) => socket.end(data.toString().toUpperCase()));
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { port, stop };
}

function startTcpDaemon(handle: Handler) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return serve(listener, { host: `tcp://127.0.0.1:${listener.addr.port}`, handle });
}

const options = { sanitizeResources: false, sanitizeOps: false };

Deno.test("certificates of both sides: pooled calls, changes, streams and upgrades", options, async () => {
  const { port, stop } = await startTlsDaemon();
  for (const host of [`tcp://127.0.0.1:${port}`, `https://localhost:${port}`]) {
    const transport = transportTo(host, { tls: client });
    assert.equal(await json(transport, get), "/v1.43/x");
    assert.equal(await json(transport, post), "/v1.43/x");
    assert.equal(await textOf((await transport.send({ ...get, reply: "stream" })).chunks()), '"/v1.43/x"');
    const socket = await transport.upgrade({ ...post, reply: "stream" });
    await socket.write(new TextEncoder().encode("hello"));
    assert.equal(await textOf(socket.chunks()), "HELLO");
    transport.close();
  }
  await stop();
});

Deno.test("a daemon of another authority, and a client without certificate, fail as TLS", options, async () => {
  const { port, stop } = await startTlsDaemon();
  const host = `tcp://127.0.0.1:${port}`;
  const cases = [
    [
      { ...client, ca: file("stranger") },
      "TLS failed: the engine's certificate is not signed by the authority in ca.pem",
    ],
    [{ ca: file("ca") }, "TLS failed: the engine wants a client certificate"],
  ] as const;
  for (const [tls, says] of cases) {
    const transport = transportTo(host, { tls });
    for (const ask of [get, post]) {
      for (const reply of ["whole", "stream"] as const) {
        await failing(transport.send({ ...ask, reply }), { fault: unreachable, says });
      }
    }
    transport.close();
  }
  await stop();
});

Deno.test(
  "a daemon whose certificate has expired, or is for another name, fails as TLS and says so",
  options,
  async () => {
    const old = await startTlsDaemon("old-server");
    const other = await startTlsDaemon();
    const cases = [
      [`tcp://127.0.0.1:${old.port}`, "old-ca", "TLS failed: the engine's certificate has expired"],
      [`tcp://127.0.0.2:${other.port}`, "ca", "TLS failed: the engine's certificate is for another host name"],
    ] as const;
    for (const [host, ca, says] of cases) {
      const transport = transportTo(host, { tls: { ...client, ca: file(ca) } });
      for (const ask of [get, post]) await failing(none(transport, ask), { fault: unreachable, says });
      transport.close();
    }
    await old.stop();
    await other.stop();
  },
);

Deno.test("a certificate that cannot be read is named", async () => {
  const transport = transportTo("tcp://127.0.0.1:1", { tls: { ca: "/nowhere/ca.pem" } });
  await failing(json(transport, get), { fault: unreachable, says: 'cannot read "/nowhere/ca.pem": No such file' });
  const wrong = transportTo("tcp://127.0.0.1:1", { tls: { ...client, key: file("client") } });
  await failing(json(wrong, get), { fault: unreachable, says: "TLS failed: No keys found" });
});

Deno.test("TCP without TLS works", async () => {
  const daemon = startTcpDaemon(async (conn, next) => {
    await next();
    await say(conn, ok('"yes"'));
  });
  const transport = transportTo(daemon.host);
  assert.equal(await json(transport, get), "yes");
  assert.equal(await json(transport, post), "yes");
  assert.match(daemon.requests[1] ?? "", new RegExp(`host: ${daemon.host.slice("tcp://".length)}\r\n`));
  transport.close();
  await daemon.stop();
});

Deno.test("TLS to a daemon that does not speak it fails as TLS", async () => {
  const daemon = startTcpDaemon(async (conn) => {
    await conn.read(new Uint8Array(10_000));
    await say(conn, "HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const transport = transportTo(daemon.host, { tls: client });
  for (const ask of [get, post]) {
    await failing(none(transport, ask), { fault: unreachable, says: "received corrupt message" });
  }
  transport.close();
  await daemon.stop();
});

Deno.test("a handshake that never ends is a time-out of a request that was not sent", async () => {
  const daemon = startTcpDaemon((conn) => untilClosed(conn));
  const sent = none(transportTo(daemon.host, { tls: client, timeout: 200 }), post);
  await failing(sent, { fault: { kind: "timeout", ms: 200, sent: false }, says: "no connection within 200 ms" });
  await daemon.stop();
});

Deno.test("an address that cannot be used is refused with what was expected", () => {
  for (const host of ["ssh://-l", "unix://relative", "tcp://", "npipe:////./pipe/docker", "tcp://h:1/path", ""]) {
    const message = `Cannot use "${host}" as the address of the Docker daemon: expected unix:///path`;
    const start = () => connect({ host, timeout: 1000, apiVersion: "auto" });
    assert.throws(start, (error) => error instanceof RangeError && error.message.startsWith(message));
  }
});
