import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { containerEvent } from "../fake_events.ts";
import { ended, running } from "../tools/golden.ts";
import { until } from "../until.ts";
import { eras, listener } from "./listener.ts";

/** Requests for a stream that the daemon still answers. */
function open({ daemon }: Connected, path: RegExp): number {
  return daemon.seen.filter((seen) => path.test(seen.path) && !seen.broken).length;
}

const [events, logs] = [/^\/events$/, /\/logs$/];

let seconds = 0;

/** Makes something happen to a container of the fake daemon. */
function happen({ daemon }: Connected, name: string, action: string): void {
  const time = new Date(1000 * seconds++).toISOString().slice(11, 19);
  daemon.events.push(containerEvent(daemon.container(name), action, { time }));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

for (const era of eras) {
  Deno.test(`${era}: a subscriber hears of what happens at its address, and of nothing else`, async () => {
    await using connected = await connect();
    await running(connected);
    await ended(connected);
    await using one = await listener(connected.app, era);
    await one.listen("docker://containers", "docker://containers/web/stats", "docker://images");
    happen(connected, "web", "die");
    await until(() => one.notices.length === 2);
    assert.deepEqual(one.notices.toSorted(), ["docker://containers", "docker://containers/web/stats"]);
    await pause(1050);
    happen(connected, "web", "exec_start: true");
    happen(connected, "web", "top");
    happen(connected, "job", "health_status: healthy");
    await until(() => one.notices.length === 3);
    assert.equal(one.notices[2], "docker://containers");
    assert.equal(open(connected, events), 1);
  });

  Deno.test(`${era}: notices of one address are a second apart, and the last one comes`, async () => {
    await using connected = await connect();
    await running(connected);
    await using one = await listener(connected.app, era);
    await one.listen("docker://containers");
    const start = performance.now();
    for (let i = 0; i < 10; i++) {
      happen(connected, "web", i % 2 ? "pause" : "unpause");
      await pause(20);
    }
    await until(() => one.notices.length === 2);
    assert.ok(performance.now() - start > 950, `${performance.now() - start} ms`);
    await pause(1100);
    assert.equal(one.notices.length, 2);
  });

  Deno.test(`${era}: a log tells of new lines, while somebody listens alone`, async () => {
    await using connected = await connect();
    await running(connected);
    await using one = await listener(connected.app, era);
    assert.equal(open(connected, logs), 0);
    const stop = await one.listen("docker://containers/web/logs");
    assert.equal(open(connected, logs), 1);
    await pause(50);
    assert.deepEqual(one.notices, []);
    connected.daemon.container("web").log.push({ stream: "stdout", text: "ready\n" });
    await until(() => one.notices.length === 1);
    await stop();
    await until(() => open(connected, logs) === 0 && open(connected, events) === 0);
  });

  Deno.test(`${era}: a log is followed again when its container starts again`, async () => {
    await using connected = await connect();
    await ended(connected);
    await using one = await listener(connected.app, era);
    await one.listen("docker://containers/job/logs");
    const container = connected.daemon.container("job");
    container.state = "running";
    happen(connected, "job", "start");
    await until(() => one.notices.length === 1);
    await until(() => open(connected, logs) === 2);
    container.log.push({ stream: "stdout", text: "again\n" });
    await until(() => one.notices.length === 2);
  });

  Deno.test(`${era}: ten subscribers share one stream; it ends with the last of them`, async () => {
    await using connected = await connect();
    await running(connected);
    const uris = ["docker://containers", "docker://containers/web/logs"];
    const all = await Promise.all(Array.from({ length: 10 }, () => listener(connected.app, era)));
    await Promise.all(all.map(({ listen }) => listen(...uris)));
    assert.deepEqual([open(connected, events), open(connected, logs)], [1, 1]);
    happen(connected, "web", "pause");
    await until(() => all.every(({ notices }) => notices.length === 1));
    for (const { close } of all.slice(1)) await close();
    await pause(30);
    assert.deepEqual([open(connected, events), open(connected, logs)], [1, 1]);
    await all[0]?.close();
    await until(() => open(connected, events) === 0 && open(connected, logs) === 0);
  });

  Deno.test(`${era}: the stream is opened again where it broke, and then all are told`, async () => {
    await using connected = await connect();
    await running(connected);
    connected.daemon.failNext({ method: "GET", path: events }, 500, "the daemon stops");
    await using one = await listener(connected.app, era);
    // A daemon that is away holds nobody up.
    await one.listen("docker://containers", "docker://images");
    assert.equal(open(connected, events), 1);
    await until(() => one.notices.length === 2);
    assert.equal(connected.daemon.seen.filter(({ path }) => events.test(path)).length, 2);
    happen(connected, "web", "die");
    await until(() => one.notices.length === 3);
  });

  Deno.test(`${era}: a subscriber need not exist yet, and gets at most a hundred addresses`, async () => {
    await using connected = await connect();
    await using one = await listener(connected.app, era);
    await one.listen("docker://containers/web/inspect");
    await running(connected);
    happen(connected, "web", "create");
    await until(() => one.notices.length === 1);
    const many = Array.from({ length: 100 }, (_, i) => `docker://volumes/${i}`);
    if (era === "2025-11-25") {
      await assert.rejects(one.listen(...many), /Cannot subscribe to "docker:\/\/volumes\/99": .* at most 100/);
      await assert.rejects(one.listen("docker://nowhere"), /No resource at "docker:\/\/nowhere"/);
    } else {
      const asked = ["docker://nowhere", ...many, "docker://networks"];
      const { honoredFilter } = await one.client.listen({ resourceSubscriptions: asked });
      assert.deepEqual(honoredFilter.resourceSubscriptions, many);
    }
  });
}

Deno.test("what is switched off cannot be listened to", async () => {
  await using connected = await connect({ args: ["--deny-tools=docker_list_containers"] });
  await using old = await listener(connected.app, "2025-11-25");
  await assert.rejects(old.listen("docker://containers"), /No resource at/);
  await using modern = await listener(connected.app, "2026-07-28");
  const { honoredFilter } = await modern.client.listen({ resourceSubscriptions: ["docker://containers"] });
  assert.deepEqual(honoredFilter.resourceSubscriptions, []);
  assert.deepEqual(connected.daemon.seen, []);
});
