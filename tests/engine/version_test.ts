import assert from "node:assert/strict";
import { json } from "../../src/engine/request.ts";
import { connect } from "../../src/engine/transport.ts";
import { answering, failing, ok, transportTo, whole } from "./daemons.ts";

/** A transport to a daemon that answers `/_ping` and `/version` as given. */
function speaking(answers: Record<string, string>, apiVersion = "auto") {
  const daemon = answering((request) => {
    const path = /^GET http:\/\/192\.0\.2\.1(\S*)/.exec(request)?.[1] ?? "";
    return answers[path] ?? (/^\/v1\.\d+\/x(\?n=\d)?$/.test(path) ? ok('"yes"') : whole("404 Not Found", ""));
  });
  const transport = transportTo(daemon.host, { apiVersion });
  const stop = () => {
    transport.close();
    return daemon.stop();
  };
  const targets = () => daemon.requests.map((request) => /192\.0\.2\.1(\S*)/.exec(request)?.[1]);
  return { transport, targets, stop };
}

Deno.test("the version is agreed on once: the daemon's, or the newest that is known here", async () => {
  for (const [offered, agreed] of [["1.41", "1.41"], ["1.45", "1.45"], ["1.51", "1.51"], ["1.99", "1.51"]] as const) {
    const ping = ok("OK", { "Api-Version": offered, Server: "Docker/26.1.5 (linux)" });
    const { transport, targets, stop } = speaking({ "/_ping": ping });
    const answers = [1, 2, 3].map((n) => json(transport, { method: "GET", path: "/x", query: { n } }));
    assert.deepEqual(await Promise.all(answers), ["yes", "yes", "yes"]);
    assert.deepEqual(await transport.agreed(), { apiVersion: agreed, apiMax: offered, daemonVersion: "26.1.5" });
    assert.deepEqual(targets(), ["/_ping", ...[1, 2, 3].map((n) => `/v${agreed}/x?n=${n}`)]);
    await stop();
  }
});

Deno.test("a daemon whose ping names no version is asked for /version", async () => {
  const version = JSON.stringify({
    Components: [{ Name: "Engine", Version: "0" }],
    Version: "5.8.6",
    ApiVersion: "1.44",
    MinAPIVersion: "1.24",
  });
  const { transport, stop } = speaking({ "/_ping": ok("OK"), "/version": ok(version) });
  const expected = { apiVersion: "1.44", apiMax: "1.44", apiMin: "1.24", daemonVersion: "5.8.6" };
  assert.deepEqual(await transport.agreed(), expected);
  await stop();
});

Deno.test("a daemon with no version in common is incompatible, and the message has both sides", async () => {
  const fault = { kind: "incompatible" } as const;
  const old = speaking({ "/_ping": ok("OK", { "Api-Version": "1.40" }) });
  const says = "the daemon knows it up to 1.40, this client knows 1.41 to 1.51";
  await failing(json(old.transport, { method: "GET", path: "/x" }), { fault, says });
  await old.stop();
  const version = ok('{"ApiVersion":"1.70","MinAPIVersion":"1.60"}');
  const future = speaking({ "/_ping": ok("OK"), "/version": version });
  await failing(future.transport.agreed(), { fault, says: "the daemon knows it from 1.60" });
  await future.stop();
  const silent = speaking({ "/_ping": ok("OK"), "/version": ok("<html>") });
  await failing(silent.transport.agreed(), { fault: { kind: "malformed" }, says: "it names no API version" });
  await silent.stop();
});

Deno.test("a pinned version is taken without asking, where it is known here", async () => {
  const { transport, targets, stop } = speaking({}, "1.42");
  assert.equal(await json(transport, { method: "GET", path: "/x" }), "yes");
  assert.deepEqual(await transport.agreed(), { apiVersion: "1.42" });
  assert.deepEqual(targets(), ["/v1.42/x"]);
  await stop();
  const fault = { kind: "incompatible" } as const;
  for (const apiVersion of ["1.40", "1.52"]) {
    const refused = connect({ host: "unix:///x", timeout: 1000, apiVersion });
    await failing(refused.agreed(), { fault, says: `${apiVersion} is asked for, this client knows 1.41 to 1.51` });
  }
  const refused = connect({ host: "unix:///x", timeout: 1000, apiVersion: "v1.43" });
  await failing(refused.agreed(), { fault, says: '"v1.43" is not an API version' });
});

Deno.test("a failure to agree is not kept", async () => {
  const answers = { "/_ping": whole("503 Service Unavailable", "starting") };
  const { transport, stop } = speaking(answers);
  const expected = { fault: { kind: "status", status: 503 }, says: "starting" } as const;
  await failing(transport.agreed(), expected);
  await failing(json(transport, { method: "GET", path: "/x" }), expected);
  answers["/_ping"] = ok("OK", { "Api-Version": "1.43" });
  assert.equal((await transport.agreed()).apiVersion, "1.43");
  await stop();
});
