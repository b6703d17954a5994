import assert from "node:assert/strict";
import { classic } from "../../src/surfaces/classic.ts";
import { connect, type Connected } from "../connect.ts";
import { stack } from "../tools/compose/stack.ts";
import { contract, refused, type Row } from "./contract.ts";

const web = { container_name: "web" };
const container = { container: "web" };

const rows: Row[] = [
  {
    call: ["create-container", {
      image: "busybox:1.37",
      container_name: "web2",
      command: ["sleep", "1d"],
      ports: ["8080:80"],
      environment: { A: "1" },
      volumes: { "data": "/data" },
      networks: ["front"],
      health_check: { cmd: "true", interval: "5s" },
      resources: { cpu: 0.5, memory: "64m" },
      restart_policy: "on-failure:3",
    }],
    becomes: [["docker_run_container", {
      image: "busybox:1.37",
      name: "web2",
      command: ["sleep", "1d"],
      ports: ["8080:80"],
      environment: { A: "1" },
      volumes: { "data": "/data" },
      networks: ["front"],
      health_check: { cmd: "true", interval: "5s" },
      cpu: 0.5,
      memory: "64m",
      restart: "on-failure:3",
    }]],
  },
  {
    call: ["create-container", {
      image: "busybox:1.37",
      ports: { "80": 8080 },
      volumes: ["data:/data:ro", { host_path: "cache", container_path: "/cache" }],
      environment: ["A=1"],
      network: "front",
      restart: "always",
    }],
    becomes: [["docker_run_container", {
      image: "busybox:1.37",
      ports: { "80": 8080 },
      volumes: ["data:/data:ro", { host_path: "cache", container_path: "/cache" }],
      environment: ["A=1"],
      network: "front",
      restart: "always",
    }]],
  },
  {
    call: ["list-containers", { all: true, filters: { status: ["exited"], label: "team=blue" } }],
    becomes: [["docker_list_containers", { all: true, status: ["exited"], label: "team=blue" }]],
  },
  {
    call: ["get-logs", { ...web, tail: "20", follow: false, timestamps: true, since: "10m", until: "1m" }],
    becomes: [["docker_container_logs", { ...container, tail: 20, timestamps: true, since: "10m", until: "1m" }]],
  },
  { call: ["get-logs", { ...web, tail: "all" }], becomes: [["docker_container_logs", { ...container, tail: "all" }]] },
  { call: ["start-container", web], becomes: [["docker_start_container", container]] },
  {
    call: ["stop-container", { ...web, timeout: 3 }],
    becomes: [["docker_stop_container", { ...container, timeout: 3 }]],
  },
  { call: ["restart-container", web], becomes: [["docker_restart_container", container]] },
  {
    call: ["remove-container", { ...web, force: true, volumes: true, confirm: "token" }],
    becomes: [["docker_remove_container", { ...container, force: true, volumes: true, confirm: "token" }]],
  },
  { call: ["pull-image", { image: "busybox:1.37" }], becomes: [["docker_pull_image", { image: "busybox:1.37" }]] },
  {
    call: ["list-images", { filters: { dangling: false, reference: "busybox" } }],
    becomes: [["docker_list_images", { dangling: false, reference: "busybox" }]],
  },
  { call: ["list-volumes", {}], becomes: [["docker_list_volumes", {}]] },
  {
    call: ["network-create", { network: "back", driver: "bridge", internal: true, labels: { team: "blue" } }],
    becomes: [["docker_create_network", { name: "back", driver: "bridge", internal: true, labels: { team: "blue" } }]],
  },
  { call: ["network-remove", { network: "front" }], becomes: [["docker_remove_network", { network: "front" }]] },
  { call: ["network-list", { filters: { name: "fr" } }], becomes: [["docker_list_networks", { name: "fr" }]] },
  {
    call: ["network-connect", { network: "front", ...web, aliases: ["www"] }],
    becomes: [["docker_connect_container", { network: "front", ...container, aliases: ["www"] }]],
  },
  {
    call: ["network-disconnect", { network: "bridge", ...web, force: true }],
    becomes: [["docker_disconnect_container", { network: "bridge", ...container, force: true }]],
  },
  { call: ["network-inspect", { network: "front" }], becomes: [["docker_inspect_network", { network: "front" }]] },
  {
    call: ["deploy-compose", { compose_yaml: stack, project_name: "shop", environment: { A: "1" }, build: false }],
    becomes: [["docker_compose_up", {
      compose_yaml: stack,
      project_name: "shop",
      environment: { A: "1" },
      build: false,
    }]],
  },
  {
    call: ["deploy-compose", { compose_file: "/srv/shop/compose.yaml", services: ["web"] }],
    becomes: [["docker_compose_up", { file: "/srv/shop/compose.yaml", services: ["web"] }]],
  },
  {
    call: ["compose-down", { project_name: "shop", volumes: true, remove_orphans: true, confirm: "token" }],
    becomes: [["docker_compose_down", { project_name: "shop", volumes: true, remove_orphans: true, confirm: "token" }]],
  },
  {
    call: ["compose-logs", { project_name: "shop", services: ["web"], tail: "20", follow: false, since: "10m" }],
    becomes: [["docker_compose_logs", { project_name: "shop", services: ["web"], tail: 20, since: "10m" }]],
  },
  {
    call: ["compose-ps", { compose_file: stack }],
    becomes: [["docker_compose_ps", { compose_yaml: stack }]],
  },
  { call: ["compose-start", { project_name: "shop" }], becomes: [["docker_compose_start", { project_name: "shop" }]] },
  {
    call: ["compose-stop", { project_name: "shop", timeout: 3 }],
    becomes: [["docker_compose_stop", { project_name: "shop", timeout: 3 }]],
  },
  {
    call: ["compose-restart", { project_name: "shop", services: ["web"] }],
    becomes: [["docker_compose_restart", { project_name: "shop", services: ["web"] }]],
  },
];

