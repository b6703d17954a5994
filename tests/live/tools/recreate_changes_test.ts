import assert from "node:assert/strict";
import { allowed, image, record } from "./recreated.ts";
import { type Args, at, keysOf, promptly, type Scene, sceneTest, until } from "./scene.ts";

const recreate = "docker_recreate_container";

sceneTest("what is named is changed, and nothing else; secrets are told by their names alone", async (s) => {
  const of = await image(s, "env", ["ENV FROM_IMAGE=1", "ENV STAYS=1", "EXPOSE 70"]);
  const container = await s.run("box", {
    ...{ image: of, stop_timeout: 0, memory: "64m", labels: { a: "1", b: "2" }, ports: ["127.0.0.1::80", "81"] },
    environment: { A: "1", B: "2", TOKEN: "hunter2" },
  });
  const before = record(await s.inspect(container));
  const { text, data } = await s.call(recreate, {
    container,
    environment: { B: null, FROM_IMAGE: null, TOKEN: "hunter3", N: 5 },
    labels: { a: null, c: true },
    ports: ["127.0.0.1::82"],
    ...{ command: "sleep 601", restart: "always", memory: "128m", cpu: 0.5 },
  });
  assert.deepEqual(data["changed"], [
    ...["environment B", "environment FROM_IMAGE", "environment TOKEN", "environment N", "label a", "label c"],
    ...["ports", "command", "restart", "cpu", "memory"],
  ], text);
  assert.doesNotMatch(text + JSON.stringify(data), /hunter/);
  const after = await s.inspect(container);
  assert.equal(await s.sh(container, "echo $A-$B-$FROM_IMAGE-$TOKEN-$N-$STAYS"), "1---hunter3-5-1\n");
  const { a: _, ...labels } = record(at(before, "Config", "Labels"));
  assert.deepEqual(at(after, "Config", "Labels"), { ...labels, c: "true" });
  assert.deepEqual(keysOf(at(after, "Config", "ExposedPorts")).sort(), ["70/tcp", "82/tcp"]);
  assert.deepEqual(at(after, "HostConfig"), {
    ...record(before["HostConfig"]),
    PortBindings: { "82/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
    RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
    ...{ Memory: 128 * 2 ** 20, MemorySwap: 256 * 2 ** 20, NanoCpus: 5e8 },
  });
}, allowed);

sceneTest("where the new one fails, the old one runs again as it was, and nothing else is left", async (s) => {
  const taken = await s.run("taken", { ports: ["127.0.0.1::80"] });
  const port = at(await s.inspect(taken), "NetworkSettings", "Ports", "80/tcp", 0, "HostPort");
  const container = await s.run("box", { stop_timeout: 0, volumes: ["/data"] });
  await s.sh(container, "echo kept > /file && echo kept > /data/file");
  const { Id } = record(await s.inspect(container));
  const health_check = { cmd: "exit 1", interval: "200ms", retries: 1 };
  const checked = await s.run("checked", { stop_timeout: 0, health_check });
  const failures: [code: string, reason: RegExp, args: Args][] = [
    ["DKR-004", /executable file .*not found|no such file/i, { container, command: ["not-there"] }],
    ["DKR-004", /exit code 3.*it printed: oh no/, { container, command: ["sh", "-c", "echo oh no >&2; exit 3"] }],
    ["DKR-006", /already allocated|in use/, { container, ports: [`127.0.0.1:${port}:80`] }],
    ["DKR-004", /no health check/, { container, wait: "healthy" }],
    ["DKR-004", /its health check fails/, { container: checked, wait: "healthy", wait_timeout: "20s" }],
  ];
  for (const [code, reason, args] of failures) {
    const told = await s.fails(code, recreate, args);
    assert.match(told, reason);
    assert.match(told, /is as it was before/);
    assert.equal(at(await s.inspect(container), "Id"), Id);
    assert.equal(await s.sh(container, "cat /file /data/file"), "kept\nkept\n");
  }
  const { containers } = await s.data("docker_list_containers", { all: true, label: s.label });
  assert.ok(Array.isArray(containers));
  const names = containers.map((one: unknown) => String(at(one, "name"))).sort();
  assert.deepEqual(names, [taken, container, checked].sort());
}, allowed);

sceneTest("where the caller gives up, the old one runs again, also if it was just being stopped", async (s) => {
  // It does not heed SIGTERM: its stop takes three seconds, and begins once the new one is made.
  const container = await s.run("deaf", { stop_timeout: 3 });
  const { Id } = record(await s.inspect(container));
  for (const ms of [0, 1500]) {
    const abort = new AbortController();
    const call = { name: recreate, arguments: { container, environment: { B: "1" } } };
    const rejected = assert.rejects(s.client.callTool(call, { signal: abort.signal }));
    await until("the new one is made", async () => await count(s) === 2);
    setTimeout(() => abort.abort(), ms);
    await promptly(10_000, rejected);
    // The caller is not kept waiting; what was begun is undone after that.
    await until("the new one is gone", async () => await count(s) === 1);
    await until("the old one is back", async () => await isBack(s, container, Id));
  }
  // Nor is it stopped later.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  assert.equal(await isBack(s, container, Id), true);
  assert.equal(await count(s), 1);
}, allowed);

sceneTest("one that waits for its health takes over when it is well", async (s) => {
  const health_check = { cmd: "true", interval: "200ms" };
  const container = await s.run("box", { stop_timeout: 0, health_check });
  assert.equal((await s.data(recreate, { container, wait: "healthy" }))["state"], "running");
  assert.equal(at(await s.inspect(container), "State", "Health", "Status"), "healthy");
}, allowed);

sceneTest("one that does not run is not started, and one that removes itself is refused while it runs", async (s) => {
  const created = await s.create("created");
  assert.equal((await s.data(recreate, { container: created }))["state"], "created");
  const ended = await s.run("ended", { command: ["true"], wait: "exit" });
  assert.equal((await s.data(recreate, { container: ended }))["state"], "created");
  const leaving = await s.run("leaving", { auto_remove: true });
  assert.match(await s.fails("DKR-004", recreate, { container: leaving }), /it removes itself when it stops/);
  assert.equal(at(await s.inspect(leaving), "State", "Running"), true);
}, allowed);

sceneTest("a caller who gives up leaves the old container as it was", async (s) => {
  const container = await s.run("box", { stop_timeout: 0, health_check: { cmd: "exit 1", interval: "1s" } });
  const { Id } = record(await s.inspect(container));
  const given = new AbortController();
  const call = s.client.callTool({ name: recreate, arguments: { container, wait: "healthy" } }, {
    signal: given.signal,
  });
  // For a moment nothing bears the name.
  const named = () => s.inspect(container).then((now) => at(now, "Id"), () => Id);
  await until("the new one runs", async () => await named() !== Id);
  given.abort();
  await assert.rejects(call);
  await until("the old one is back", async () => await isBack(s, container, Id));
}, allowed);

async function count(s: Scene): Promise<number> {
  const { containers } = await s.data("docker_list_containers", { all: true, label: s.label });
  assert.ok(Array.isArray(containers));
  return containers.length;
}

async function isBack(s: Scene, container: string, Id: unknown): Promise<boolean> {
  const now = await s.inspect(container).catch(() => undefined);
  return at(now, "Id") === Id && at(now, "State", "Running") === true;
}

sceneTest("the question counts the files that would be lost", async (s) => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  const { client } = await s.also({ elicit });
  const container = await s.run("box", { volumes: ["/data"] });
  await s.sh(container, "mkdir -p /new/deep && touch /new/deep/a /new/b /data/c");
  await client.callTool({ name: recreate, arguments: { container, image: "nginx:2" } });
  assert.deepEqual(asked, [
    `Recreate a container: Container "${container}" (${s.image}, running) will be replaced by one of nginx:2; ` +
    "2 files changed in it since its creation will be lost. Its volumes stay.",
  ]);
});
