import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { created, refused } from "./created.ts";

Deno.test("every plain option of docker run has its place in the body", async () => {
  const sent = await created({
    name: "web",
    user: "1000:1000",
    workdir: "/app",
    hostname: "host",
    domainname: "example.org",
    dns: ["1.1.1.1"],
    dns_search: ["example.org"],
    cap_add: ["NET_ADMIN"],
    cap_drop: ["ALL"],
    read_only: true,
    security_opt: ["no-new-privileges"],
    privileged: true,
    pid: "host",
    ipc: "private",
    userns: "host",
    sysctls: { "net.core.somaxconn": 1024 },
    group_add: ["audio"],
    init: true,
    tty: true,
    stdin_open: true,
    log_driver: "json-file",
    log_options: { "max-size": "10m" },
    stop_signal: "SIGINT",
    stop_timeout: 3,
    auto_remove: true,
    network: "none",
  });
  assert.deepEqual(sent, {
    Image: "busybox:1.37",
    User: "1000:1000",
    WorkingDir: "/app",
    Hostname: "host",
    Domainname: "example.org",
    StopSignal: "SIGINT",
    StopTimeout: 3,
    Tty: true,
    OpenStdin: true,
    HostConfig: {
      NetworkMode: "none",
      PidMode: "host",
      IpcMode: "private",
      UsernsMode: "host",
      Privileged: true,
      ReadonlyRootfs: true,
      CapAdd: ["NET_ADMIN"],
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Dns: ["1.1.1.1"],
      DnsSearch: ["example.org"],
      LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
      AutoRemove: true,
      Init: true,
      Sysctls: { "net.core.somaxconn": "1024" },
      GroupAdd: ["audio"],
    },
  });
});

Deno.test("name and platform travel in the query", async () => {
  await using connected = await connect();
  const options = { image: "busybox:1.37", name: "web", platform: "linux/arm64" };
  await connected.text("docker_create_container", options);
  const asked = connected.daemon.seen.find(({ path }) => path === "/containers/create");
  assert.deepEqual(asked?.query, { name: "web", platform: "linux/arm64" });
});

Deno.test("a health check is a line for the shell or a list of words", async () => {
  const health_check = { cmd: "curl -f x", interval: "30s", timeout: 5, retries: 3, start_period: "1m30s" };
  const timed = { Interval: 30e9, Timeout: 5e9, StartPeriod: 90e9, Retries: 3 };
  assert.deepEqual((await created({ health_check })).Healthcheck, { Test: ["CMD-SHELL", "curl -f x"], ...timed });
  const table: [unknown, string[]][] = [
    [{ cmd: ["curl", "x"] }, ["CMD", "curl", "x"]],
    [{ cmd: ["CMD", "curl"] }, ["CMD", "curl"]],
    [{ cmd: ["CMD-SHELL", "curl x"] }, ["CMD-SHELL", "curl x"]],
    [{ cmd: "none" }, ["NONE"]],
    [{ disable: true }, ["NONE"]],
  ];
  for (const [health_check, Test] of table) assert.deepEqual((await created({ health_check })).Healthcheck, { Test });
});

Deno.test("a health check that cannot be is refused", async () => {
  const noCommand = '"health_check": expected "cmd": a shell line or a list of words';
  const table: [unknown, string][] = [
    [{}, noCommand],
    [{ cmd: [] }, noCommand],
    [{ cmd: "" }, noCommand],
    [{ cmd: "x", retries: -1 }, '"health_check.retries": expected at least 0'],
    [{ cmd: "x", intervall: "3s" }, '"health_check.intervall" is not known here'],
  ];
  for (const [health_check, why] of table) assert.equal(await refused({ health_check }), why);
});

Deno.test("the first network is given at creation, the others are joined before the start", async () => {
  const web = { aliases: ["www"], ipv4_address: "10.0.0.2" };
  const { NetworkingConfig, HostConfig } = await created({ networks: { front: web, back: null } });
  const endpoint = { Aliases: ["www"], IPAMConfig: { IPv4Address: "10.0.0.2" } };
  assert.deepEqual(NetworkingConfig, { EndpointsConfig: { front: endpoint } });
  assert.equal(HostConfig?.NetworkMode, "front");
  await using connected = await connect();
  const options = { image: "busybox:1.37", name: "web", networks: ["front", "back", "side"] };
  for (const name of options.networks) await connected.text("docker_create_network", { name });
  const before = connected.daemon.seen.length;
  await connected.text("docker_run_container", options);
  const sent = connected.daemon.seen.slice(before);
  const changes = sent.filter(({ method }) => method === "POST").map(({ path }) => path);
  const id = connected.daemon.container("web").Id;
  assert.deepEqual(changes, [
    "/containers/create",
    "/networks/back/connect",
    "/networks/side/connect",
    `/containers/${id}/start`,
  ]);
});

Deno.test("networks that cannot be are refused", async () => {
  const table: [Record<string, unknown>, string][] = [
    [{ network: "a", networks: ["b"] }, '"networks": expected either "network" or "networks", not both'],
    [{ networks: { a: { ipv4_address: "nope" } } }, '"networks.a.ipv4_address": expected a valid ipv4'],
    [{ networks: { a: { alias: ["x"] } } }, '"networks.a.alias" is not known here'],
    [{ networks: "a" }, '"networks": expected a list or an object'],
  ];
  for (const [options, why] of table) assert.equal(await refused(options), why);
});

Deno.test("unknown and missing options are named, with the one that was meant", async () => {
  assert.equal(await refused({ imagee: "x" }), '"imagee" is not known here');
  assert.equal(await refused({ name: "-x" }), '"name": expected letters, digits, _ . -, at least two, at most 255');
  await using connected = await connect();
  const text = await connected.text("docker_create_container", { imagee: "x" });
  assert.match(text, /"image" is required \(a string\); "imagee" is not known here; did you mean "image"\?/);
});