contract("classic", { aliases: classic, rows, before });

async function before({ text }: Connected): Promise<void> {
  await text("deploy-compose", { compose_yaml: stack });
  await text("create-container", { image: "busybox:1.37", container_name: "web", command: ["sleep", "1d"] });
  await text("network-create", { network: "front" });
}

Deno.test("get-logs goes on reading for some seconds with follow", async () => {
  await using connected = await connect({ args: ["--surface=classic"] });
  await before(connected);
  await connected.text("get-logs", { container_name: "web", follow: true });
  assert.deepEqual(connected.events.at(-1)?.args, { container: "web", follow: 5 });
});

Deno.test("a wrong argument is told in the words of the vocabulary, and so is the next step", async () => {
  await using connected = await connect({ args: ["--surface=classic"] });
  assert.match(await refused(connected, "start-container", {}), /"container_name" is required/);
  const foreign = await refused(connected, "start-container", { container: "web" });
  assert.match(foreign, /"container": it does not belong to start-container, which takes container_name\n/);
  assert.match(foreign, /Next: Mend the arguments and call start-container again/);
  assert.match(await refused(connected, "start-container", { container_name: "wbe" }), /list-containers/);
  assert.match(await refused(connected, "create-container", { image: "a", ports: ["x"] }), /"ports": expected a port/);
  const status = await refused(connected, "list-containers", { filters: { state: "up" } });
  assert.match(status, /"state" is not known here/);
});

Deno.test("remove-container asks first, naming what is lost", async () => {
  const asked: string[] = [];
  await using connected = await connect({
    args: ["--surface=classic"],
    elicit: (message) => {
      asked.push(message);
      return { action: "accept", content: { confirm: true } };
    },
  });
  await before(connected);
  assert.match(await connected.text("remove-container", { container_name: "web", force: true }), /Removed web/);
  assert.match(asked.join(), /"web" \(busybox:1.37, running\)/);
});

Deno.test("a client that cannot ask confirms a call of the vocabulary with its token", async () => {
  await using connected = await connect({ args: ["--surface=classic"] });
  await before(connected);
  const call = { container_name: "web", force: true };
  const confirm = /"confirm": "([^"]+)"/.exec(await refused(connected, "remove-container", call))?.[1];
  assert.match(await connected.text("remove-container", { ...call, confirm }), /Removed web/);
});
