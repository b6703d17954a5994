import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import metadata from "../../deno.json" with { type: "json" };
import type { Connected } from "../connect.ts";
import { temporaryFolder } from "../temporary.ts";
import { type Args, at, callOn, dataOn, type Scene, sceneTest } from "./tools/scene.ts";

function ours(kind: string): Args {
  return { "com.docker-mcp.managed": kind, "com.docker-mcp.version": metadata.version };
}

const sleep = ["sleep", "600"];

/** A container, a network, a volume and an image as another program makes them. */
async function madeByOthers(s: Scene) {
  const name = `${s.prefix}-theirs`;
  const [key = "", value] = s.label.split("=");
  const Labels = { [key]: value };
  await s.ask({ method: "POST", path: "/networks/create", body: { Name: name, Labels, CheckDuplicate: true } });
  await s.ask({ method: "POST", path: "/volumes/create", body: { Name: name, Labels } });
  await s.data("docker_tag_image", { image: s.image, tag: `${name}:1` });
  const body = { Image: s.image, Cmd: sleep, Labels };
  await s.ask({ method: "POST", path: `/containers/create?name=${name}`, body });
  await s.ask({ method: "POST", path: `/containers/${name}/start` });
  return name;
}

/** The same, by a server. */
async function madeBy(server: Connected, s: Scene) {
  const name = `${s.prefix}-ours`;
  const labels = [s.label];
  await dataOn(server, "docker_create_network", { name, labels });
  await dataOn(server, "docker_create_volume", { name, labels });
  await dataOn(server, "docker_run_container", { image: s.image, name, labels, command: sleep });
  await dataOn(server, "docker_commit_container", { container: name, image: `${name}:1` });
  return name;
}

/** Every tool that changes what is there, on the thing of this name. */
function changesOf(name: string, s: Scene): [string, Args][] {
  const container = { container: name };
  return [
    ["docker_pause_container", container],
    ["docker_rename_container", { ...container, new_name: `${name}-2` }],
    ["docker_rename_container", { container: name.endsWith("ours") ? `${name}-2` : name, new_name: name }],
    ["docker_unpause_container", container],
    ["docker_exec_command", { ...container, command: ["true"] }],
    ["docker_copy_to_container", { ...container, path: "/tmp/x", content: "x" }],
    ["docker_update_container", { ...container, memory: "64m", memory_swap: "64m" }],
    ["docker_connect_container", { ...container, network: `${s.prefix}-theirs` }],
    ["docker_disconnect_container", { ...container, network: `${s.prefix}-theirs` }],
    ["docker_commit_container", { ...container, image: `${s.prefix}-kept:1` }],
    ["docker_restart_container", { ...container, timeout: 0 }],
    ["docker_kill_container", { ...container, signal: "USR2" }],
    ["docker_stop_container", { ...container, timeout: 0 }],
    ["docker_start_container", container],
    ["docker_recreate_container", { ...container, pull: "never" }],
    ["docker_remove_container", { ...container, force: true }],
    ["docker_tag_image", { image: `${name}:1`, tag: `${name}:2` }],
    ["docker_remove_image", { image: `${name}:1` }],
    ["docker_remove_network", { network: name }],
    ["docker_remove_volume", { volume: name }],
  ];
}

sceneTest("all that is made bears the labels, beside those that were given", async (s) => {
  const name = await madeBy(await s.also({}), s);
  const [key = "", value] = s.label.split("=");
  const given = { [key]: value };
  assert.deepEqual(at(await s.inspect(name), "Config", "Labels"), { ...given, ...ours("container") });
  for (const kind of ["network", "volume"]) {
    assert.deepEqual(at(await s.ask({ path: `/${kind}s/${name}` }), "Labels"), { ...given, ...ours(kind) });
  }
  const labelsOf = async (image: string) => at(await s.ask({ path: `/images/${image}/json` }), "Config", "Labels");
  assert.deepEqual(await labelsOf(`${name}:1`), { ...given, ...ours("image") });
  using folder = temporaryFolder();
  const tar = await packTar([{ header: { name: "hello", size: 2 }, body: "hi" }]);
  await Deno.writeFile(`${folder.path}/files.tar`, tar);
  const server = await s.also({ args: ["--folders", folder.path] });
  const changes = ["LABEL made=here"];
  const image = `${s.prefix}-imported:1`;
  await dataOn(server, "docker_import_image", { path: `${folder.path}/files.tar`, image, changes });
  assert.deepEqual(await labelsOf(image), { made: "here", ...ours("image") });
  const dockerfile = `FROM ${s.image}\nLABEL made=there\n`;
  const built = { dockerfile, tags: [`${s.prefix}-built:1`], labels: { given: "too" } };
  await dataOn(server, "docker_build_image", built);
  assert.deepEqual(await labelsOf(`${s.prefix}-built:1`), { made: "there", given: "too", ...ours("image") });
});

