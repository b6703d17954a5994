import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../../src/config/config.ts";
import { fakeEnv, fakeSystem } from "./fake_system.ts";

const files = { "/c/ca.pem": "A", "/c/cert.pem": "B", "/c/key.pem": "C", "/o/ca.pem": "D" };

function enginesOf(args: string[], variables: Record<string, string> = {}) {
  return parseConfig(args, fakeEnv(variables), fakeSystem({ files })).engines;
}

function faultsOf(...args: string[]): readonly string[] {
  try {
    enginesOf(args);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.faults;
  }
  throw new Error("No fault was found");
}

Deno.test("several hosts keep their names, their rights and their order; the first is the engine", () => {
  const args = ["--host", "prod(ro)=tcp://box", "--host=lab(no-destroy)=unix:///run/l.sock", "--host=own=ssh://me@box"];
  const engines = enginesOf(args);
  assert.deepEqual(engines.map(({ name, rights, host }) => [name, rights, host]), [
    ["prod", "ro", "tcp://box:2375"],
    ["lab", "no-destroy", "unix:///run/l.sock"],
    ["own", "all", "ssh://me@box"],
  ]);
  assert.equal(parseConfig(args, fakeEnv(), fakeSystem()).engine.name, "prod");
});

Deno.test("DOCKER_HOST takes several as lines", () => {
  const engines = enginesOf([], { DOCKER_HOST: "a=unix:///a.sock\nb(ro)=unix:///b.sock\n" });
  assert.deepEqual(engines.map(({ name, rights, foundBy }) => [name, rights, foundBy]), [
    ["a", "all", "DOCKER_HOST"],
    ["b", "ro", "DOCKER_HOST"],
  ]);
});

Deno.test("one host may have a name and rights, or neither", () => {
  const [named] = enginesOf(["--host=prod(ro)=unix:///run/p.sock"]);
  assert.deepEqual([named?.name, named?.rights], ["prod", "ro"]);
  const [plain] = enginesOf(["--host=unix:///run/a=b.sock"]);
  assert.deepEqual([plain?.name, plain?.rights, plain?.host], [undefined, "all", "unix:///run/a=b.sock"]);
});

Deno.test("certificates are for the host whose name is in front of their folder, else for all others", () => {
  const hosts = ["--host=a=tcp://a", "--host=b=tcp://b", "--host=c=unix:///c.sock"];
  const [a, b, c] = enginesOf([...hosts, "--cert-path=/c", "--cert-path=b=/o"]);
  assert.deepEqual([a?.tls?.cert, b?.tls, c?.tls], ["/c/cert.pem", { ca: "/o/ca.pem" }, undefined]);
  const [plain, secured] = enginesOf([...hosts, "--cert-path", "b=/o"]);
  assert.deepEqual([plain?.host, plain?.tls, secured?.host], ["tcp://a:2375", undefined, "tcp://b:2376"]);
});

Deno.test("hosts that cannot be told apart or understood are faults, all at once", () => {
  assert.deepEqual(faultsOf("--host=a=unix:///a", "--host=a=unix:///b", "--host=unix:///c", "--host=d(rw)=unix:///d"), [
    'Cannot use the rights "rw" of the host "d": they are (ro), (no-destroy), or none for all',
    'Cannot use the host "a": two have this name',
    'Cannot use "unix:///c" as one of several hosts: write name=unix:///c',
  ]);
  assert.deepEqual(faultsOf("--host=a=box:1", "--host=b=unix:///b"), [
    'Cannot use "box:1" from --host: it must be unix:///path, tcp://host:port, https://host:port or ssh://user@host',
  ]);
});

Deno.test("a port that no request is sent to is refused, with the reason", () => {
  for (const port of [1, 22, 6000, 6667, 10080]) {
    assert.deepEqual(faultsOf(`--host=tcp://box:${port}`), [
      `Cannot use "tcp://box:${port}" from --host: port ${port} belongs to another protocol, and Deno's fetch sends ` +
      "nothing there; let the engine listen on another one, such as 2375 or 2376 with TLS, or forward one to it",
    ]);
  }
  assert.equal(enginesOf(["--host=tcp://box:6001"])[0]?.host, "tcp://box:6001");
  for (const host of ["tcp://box:0", "ssh://box:0", "ssh://box:65536", "ssh://box:99999"]) {
    assert.deepEqual(faultsOf(`--host=${host}`), [
      `Cannot use "${host}" from --host: a port is a number from 1 to 65535`,
    ]);
  }
  assert.equal(enginesOf(["--host=ssh://box:65535"])[0]?.host, "ssh://box:65535");
});

Deno.test("an ssh address holds a user, a host, a port and a socket, and nothing that ssh could take for an option", () => {
  for (const host of ["ssh://box", "ssh://me@box.example:2222", "ssh://me@[::1]:22/run/user/7/docker.sock"]) {
    assert.equal(enginesOf([`--host=${host}`])[0]?.host, host);
  }
  assert.equal(enginesOf(["--host=ssh://box/"])[0]?.host, "ssh://box");
  for (
    const host of ["ssh://", "ssh://-oProxyCommand=x", "ssh://-l@box", "ssh://me:pw@box", "ssh://a b", "ssh://box:x"]
  ) {
    assert.deepEqual(faultsOf(`--host=${host}`), [
      `Cannot use "${
        host.replace(":pw", ":[redacted]")
      }" from --host: it must be ssh://user@host:port/path, without a password`,
    ]);
  }
});
