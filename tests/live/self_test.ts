import assert from "node:assert/strict";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { askEngine } from "./engine_api.ts";
import { liveEngine } from "./live.ts";
import { type Args, at, callOn, dataOn, type Scene, sceneTest } from "./tools/scene.ts";

/** What each tool that changes a container is told beside the container. */
const change: Record<string, Args> = {
  docker_start_container: {},
  docker_stop_container: { timeout: 0 },
  docker_restart_container: { timeout: 0 },
  docker_kill_container: {},
  docker_pause_container: {},
  docker_unpause_container: {},
  docker_rename_container: { new_name: "renamed" },
  docker_update_container: { cpu: 0.5 },
  docker_exec_command: { command: ["kill", "1"] },
  docker_copy_to_container: { path: "/tmp/x", content: "x" },
  docker_commit_container: {},
  docker_recreate_container: {},
  docker_remove_container: { force: true },
  docker_connect_container: { network: "bridge" },
  docker_disconnect_container: { network: "bridge", force: true },
};

/** The container of the tests, and all that it can be called. */
async function ownContainer(s: Scene) {
  const name = await s.run("own");
  const id = String(at(await s.inspect(name), "Id"));
  const others = JSON.stringify(await s.ask({ path: "/containers/json?all=1" })).match(/(?<="Id":")[0-9a-f]{64}/g) ??
    [];
  const shared = (prefix: string) => others.filter((other) => other.startsWith(prefix)).length > 1;
  let length = 4;
  while (shared(id.slice(0, length))) length++;
  return { name, id, short: id.slice(0, 12), prefix: id.slice(0, length) };
}

/** What would have changed. */
async function stateOf(s: Scene, id: string): Promise<unknown> {
  const said = await s.inspect(id);
  return [at(said, "Name"), at(said, "State"), at(said, "HostConfig"), at(said, "NetworkSettings", "Networks")];
}

for (const how of ["its name", "its full id", "its hostname"]) {
  sceneTest(`a server that knows itself by ${how} leaves its container as it is, whatever it is called`, async (s) => {
    const own = await ownContainer(s);
    const before = await stateOf(s, own.id);
    const server = await s.also(
      {
        "its name": { args: ["--self", own.name] },
        "its full id": { env: { DOCKER_MCP_SELF: own.id } },
        "its hostname": { env: { HOSTNAME: own.short } },
      }[how] ?? {},
    );
    for (const [tool, args] of Object.entries(change)) {
      for (const container of [own.name, own.id, own.short, own.prefix]) {
        const confirmed = { container, ...args };
        const first = await callOn(server, tool, confirmed);
        const token = /"confirm": "([^"]+)"/.exec(first.text)?.[1];
        // A new one is made before the old one is touched: that alone is asked for first.
        assert.equal(token !== undefined, tool === "docker_recreate_container", `${tool} ${container}`);
        const told = token === undefined ? first : await callOn(server, tool, { ...confirmed, confirm: token });
        assert.match(
          told.text,
          /^\[DKR-011\] .*: this server runs in it, and leaves it as it is/,
          `${tool} ${container}`,
        );
      }
    }
    assert.deepEqual(await stateOf(s, own.id), before);
  });
}

Deno.test("every tool that changes a container is among those that were tried", () => {
  const tools = definitions.filter(({ risk, inputSchema }) => risk !== "read" && "container" in inputSchema.properties);
  const untried = tools.map(({ name }) => name).filter((name) => !(name in change));
  assert.deepEqual(untried, []);
});

sceneTest("other containers are changed as ever, and the own one is read", async (s) => {
  const own = await ownContainer(s);
  const server = await s.also({ env: { HOSTNAME: own.short }, args: ["--destructive=allow"] });
  const name = `${s.prefix}-other`;
  await dataOn(server, "docker_run_container", { image: s.image, name, labels: [s.label], command: ["sleep", "600"] });
  await dataOn(server, "docker_exec_command", { container: name, command: ["true"] });
  await dataOn(server, "docker_remove_container", { container: name, force: true });
  assert.equal(await s.exists(name), false);
  await dataOn(server, "docker_container_logs", { container: own.name });
  await dataOn(server, "docker_container_stats", { containers: [own.prefix] });
});

sceneTest("no container gets at the processes, the network or the files of the own one", async (s) => {
  const own = await ownContainer(s);
  const server = await s.also({ args: ["--self", own.name] });
  for (const mode of ["pid", "ipc", "network"]) {
    const args = { image: s.image, name: `${s.prefix}-into`, labels: [s.label], [mode]: `container:${own.prefix}` };
    const { text } = await callOn(server, "docker_create_container", args);
    assert.match(text, /^\[DKR-011\] .*this server runs in it/, mode);
  }
  assert.equal(await s.exists(`${s.prefix}-into`), false);
});

sceneTest("prunes and the engine itself spare the own container, its network, volume and image", async (s) => {
  const network = await s.network("net");
  const [volume, image] = [`${s.prefix}-data`, `${s.prefix}-own`];
  await s.ask({ method: "POST", path: "/volumes/create", body: { Name: volume } });
  const maker = await s.create("maker");
  await s.data("docker_commit_container", { container: maker, image: `${image}:1`, changes: [`LABEL ${s.label}`] });
  const own = await s.run("own", { image: `${image}:1`, network, volumes: [`${volume}:/data`] });
  const server = await s.also({ args: ["--self", own, "--destructive=allow"] });
  await dataOn(server, "docker_prune_containers", { label: s.label });
  await dataOn(server, "docker_system_prune", { label: s.label, all: true, volumes: true });
  assert.equal(at(await s.inspect(own), "State", "Running"), true);
  const removals: [string, Args][] = [
    ["docker_remove_network", { network }],
    ["docker_remove_volume", { volume, force: true }],
  ];
  for (const [tool, args] of removals) {
    const { text } = await callOn(server, tool, args);
    assert.match(text, /^\[DKR-014\]/, `${tool}: ${text}`);
  }
  // The engine itself would take its name from it.
  const { text } = await callOn(server, "docker_remove_image", { image: `${image}:1`, force: true });
  assert.match(text, /^\[DKR-011\] .*this server runs in a container of it/);
  assert.equal(at(await s.inspect(own), "State", "Running"), true);
});

sceneTest("a name that no container has stops every change of a container until it is mended", async (s) => {
  const name = await s.run("box");
  const server = await s.also({ args: ["--self", `${s.prefix}-nobody`] });
  const { text } = await callOn(server, "docker_stop_container", { container: name });
  assert.match(text, /^\[DKR-011\] .*--self is ".*-nobody": this engine has no such container/);
  assert.equal(at(await s.inspect(name), "State", "Running"), true);
  const nowhere = await s.also({ env: { HOSTNAME: "ffffffffffff" } });
  await dataOn(nowhere, "docker_stop_container", { container: name, timeout: 0 });
  const { host = "" } = liveEngine() ?? {};
  assert.equal((await askEngine(host, { path: "/containers/ffffffffffff/json" })).status, 404);
});
