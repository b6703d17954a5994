import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { eras, listener } from "../server/listener.ts";
import { privateTest } from "./live.ts";
import { busyConnections } from "./open_connections.ts";
import { at, type Scene, sceneTest, until } from "./tools/scene.ts";

async function read({ client }: Pick<Connected, "client">, uri: string): Promise<string> {
  const { contents: [content] } = await client.readResource({ uri });
  assert.ok(content && "text" in content);
  return content.text;
}

/** Prints a line for each file that is put into it, and ends at once when it is told to. */
const printer = [
  "sh",
  "-c",
  "trap exit TERM; while :; do [ -f /tmp/say ] && cat /tmp/say && rm /tmp/say; sleep 0.1; done",
];

const soon = (what: string, holds: () => boolean) => until(what, () => Promise.resolve(holds()));

sceneTest("every address reads on a real engine", async (s) => {
  const container = await s.run("web", { environment: { TOKEN: "hunter2" } });
  const network = await s.network("front");
  await s.data("docker_create_volume", { name: `${s.prefix}-data` });
  const json = async (uri: string) => JSON.parse(await read(s, uri));
  assert.ok((await json("docker://containers")).total >= 1);
  const details = await read(s, `docker://containers/${container}/inspect`);
  assert.equal(JSON.parse(details).container.state.status, "running");
  assert.doesNotMatch(details, /hunter2/);
  const { stats: [stats] } = await json(`docker://containers/${container}/stats`);
  assert.ok(stats.pids >= 1 && stats.memory_bytes > 0);
  await read(s, `docker://containers/${container}/logs`);
  assert.ok((await json("docker://images")).total >= 1);
  assert.ok((await json(`docker://images/${encodeURIComponent(s.image)}`)).image.id);
  assert.ok((await json("docker://networks")).total >= 1);
  assert.equal((await json(`docker://networks/${network}`)).name, network);
  assert.match(await read(s, "docker://volumes"), new RegExp(`${s.prefix}-data`));
  await json(`docker://volumes/${s.prefix}-data`);
  assert.ok((await json("docker://system/info")).cpus >= 1);
  assert.ok((await json("docker://system/df")).images.count >= 1);
  assert.match(await read(s, "docker://events"), new RegExp(`container start ${container}`));
  await assert.rejects(read(s, `docker://containers/${s.prefix}-none/logs`), { code: -32602 });
});

sceneTest("the containers of a real engine are listed with their addresses, and completed by name", async (s) => {
  const container = await s.create("listed");
  const { resources } = await s.client.listResources();
  const uris = resources.map(({ uri }) => uri);
  assert.ok(uris.includes("docker://system/info"));
  for (const what of ["inspect", "logs"]) assert.ok(uris.includes(`docker://containers/${container}/${what}`));
  const { completion } = await s.client.complete({
    ref: { type: "ref/resource", uri: "docker://containers/{id}/logs" },
    argument: { name: "id", value: container.slice(0, -3) },
  });
  assert.deepEqual(completion.values, [container]);
});

for (const era of eras) {
  sceneTest(`${era}: a container that is run is told to who listens to the containers`, async (s) => {
    const { app } = await s.also({});
    await using one = await listener(app, era);
    await one.listen("docker://containers");
    const container = await s.run("new");
    await soon("a notice", () => one.notices.length > 0);
    assert.match(await read(one, "docker://containers"), new RegExp(container));
  });

  sceneTest(`${era}: a new line of a log is told at once, and each start of its container`, async (s) => {
    const container = await s.run("log", { command: printer });
    const { app } = await s.also({});
    await using one = await listener(app, era);
    const uri = `docker://containers/${container}/logs`;
    const stop = await one.listen(uri);
    await say(s, container, "first");
    await soon("the first line", () => one.notices.length === 1);
    assert.match(await read(one, uri), /first/);
    await s.data("docker_restart_container", { container, timeout: 2 });
    await soon("the start", () => one.notices.length >= 2);
    await quiet();
    const before = one.notices.length;
    await say(s, container, "second");
    await soon("the second line", () => one.notices.length > before);
    await stop();
    await quiet();
    const last = one.notices.length;
    await say(s, container, "third");
    await quiet();
    assert.equal(one.notices.length, last);
  });

  sceneTest(`${era}: who listens to a container hears of it alone, by name or by id`, async (s) => {
    const container = await s.run("mine");
    const other = await s.run("other");
    const network = await s.network("side");
    const id = String(at(await s.inspect(container), "Id")).slice(0, 12);
    const { app } = await s.also({});
    await using one = await listener(app, era);
    const uris = [`docker://containers/${container}/inspect`, `docker://containers/${id}/inspect`];
    await one.listen(...uris);
    await s.data("docker_pause_container", { container: other });
    await s.data("docker_connect_container", { container: other, network });
    await quiet();
    assert.deepEqual(one.notices, []);
    await s.data("docker_connect_container", { container, network });
    await soon("both notices", () => one.notices.length === 2);
    assert.deepEqual(one.notices.toSorted(), uris.toSorted());
  });
}

privateTest("ten subscribers take one stream from the daemon, which ends with the last", async (engine, image) => {
  await using c = await connect({ host: engine.host });
  await c.text("docker_run_container", { image, name: "shared", command: printer });
  const streams = async (count: number) => {
    await until(`${count} streams`, async () => await busyConnections(c.app, engine) === count);
  };
  for (const era of eras) {
    const all = await Promise.all(Array.from({ length: 10 }, () => listener(c.app, era)));
    await Promise.all(all.map(({ listen }) => listen("docker://containers", "docker://images")));
    await streams(1);
    const stops = await Promise.all(all.map(({ listen }) => listen("docker://containers/shared/logs")));
    await streams(2);
    await c.text("docker_pause_container", { container: "shared" });
    await soon("all are told", () => all.every(({ notices }) => notices.length > 0));
    await c.text("docker_unpause_container", { container: "shared" });
    await Promise.all(stops.map((stop) => stop()));
    await streams(1);
    // The clients are simply gone.
    await Promise.all(all.slice(1).map(({ client }) => client.close()));
    await streams(1);
    await Promise.all(all.map(({ close }) => close()));
    await streams(0);
  }
  await c.text("docker_kill_container", { container: "shared" });
});

privateTest("a daemon that was killed and comes back is heard again, and all are told", async (engine, image) => {
  await using c = await connect({ host: engine.host });
  for (const era of eras) {
    await using one = await listener(c.app, era);
    await one.listen("docker://containers", "docker://volumes");
    await engine.kill();
    await engine.up();
    await soon("all are told", () => one.notices.length === 2);
    await quiet();
    const before = one.notices.length;
    const name = `back-${era}`;
    assert.match(await c.text("docker_run_container", { image, name, command: ["true"] }), new RegExp(name));
    await soon("the new container", () => one.notices.length > before);
  }
});

/** Makes a printer print a line. */
async function say({ data }: Scene, container: string, text: string): Promise<void> {
  await data("docker_exec_command", { container, command: ["sh", "-c", `echo ${text} > /tmp/s; mv /tmp/s /tmp/say`] });
}

/** Longer than two notices of one address are apart. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1500));
}
