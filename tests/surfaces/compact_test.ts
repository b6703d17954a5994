import assert from "node:assert/strict";
import { compact } from "../../src/surfaces/compact.ts";
import surfaces from "../../src/server/surfaces.json" with { type: "json" };
import { definitionTokens } from "../bench/tokens.ts";
import { connect, type Connected } from "../connect.ts";
import { stack } from "../tools/compose/stack.ts";
import { contract, refused, type Row } from "./contract.ts";

const manage = (
  action: string,
  more = {},
): Row["call"] => ["manage-container", { container_id: "web", action, ...more }];
const image = (
  action: string,
  more = {},
): Row["call"] => ["image-operations", { image: "busybox:1.37", action, ...more }];
const network = (action: string, more = {}): Row["call"] => ["network-management", { name: "front", action, ...more }];
const ofWeb = (tool: string, more = {}): Row["becomes"] => [[tool, { container: "web", ...more }]];
const ofBusybox = (tool: string, more = {}): Row["becomes"] => [[tool, { image: "busybox:1.37", ...more }]];
const ofFront = (tool: string, more = {}): Row["becomes"] => [[tool, { network: "front", ...more }]];

const rows: Row[] = [
  {
    call: ["build-image", {
      path: "https://example.com/app.git",
      dockerfile: "docker/Dockerfile",
      tag: "app:1",
      build_args: { A: 1 },
      target: "base",
      no_cache: true,
    }],
    becomes: [["docker_build_image", {
      context: "https://example.com/app.git",
      file: "docker/Dockerfile",
      tags: "app:1",
      build_args: { A: 1 },
      target: "base",
      no_cache: true,
    }]],
  },
  {
    call: ["build-image", { dockerfile: "FROM busybox:1.37" }],
    becomes: [["docker_build_image", { dockerfile: "FROM busybox:1.37" }]],
  },
  {
    call: ["run-container", {
      image: "busybox:1.37",
      name: "job",
      ports: ["8080:80"],
      volumes: ["data:/data"],
      environment: { A: "1" },
      command: ["echo", "hi"],
      detach: false,
    }],
    becomes: [["docker_run_container", {
      image: "busybox:1.37",
      name: "job",
      ports: ["8080:80"],
      volumes: ["data:/data"],
      environment: { A: "1" },
      command: ["echo", "hi"],
      wait: "exit",
    }]],
  },
  {
    call: ["run-container", { image: "busybox:1.37", detach: true }],
    becomes: [["docker_run_container", { image: "busybox:1.37" }]],
  },
  { call: manage("start"), becomes: ofWeb("docker_start_container") },
  { call: manage("stop", { timeout: 3 }), becomes: ofWeb("docker_stop_container", { timeout: 3 }) },
  { call: manage("restart", { timeout: 3 }), becomes: ofWeb("docker_restart_container", { timeout: 3 }) },
  {
    call: manage("remove", { force: true, confirm: "token" }),
    becomes: ofWeb("docker_remove_container", { force: true, confirm: "token" }),
  },
  { call: manage("pause"), becomes: ofWeb("docker_pause_container") },
  { call: manage("unpause"), becomes: ofWeb("docker_unpause_container") },
  { call: manage("kill"), becomes: ofWeb("docker_kill_container") },
  { call: manage("inspect"), becomes: ofWeb("docker_inspect_container") },
  { call: manage("logs"), becomes: ofWeb("docker_container_logs") },
  { call: manage("stats"), becomes: [["docker_container_stats", { containers: ["web"] }]] },
  { call: image("pull"), becomes: ofBusybox("docker_pull_image") },
  {
    call: image("push", { registry: "localhost:5000/" }),
    becomes: [["docker_push_image", { image: "localhost:5000/busybox:1.37" }]],
  },
  {
    call: image("tag", { registry: "localhost:5000/team" }),
    becomes: ofBusybox("docker_tag_image", { tag: "localhost:5000/team/busybox:1.37" }),
  },
  {
    call: ["image-operations", { action: "pull", image: "ghcr.io/team/app", registry: "ghcr.io" }],
    becomes: [["docker_pull_image", { image: "ghcr.io/team/app" }]],
  },
  { call: image("remove", { force: true }), becomes: ofBusybox("docker_remove_image", { force: true }) },
  { call: image("list"), becomes: [["docker_list_images", { reference: "busybox:1.37" }]] },
  { call: ["image-operations", { action: "list" }], becomes: [["docker_list_images", {}]] },
  { call: image("inspect"), becomes: ofBusybox("docker_inspect_image") },
  { call: image("history"), becomes: ofBusybox("docker_image_history") },
  {
    call: ["network-management", { action: "create", name: "back", driver: "bridge", options: { a: "b" } }],
    becomes: [["docker_create_network", { name: "back", driver: "bridge", options: { a: "b" } }]],
  },
  { call: network("remove"), becomes: ofFront("docker_remove_network") },
  {
    call: network("connect", { containers: ["web"] }),
    becomes: ofFront("docker_connect_container", { container: "web" }),
  },
  {
    call: network("connect", { containers: ["web", "api"] }),
    becomes: [
      ["docker_connect_container", { network: "front", container: "web" }],
      ["docker_connect_container", { network: "front", container: "api" }],
    ],
  },
  {
    call: ["network-management", { action: "disconnect", name: "bridge", containers: ["web"] }],
    becomes: [["docker_disconnect_container", { network: "bridge", container: "web" }]],
  },
  { call: ["network-management", { action: "list" }], becomes: [["docker_list_networks", {}]] },
  { call: network("inspect"), becomes: ofFront("docker_inspect_network") },
  {
    call: ["compose-stack", { action: "up", compose_file: stack, project_name: "shop", build: true }],
    becomes: [["docker_compose_up", { compose_yaml: stack, project_name: "shop", build: true }]],
  },
  {
    call: ["compose-stack", { action: "plan", compose_file: "/srv/shop/compose.yaml" }],
    becomes: [["docker_compose_plan", { file: "/srv/shop/compose.yaml" }]],
  },
  {
    call: ["compose-stack", { action: "config", compose_file: stack }],
    becomes: [["docker_compose_config", { compose_yaml: stack }]],
  },
  {
    call: ["compose-stack", { action: "pull", compose_file: stack, services: ["db"] }],
    becomes: [["docker_compose_pull", { compose_yaml: stack, services: ["db"] }]],
  },
  ...["down", "ps", "logs", "start", "stop", "restart"].map((action): Row => ({
    call: ["compose-stack", { action, project_name: "shop" }],
    becomes: [[`docker_compose_${action}`, { project_name: "shop" }]],
  })),
];

