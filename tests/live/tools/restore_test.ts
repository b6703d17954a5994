import assert from "node:assert/strict";
import { temporaryFolder } from "../../temporary.ts";
import { allowed, bare, lasting, recreate } from "./recreated.ts";
import { at, callOn, dataOn, keysOf, sceneTest, until } from "./scene.ts";

const restore = "docker_restore_container";
const remove = "docker_remove_container";

sceneTest("docker_restore_container brings back what was removed, as it was", async (s) => {
  const front = await s.network("front");
  const container = await s.run("box", {
    ...{ networks: { [front]: { aliases: ["web"] } }, volumes: ["/anon", `${s.prefix}-data:/data`], memory: "64m" },
    ...{ environment: { TOKEN: "hunter2" }, stop_timeout: 0 },
  });
  const before = await s.inspect(container);
  await s.sh(container, "echo kept > /anon/x && echo kept > /data/x");
  await s.data(remove, { container, force: true });
  const { text, data } = await s.call(restore, { name: container });
  assert.equal(text, `Restored ${container} (${at(data, "restored", "id")}) of ${s.image}: running.`);
  assert.equal(await s.sh(container, "cat /anon/x /data/x"), "kept\nkept\n");
  const now = await s.inspect(container);
  assert.deepEqual({ ...Object(lasting(now)), HostConfig: {} }, { ...Object(lasting(before)), HostConfig: {} });
  // By the id of the one that is gone as well.
  await s.data(remove, { container, force: true });
  const id = String(at(now, "Id"));
  assert.equal(at(await s.data(restore, { name: id.slice(0, 12) }), "restored", "container"), container);
}, allowed);

sceneTest("it says which volumes are gone, and makes new ones", async (s) => {
  const named = `${s.prefix}-data`;
  const container = await bare(s, "box", {
    HostConfig: { Binds: ["/bound", `${named}:/data`] },
    Volumes: { "/v": {} },
  });
  await s.data(remove, { container, force: true, volumes: true });
  await s.ask({ method: "DELETE", path: `/volumes/${named}` });
  const { warnings } = await s.data(restore, { name: container });
  assert.ok(Array.isArray(warnings));
  assert.equal(warnings.length, 3);
  assert.ok(warnings.includes(`The volume ${named} was gone: its content is lost`), warnings.join("\n"));
  assert.equal(await s.sh(container, "ls /bound /data /v"), "/bound:\n\n/data:\n\n/v:\n");
}, allowed);

sceneTest("it refuses where a container of the name exists, and says what is kept of which name", async (s) => {
  const container = await s.run("box", { stop_timeout: 0, environment: { TOKEN: "hunter2" } });
  await s.data(recreate, { container, environment: { TOKEN: "hunter3" } });
  const told = await s.fails("DKR-014", restore, { name: container });
  assert.match(told, /already in use.*\nNext: .*docker_rename_container or docker_remove_container/);
  await s.data("docker_update_container", { container, cpu_shares: 512 });
  await s.data(remove, { container, force: true });
  const { text, data } = await s.call(restore);
  assert.ok(Array.isArray(data["kept"]));
  const mine = data["kept"].filter((row: unknown) => at(row, "name") === container);
  assert.deepEqual(mine.map((row: unknown) => at(row, "why")), ["remove", "update", "recreate"]);
  assert.doesNotMatch(text + JSON.stringify(data), /hunter/);
  assert.match(await s.fails("DKR-004", restore, { name: "never-there" }), /nothing is kept of "never-there"/);
  // Of the three the newest.
  await s.data(restore, { name: container });
  assert.equal(at(await s.inspect(container), "HostConfig", "CpuShares"), 512);
  assert.equal(await s.sh(container, "echo $TOKEN"), "hunter3\n");
}, allowed);

sceneTest("what a prune takes can be restored, and is not started", async (s) => {
  const container = await s.run("job", { command: ["true"], wait: "exit" });
  // An engine's list lags a little behind.
  const listed = { all: true, label: s.label, status: "exited" };
  await until(
    "the list shows its end",
    async () => (await s.text("docker_list_containers", listed)).includes(container),
  );
  await s.data("docker_prune_containers", { label: s.label });
  assert.equal(await s.exists(container), false);
  assert.equal(at(await s.data(restore, { name: container }), "restored", "state"), "created");
  await s.data("docker_system_prune", { label: s.label });
  assert.equal(await s.exists(container), false);
  assert.equal(at(await s.data(restore, { name: container }), "restored", "state"), "created");
}, allowed);

sceneTest("one that cannot be started leaves its name free", async (s) => {
  const container = await s.run("box", { ports: ["127.0.0.1::80"], stop_timeout: 0 });
  const port = at(await s.inspect(container), "NetworkSettings", "Ports", "80/tcp", 0, "HostPort");
  await s.data(recreate, { container, ports: [`127.0.0.1:${port}:80`] });
  await s.data(remove, { container, force: true });
  const other = await s.run("other", { ports: [`127.0.0.1:${port}:80`] });
  await s.fails("DKR-006", restore, { name: container });
  assert.equal(await s.exists(container), false);
  await s.data(remove, { container: other, force: true });
  await s.data(restore, { name: container });
  assert.deepEqual(keysOf(at(await s.inspect(container), "NetworkSettings", "Ports")), ["80/tcp"]);
}, allowed);

sceneTest("with a state folder what is kept outlives the server, for its user alone", async (s) => {
  using folder = temporaryFolder();
  const args = [...allowed.args, `--state=${folder.path}/kept`];
  const container = await s.run("box", { environment: { TOKEN: "hunter2" } });
  await dataOn(await s.also({ args }), remove, { container, force: true });
  const after = await s.also({ args });
  const { text } = await callOn(after, restore);
  assert.match(text, new RegExp(`^NAME.*\n${container} .* remove +${s.image}$`));
  assert.equal(at(await dataOn(after, restore, { name: container }), "restored", "state"), "running");
  assert.equal(await s.sh(container, "echo $TOKEN"), "hunter2\n");
}, allowed);
