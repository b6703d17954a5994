import assert from "node:assert/strict";
import { compose } from "../../../src/compose/compose.ts";
import type { Note } from "../../../src/compose/apply/apply.ts";
import { engine } from "../../../src/engine/engine.ts";
import { connect } from "../../../src/engine/transport.ts";
import { fakeDaemon } from "../../fake_daemon.ts";
import { memoryHost } from "../memory.ts";

const text = `
services:
  db: {image: "nginx:1.27", network_mode: none, command: sleep 9}
  web: {image: "nginx:1.27", network_mode: none, command: sleep 9, depends_on: [db]}
`;

const waiting = text.replace("command: sleep 9}", "healthcheck: {disable: true}}").replace(
  "depends_on: [db]",
  "depends_on: {db: {condition: service_healthy}}",
);

function scene(file = text, asked: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch = (fetch) => fetch) {
  const daemon = fakeDaemon();
  const host = "unix:///fake/docker.sock";
  const transport = connect({ host, timeout: 1000, apiVersion: "auto", fetch: asked(daemon.fetch) });
  const outside = {
    host: memoryHost(file),
    buildContext: () => Promise.reject(new Error("nothing is built here")),
    readFile: () => Promise.reject(new Error("nothing is built here")),
    auth: () => undefined,
  };
  const library = compose(engine(transport), outside);
  const changes = () =>
    daemon.seen.filter(({ method }) => method !== "GET").map(({ method, path, query }) =>
      `${method} ${path}${query["name"] ? ` ${query["name"]}` : ""}`.replace(
        /[0-9]{64}/g,
        (id) => daemon.container(id).Name,
      )
    );
  const up = async (options: Partial<Parameters<typeof library.apply>[1]> = {}) => {
    const project = await library.load({ name: "shop" });
    return await library.apply({ verb: "up", project }, { signal: new AbortController().signal, ...options });
  };
  return { daemon, library, changes, up };
}

Deno.test("the operations of a plan are sent in their order, each told of once it is done, and none is sent twice", async () => {
  const { changes, up } = scene();
  const notes: Note[] = [];
  const { done } = await up({ progress: (note) => notes.push(note) });
  const place = (line: string) => changes().indexOf(`POST /containers/${line}`);
  const places = ["create shop-db-1", "shop-db-1/start", "shop-web-1/start"].map(place);
  assert.deepEqual(places, places.toSorted());
  assert.ok(place("create shop-db-1") === 0 && place("create shop-web-1") < place("shop-web-1/start"));
  assert.deepEqual(notes.map(({ progress, total }) => [progress, total]), [[1, 4], [2, 4], [3, 4], [4, 4]]);
  const messages = ["db-1: create", "db-1: start", "web-1: create", "web-1: start"];
  assert.deepEqual(notes.map(({ message }) => message).sort(), messages);
  assert.equal(done.length, 4);
  assert.deepEqual((await up()).done, []);
});

Deno.test("what fails is told with the service and the engine's reason, and nothing is begun behind it", async () => {
  const { daemon, changes, up } = scene();
  daemon.failNext({ method: "POST", path: /start$/ }, 500, "no space left on device");
  await assert.rejects(up(), /Cannot go on with "shop": db-1: start failed: no space left on device/);
  assert.equal(changes().filter((line) => line.endsWith("start")).length, 1);
  await up();
  assert.deepEqual(changes().slice(-2), ["POST /containers/shop-db-1/start", "POST /containers/shop-web-1/start"]);
});

Deno.test("once something has failed nothing else is begun, also of what does not depend on it", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const services = names.map((name) => `${name}: {image: "nginx:1.27", network_mode: none}`);
  const { daemon, changes, up } = scene(`services: {${services.join(", ")}}`);
  daemon.failNext({ method: "POST", path: /create$/ }, 500, "no space left on device");
  await assert.rejects(up(), /no space left on device/);
  assert.ok(changes().length <= 8, changes().join("\n"));
});

Deno.test("a plan that is in the way of something is not begun", async () => {
  const { daemon, changes, up } = scene(
    waiting,
  );
  await assert.rejects(up(), /it waits until "db" is healthy, which has no health check/);
  assert.deepEqual(changes(), []);
  assert.ok(daemon.seen.length > 0);
});

Deno.test("a plan is refused by the digest of another one, with nothing done", async () => {
  const { library, changes, up } = scene();
  const project = await library.load({ name: "shop" });
  const { digest } = await library.plan({ verb: "up", project });
  await up({ digest });
  const before = changes().length;
  await assert.rejects(up({ digest }), /Cannot do up for "shop": the plan ".*" is not what it would take now/);
  assert.equal(changes().length, before);
});

Deno.test("a signal that has ended already lets nothing begin", async () => {
  const { changes, up } = scene();
  await assert.rejects(up({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  assert.deepEqual(changes(), []);
});

Deno.test("a stop is done once the engine's list knows of it as well", async () => {
  let late = 0;
  const { library, up } = scene(text, (fetch) => async (input, init) => {
    const isAsked = decodeURIComponent(String(input)).includes('"status":["running"]');
    return isAsked && late-- > 0 ? Response.json([{ Id: "x" }]) : await fetch(input, init);
  });
  await up();
  assert.equal(late, 0, "what is brought up needs no look");
  late = 2;
  await library.apply({ verb: "stop", target: "shop" }, { signal: new AbortController().signal });
  assert.equal(late, -1);
  // One that somebody starts again is not waited for.
  late = 1000;
  await library.apply({ verb: "start", target: "shop" }, { signal: new AbortController().signal });
  await library.apply({ verb: "stop", target: "shop" }, { signal: new AbortController().signal });
  assert.ok(late > 980);
});

Deno.test("a network's name for its id, as Podman 4 lists it, says nothing of another network", async () => {
  const { up } = scene('services: {a: {image: "nginx:1.27"}}', (fetch) => async (input, init) => {
    const answer = await fetch(input, init);
    if (!String(input).includes("/containers/json")) return answer;
    return new Response((await answer.text()).replace(/(?<="NetworkID":")[^"]*/g, "shop_default"));
  });
  await up();
  assert.deepEqual((await up()).done, []);
});
