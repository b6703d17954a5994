import assert from "node:assert/strict";
import { at, sceneTest, until } from "./tools/scene.ts";

const classic = { args: ["--surface", "classic", "--destructive", "allow"] };
const compact = { args: ["--surface", "compact", "--destructive", "allow"] };

sceneTest("classic: a container is created, listed, read, joined to a network, stopped and removed", async (s) => {
  const [container_name, network] = [`${s.prefix}-web`, `${s.prefix}-front`];
  await s.data("network-create", { network });
  await s.data("create-container", {
    image: s.image,
    container_name,
    command: ["sh", "-c", "echo hello $WHO; exec sleep 600"],
    environment: { WHO: "classic" },
    volumes: { [`${s.prefix}-data`]: "/data" },
    resources: { cpu: 0.5, memory: "64m" },
    restart_policy: "on-failure:3",
    health_check: { cmd: "true", interval: "30s" },
  });
  const made = at(await s.inspect(container_name), "HostConfig");
  assert.deepEqual([at(made, "NanoCpus"), at(made, "Memory")], [500_000_000, 64 * 2 ** 20]);
  assert.equal(at(made, "RestartPolicy", "Name"), "on-failure");
  const { containers } = await s.data("list-containers", { filters: { name: container_name } });
  assert.deepEqual([at(containers, 0, "name"), at(containers, 0, "state")], [container_name, "running"]);
  await until("the greeting", async () => (await s.text("get-logs", { container_name })).includes("hello classic"));
  assert.match(await s.text("get-logs", { container_name, tail: "1", follow: true }), /hello classic/);
  await s.data("network-connect", { network, container_name, aliases: ["www"] });
  const { containers: inside } = await s.data("network-inspect", { network });
  assert.equal(at(inside, 0, "name"), container_name);
  await s.data("network-disconnect", { network, container_name });
  await s.data("restart-container", { container_name, timeout: 0 });
  await s.data("stop-container", { container_name, timeout: 0 });
  assert.deepEqual((await s.data("start-container", { container_name }))["started"], true);
  assert.match(await s.fails("DKR-014", "remove-container", { container_name }), /running/);
  await s.data("remove-container", { container_name, force: true });
  await s.data("network-remove", { network });
  assert.equal(await s.exists(container_name), false);
  assert.match(await s.text("list-volumes", { filters: { name: s.prefix } }), new RegExp(`${s.prefix}-data`));
  assert.match(await s.fails("DKR-002", "get-logs", { container_name }), /list-containers/);
}, classic);

sceneTest("compact: an image is built, run, joined to a network, looked at, and all of it removed", async (s) => {
  const [tag, name, network] = [`${s.prefix}:1`, `${s.prefix}-web`, `${s.prefix}-front`];
  await s.data("build-image", {
    dockerfile: `FROM ${s.image}\nARG WHO\nENV WHO=$WHO\n`,
    tag,
    build_args: { WHO: "compact" },
  });
  await s.data("network-management", { action: "create", name: network });
  const once = await s.data("run-container", {
    image: tag,
    name: `${s.prefix}-job`,
    command: ["sh", "-c", "echo $WHO"],
    detach: false,
  });
  assert.deepEqual([once["stdout"], once["exit_code"]], ["compact\n", 0]);
  await s.data("run-container", { image: tag, name, command: ["sh", "-c", "echo up; exec sleep 600"] });
  const manage = (action: string, more = {}) => s.data("manage-container", { container_id: name, action, ...more });
  await s.data("network-management", { action: "connect", name: network, containers: [name] });
  assert.equal(
    at(await s.data("network-management", { action: "inspect", name: network }), "containers", 0, "name"),
    name,
  );
  await until("its log", async () => String((await manage("logs"))["log"]).includes("up"));
  assert.equal(at(await manage("stats"), "stats", 0, "name"), name);
  await manage("pause");
  await manage("unpause");
  assert.equal(at(await manage("inspect"), "container", "image"), tag);
  await manage("kill");
  await manage("start");
  await manage("restart", { timeout: 0 });
  await manage("stop", { timeout: 0 });
  await s.data("network-management", { action: "disconnect", name: network, containers: [name] });
  await manage("remove");
  await s.data("manage-container", { container_id: `${s.prefix}-job`, action: "remove" });
  await s.data("network-management", { action: "remove", name: network });
  const image = (action: string, more = {}) => s.data("image-operations", { image: tag, action, ...more });
  assert.equal(at(await image("list"), "images", 0, "tags", 0), tag);
  assert.ok(at(await image("history"), "layers", 0, "command"));
  await image("tag", { registry: "localhost:1" });
  assert.ok(String(at(await image("inspect"), "image", "tags")).includes(`localhost:1/${tag}`));
  await s.data("image-operations", { image: `localhost:1/${tag}`, action: "remove" });
  await image("remove");
  assert.equal(await s.exists(name), false);
}, compact);
