import assert from "node:assert/strict";
import { toolsets } from "../../src/catalog.ts";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { connect } from "../connect.ts";

async function offered(...args: string[]): Promise<string[]> {
  await using connected = await connect({ args });
  return (await connected.client.listTools()).tools.map(({ name }) => name);
}

const operations = "docker_compose_operations";
const all = [...definitions.map(({ name }) => name), operations];

Deno.test("all tools are offered unless told", async () => {
  assert.deepEqual(await offered(), all);
});

Deno.test("--read-only offers what reads", async () => {
  const reading = definitions.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name);
  assert.deepEqual(await offered("--read-only"), [...reading, operations]);
  assert.ok(reading.length > 5 && reading.length < all.length);
});

Deno.test("--allow-tools and --deny-tools name tools, with * for any characters; deny wins", async () => {
  assert.deepEqual(await offered("--allow-tools=docker_version,docker_list_*"), [
    "docker_list_containers",
    "docker_list_images",
    "docker_list_networks",
    "docker_list_volumes",
    "docker_version",
  ]);
  const denied = await offered("--deny-tools=docker_*_container*,docker_exec_command,docker_compose_operations");
  assert.deepEqual(
    denied,
    all.filter((name) => !/_containers?$|^docker_(exec_command|compose_operations)$/.test(name)),
  );
  assert.ok(denied.includes("docker_container_logs") && denied.length < all.length - 10);
  const both = ["--allow-tools=docker_list_*", "--deny-tools=docker_list_images"];
  assert.deepEqual(await offered(...both), ["docker_list_containers", "docker_list_networks", "docker_list_volumes"]);
});

Deno.test("--toolsets names groups of tools; an unknown one refuses to start", async () => {
  const named = (...names: string[]) =>
    toolsets.filter(({ name }) => names.includes(name)).flatMap(({ tools }) => tools.map(({ name }) => name));
  assert.ok(named("system").includes("docker_version"));
  assert.deepEqual(await offered("--toolsets=system"), named("system"));
  assert.deepEqual(await offered("--toolsets=images,system"), named("images", "system"));
  await assert.rejects(offered("--toolsets=images,compsoe"), {
    name: "ConfigError",
    message: 'Cannot offer the toolset "compsoe": known are containers, images, compose, networks, volumes, system',
  });
});

Deno.test("a tool that is not offered is refused when it is called all the same", async () => {
  const args = { image: "busybox:1.37" };
  for (const flag of ["--read-only", "--allow-tools=docker_version", "--deny-tools=docker_run*", "--toolsets=system"]) {
    await using connected = await connect({ args: [flag] });
    await assert.rejects(connected.client.callTool({ name: "docker_run_container", arguments: args }), {
      code: -32602,
    });
    const outcome = await connected.app.callOnce("docker_run_container", args);
    assert.equal(outcome.kind, "failure");
    assert.deepEqual(connected.daemon.seen, []);
  }
});

/** What makes the container one of a project. */
const Labels = Object.fromEntries(
  Object.entries({ project: "shop", service: "web", "container-number": "1", "config-hash": "a", oneoff: "False" })
    .map(([key, value]) => [`com.docker.compose.${key}`, value]),
);

const compose_yaml = "services: { web: { image: busybox:1.37 } }";

/** Arguments that a tool cannot do without, though none of them is required by itself. */
const needed: Record<string, Record<string, unknown>> = {
  docker_wait_for: { state: "exited" },
  docker_compose_config: { compose_yaml, project_name: "shop" },
  docker_compose_plan: { compose_yaml, project_name: "shop" },
  docker_compose_ps: { project_name: "shop" },
  docker_compose_logs: { project_name: "shop" },
  docker_compose_generate: { containers: ["web"] },
  docker_compose_operations: { action: "ls" },
};

Deno.test("--read-only lets every tool work that it offers", async () => {
  await using connected = await connect({ args: ["--read-only"] });
  const body = JSON.stringify({ Image: "busybox:1.37", Cmd: ["echo", "hi"], Labels });
  const headers = { "content-type": "application/json" };
  for (const path of ["create?name=web", "web/start"]) {
    await connected.daemon.fetch(`http://docker/containers/${path}`, { method: "POST", headers, body });
  }
  const volume = { method: "POST", headers, body: JSON.stringify({ Name: "data" }) };
  await connected.daemon.fetch("http://docker/volumes/create", volume);
  const { tools } = await connected.client.listTools();
  for (const { name, inputSchema } of tools) {
    const args = {
      container: "web",
      path: "/etc/hostname",
      image: "busybox:1.37",
      network: "bridge",
      volume: "data",
    };
    const wanted = Object.entries(args).filter(([key]) => inputSchema.required?.includes(key));
    const answer = await connected.client.callTool({
      name,
      arguments: { ...Object.fromEntries(wanted), ...needed[name] },
    });
    // The container has ended, which is all the same to these tools here.
    assert.equal(answer.isError, undefined, `${name}: ${JSON.stringify(answer.content)}`);
  }
});