sceneTest("--no-labels puts none on", async (s) => {
  const name = await madeBy(await s.also({ args: ["--no-labels"] }), s);
  assert.deepEqual(Object.keys(Object(at(await s.inspect(name), "Config", "Labels"))), ["docker-mcp.test"]);
  assert.equal(
    at(await s.ask({ path: `/images/${name}:1/json` }), "Config", "Labels", "com.docker-mcp.managed"),
    undefined,
  );
});

sceneTest("--managed-only changes what it made, and nothing that others did", async (s) => {
  const server = await s.also({ args: ["--managed-only", "--destructive=allow"] });
  const theirs = await madeByOthers(s);
  const before = await s.inspect(theirs);
  for (const [tool, args] of changesOf(theirs, s)) {
    const { text } = await callOn(server, tool, args);
    assert.match(text, /^\[DKR-011\] .* is ".+": this server did not make it/, `${tool}: ${text}`);
    assert.match(text, /\nNext: The operator can start this server without --managed-only$/);
  }
  assert.deepEqual(await s.inspect(theirs), before);
  const name = await madeBy(server, s);
  for (const [tool, args] of changesOf(name, s)) {
    // The network that it leaves is the others'.
    await dataOn(server, tool, args);
  }
  assert.equal(await s.exists(name), false);
});

sceneTest("--managed-only may use what others made, and read it", async (s) => {
  const server = await s.also({ args: ["--managed-only"] });
  const theirs = await madeByOthers(s);
  const name = `${s.prefix}-user`;
  const use = { image: `${theirs}:1`, network: theirs, volumes: [`${theirs}:/data`] };
  await dataOn(server, "docker_run_container", { ...use, name, labels: [s.label], command: sleep });
  await dataOn(server, "docker_container_logs", { container: theirs });
  await dataOn(server, "docker_inspect_container", { container: theirs });
  const { text } = await callOn(server, "docker_tag_image", { image: s.image, tag: `${theirs}:1` });
  assert.match(text, /^\[DKR-011\]/);
});

sceneTest("--managed-only joins the network of what others made, and not its processes", async (s) => {
  const server = await s.also({ args: ["--managed-only", "--destructive=allow"] });
  const theirs = await madeByOthers(s);
  const joining = (field: string) => ({
    compose_yaml: `services: {x: {image: "${s.image}", command: sleep 600, ${field}: "container:${theirs}"}}`,
    project_name: `${s.prefix}-joining`,
  });
  const { text } = await callOn(server, "docker_compose_up", joining("pid"));
  assert.match(text, /^\[DKR-011\] .*"services\.x" .* is ".+-theirs": this server did not make it/);
  await dataOn(server, "docker_compose_up", joining("network_mode"));
  await dataOn(server, "docker_compose_down", { project_name: `${s.prefix}-joining` });
});

sceneTest("a container of an image that was made here is only ours when it was made here too", async (s) => {
  const server = await s.also({ args: ["--managed-only"] });
  const image = `${await madeBy(server, s)}:1`;
  const name = `${s.prefix}-heir`;
  await s.ask({ method: "POST", path: `/containers/create?name=${name}`, body: { Image: image, Cmd: sleep } });
  const { text } = await callOn(server, "docker_start_container", { container: name });
  assert.match(text, /^\[DKR-011\] .*this server did not make it/);
});

sceneTest("--managed-only prunes what it made alone, and its question says so", async (s) => {
  const theirs = await madeByOthers(s);
  await s.ask({ method: "POST", path: `/containers/${theirs}/stop?t=0` });
  const server = await s.also({ args: ["--managed-only", "--destructive=allow"] });
  const asking = await s.also({ args: ["--managed-only"] });
  const prunes: Record<string, (name: string) => Promise<unknown>> = {
    docker_prune_containers: (name) => s.ask({ path: `/containers/${name}/json` }),
    docker_prune_networks: (name) => s.ask({ path: `/networks/${name}` }),
    docker_prune_volumes: (name) => s.ask({ path: `/volumes/${name}` }),
    docker_system_prune: (name) => s.ask({ path: `/containers/${name}/json` }),
  };
  for (const [tool, look] of Object.entries(prunes)) {
    const name = `${s.prefix}-ours`;
    const labels = [s.label];
    await dataOn(server, "docker_create_container", { image: s.image, name, labels });
    if (tool === "docker_prune_networks") await dataOn(server, "docker_create_network", { name, labels });
    if (tool === "docker_prune_volumes") await dataOn(server, "docker_create_volume", { name, labels });
    const args = { label: s.label, ...(tool === "docker_prune_volumes" ? { all: true } : {}) };
    const question = (await callOn(asking, tool, args)).text;
    assert.ok(question.includes(name) && !question.includes(theirs), question);
    await dataOn(server, tool, args);
    await look(theirs);
    await assert.rejects(look(name), /status 404/, tool);
    if (await s.exists(name)) await dataOn(server, "docker_remove_container", { container: name });
  }
  assert.match((await callOn(server, "docker_prune_builds", {})).text, /^\[DKR-011\] .*bears no label/);
});