contract("compact", { aliases: compact, rows, before });

async function before({ text }: Connected): Promise<void> {
  await text("compose-stack", { action: "up", compose_file: stack });
  for (const name of ["web", "api"]) {
    await text("run-container", { image: "busybox:1.37", name, command: ["sleep", "1d"] });
  }
  await text("network-management", { action: "create", name: "front" });
}

Deno.test("the compact surface costs a model less than 1,500 tokens", () => {
  const tokens = definitionTokens(surfaces.compact);
  assert.ok(tokens < 1500, `${tokens}`);
});

Deno.test("an unknown action, and an argument of another action, are refused with what belongs", async () => {
  await using connected = await connect({ args: ["--surface=compact"] });
  await before(connected);
  const unknown = await refused(connected, "manage-container", { container_id: "web", action: "exec" });
  assert.match(unknown, /"action": expected one of start, stop, restart, .* stats, got "exec"/);
  assert.match(unknown, /^\[DKR-004\] Cannot do "Manage a container" .*\nNext: .* call manage-container again$/);
  assert.match(await refused(connected, "manage-container", { container_id: "web" }), /got nothing/);
  assert.match(
    await refused(connected, "manage-container", { container_id: "web", action: "start", timeout: 3 }),
    /"timeout": it does not belong to the action "start", which takes container_id\n/,
  );
  assert.match(await refused(connected, "manage-container", { action: "stop" }), /"container_id" is required/);
  assert.match(await refused(connected, "image-operations", { action: "toString" }), /expected one of pull/);
  assert.deepEqual(connected.events.at(-1)?.code, "DKR-004");
});

Deno.test("the next step names the action that this client has", async () => {
  await using connected = await connect({ args: ["--surface=compact"] });
  const text = await refused(connected, "manage-container", { container_id: "web", action: "stop", timeout: -1 });
  assert.match(text, /Next: Mend the arguments and call manage-container with the action stop again/);
});

Deno.test("several containers are joined one after the other, and a failure tells what was done before", async () => {
  await using connected = await connect({ args: ["--surface=compact"] });
  await before(connected);
  const call = { action: "connect", name: "front", containers: ["web", "api"] };
  const { content, structuredContent } = await connected.client.callTool({
    name: "network-management",
    arguments: call,
  });
  assert.match(JSON.stringify(content), /Connected web to front .*\\nConnected api to front/);
  const results = [...JSON.stringify(structuredContent).matchAll(/"container":"(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(results, ["web", "api"]);
  const some = { action: "disconnect", name: "front", containers: ["web", "nobody"] };
  assert.match(await refused(connected, "network-management", some), /done before: Disconnected web from front\./);
});

Deno.test("what an answer or a failure advises is told in names that are offered, or as not offered", async () => {
  await using connected = await connect({ args: ["--surface=compact"] });
  await connected.text("run-container", {
    image: "busybox:1.37",
    name: "web",
    command: ["echo", "docker_stop_container"],
  });
  const missing = await connected.text("manage-container", { container_id: "nosuch", action: "start" });
  assert.match(missing, /\nNext: docker_list_containers \(not offered here\) with all=true shows the names$/);
  const logs = await connected.text("manage-container", { container_id: "web", action: "logs" });
  assert.match(logs, /\n\|docker_stop_container$/);
});
