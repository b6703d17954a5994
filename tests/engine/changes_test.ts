import assert from "node:assert/strict";
import { watcher } from "../../src/engine/changes.ts";
import { engine } from "../../src/engine/engine.ts";
import type { EngineEvent } from "../../src/engine/system.ts";
import { connect } from "../../src/engine/transport.ts";
import { type FakeDaemon, fakeDaemon } from "../fake_daemon.ts";
import { containerEvent } from "../fake_events.ts";
import { until } from "../until.ts";
import { say, startDaemon, transportTo, untilClosed } from "./daemons.ts";

/** A fake daemon with a container "web", and a watch on it. */
async function watching() {
  const daemon = fakeDaemon();
  const options = { host: "unix:///fake/docker.sock", timeout: 5000, apiVersion: "auto", fetch: daemon.fetch };
  const onFake = engine(connect(options));
  const { Id } = await onFake.containers.create({ Image: "busybox:1.37" }, { name: "web" });
  return { daemon, id: Id, watch: watcher(onFake) };
}

/** How often `changed` was called. */
function counter() {
  const counted = { times: 0, changed: () => void counted.times++ };
  return counted;
}

function open({ seen }: FakeDaemon, path: RegExp): number {
  return seen.filter((ask) => path.test(ask.path) && !ask.broken).length;
}

function networkEvent(Action: string, container: string): EngineEvent {
  const Actor = { ID: "f".repeat(64), Attributes: { name: "front", container } };
  return { Type: "network", Action, Actor, time: 0, timeNano: 0 };
}

function event(Id: string, Name: string, action: string): EngineEvent {
  return containerEvent({ Id, Name }, action, { time: "10:00:00" });
}

/** Time for the fake to tell what has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 40));
}

Deno.test("a container is known by name, by id, and still after it was renamed", async () => {
  const { daemon, id, watch } = await watching();
  for (const container of ["web", id, id.slice(0, 12)]) {
    const counted = counter();
    const leave = await watch({ events: ["container", "network connect"], container }, counted.changed);
    daemon.events.push(
      networkEvent("connect", id),
      event(id, "web", "start"),
      event("9".repeat(64), "other", "start"),
      networkEvent("connect", "9".repeat(64)),
      networkEvent("disconnect", id),
      event(id, "renamed", "rename"),
      event(id, "renamed", "exec_start: true"),
    );
    await settled();
    assert.equal(counted.times, 3, container);
    leave();
  }
});

Deno.test("a type alone stands for all that happens to such things, an action for its details too", async () => {
  const { daemon, id, watch } = await watching();
  const all = counter();
  const health = counter();
  const leave = [
    await watch({ events: ["container"] }, all.changed),
    await watch({ events: ["container health_status"] }, health.changed),
  ];
  for (const action of ["health_status: healthy", "health_status", "start", "exec_create: sh"]) {
    daemon.events.push(event(id, "web", action));
  }
  await settled();
  assert.deepEqual([all.times, health.times], [3, 2]);
  leave.forEach((end) => end());
});

Deno.test("whoever has left hears nothing, also when he leaves twice; the stream goes on for others", async () => {
  const { daemon, id, watch } = await watching();
  const [first, second] = [counter(), counter()];
  const leave = await watch({ events: ["container"] }, first.changed);
  const stay = await watch({ events: ["container"] }, second.changed);
  leave();
  leave();
  daemon.events.push(event(id, "web", "start"));
  await settled();
  assert.deepEqual([first.times, second.times, open(daemon, /^\/events$/)], [0, 1, 1]);
  stay();
  await until(() => open(daemon, /^\/events$/) === 0);
});

Deno.test("a log that cannot be read is tried again with the next start of its container alone", async () => {
  const { daemon, id, watch } = await watching();
  const counted = counter();
  for (const _ of [1, 2]) daemon.failNext({ method: "GET", path: /\/logs$/ }, 500, "no such driver");
  const leave = await watch({ events: [], container: "web", log: true }, counted.changed);
  const tries = () => daemon.seen.filter(({ path }) => path.endsWith("/logs")).length;
  const failed = tries();
  daemon.events.push(event(id, "web", "health_status: healthy"), event("9".repeat(64), "other", "start"));
  await settled();
  assert.deepEqual([counted.times, tries()], [0, failed]);
  daemon.events.push(event(id, "web", "start"));
  await until(() => tries() > failed);
  assert.equal(counted.times, 1);
  leave();
  await until(() => open(daemon, /^\/events$/) === 0);
});

Deno.test("a log is listened to, though the engine does not begin to answer before the first line", async () => {
  const printed = Promise.withResolvers<void>();
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const daemon = startDaemon(async (conn, next) => {
    const isLog = (await next())?.includes("/logs?");
    if (isLog) await printed.promise;
    await say(conn, isLog ? `${head}5\r\nfirst\r\n` : head);
    await untilClosed(conn);
  });
  const counted = counter();
  const watch = watcher(engine(transportTo(daemon.host, { timeout: 50 })));
  const leave = await watch({ events: [], container: "web", log: true }, counted.changed);
  printed.resolve();
  await until(() => counted.times === 1);
  leave();
  await daemon.stop();
});
