import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { golden } from "../golden.ts";
import { stack, up } from "./stack.ts";

golden("docker_compose_exec", {
  args: { project_name: "shop", service: "web", command: ["echo", "hello"] },
  before: up,
});

const run = { compose_yaml: stack, service: "web" };

Deno.test("docker_compose_run answers", async (t) => {
  await using connected = await connect();
  const answer = await connected.client.callTool({
    name: "docker_compose_run",
    arguments: { ...run, command: ["echo", "hello"] },
  });
  await t.assertSnapshot(JSON.parse(JSON.stringify(answer).replace(/(?<=-run-)[0-9a-f]{12}/g, "(made up)")));
});

Deno.test("docker_compose_run makes a container of its own beside those of the service", async () => {
  await using connected = await connect();
  await up(connected);
  const from = connected.daemon.seen.length;
  const args = { ...run, command: ["fail", "3"], env: { LEVEL: "debug" }, user: "1", workdir: "/tmp" };
  assert.match(await connected.text("docker_compose_run", args), /^Exit code 3\nstderr [^]*\|it failed/);
  const asked = connected.daemon.seen.slice(from).filter(({ method }) => method === "POST" || method === "DELETE");
  const [made] = asked.filter(({ path }) => path === "/containers/create");
  assert.match(made?.query["name"] ?? "", /^shop-web-run-[0-9a-f]{12}$/);
  const { Cmd, Env, User, WorkingDir, Labels, HostConfig, NetworkingConfig } = made?.body ?? {};
  assert.deepEqual([Cmd, User, WorkingDir, HostConfig.PortBindings], [["fail", "3"], "1", "/tmp", {}]);
  assert.deepEqual(Env, ["LEVEL=debug", "DB_PASSWORD=hunter3"]);
  assert.deepEqual(HostConfig.Binds, ["shop_data:/data:rw"]);
  const labels = ["project", "service", "oneoff", "slug"].map((key) => Labels[`com.docker.compose.${key}`]);
  assert.deepEqual(labels, ["shop", "web", "True", made?.query["name"]?.slice(-12)]);
  const aliases = NetworkingConfig.EndpointsConfig.shop_default.Aliases;
  assert.ok(!aliases.includes("web"), "others would take it for the service");
  assert.deepEqual(asked.at(-1)?.method, "DELETE");
  assert.equal(asked.at(-1)?.query["v"], "true");
  assert.equal(asked.filter(({ path }) => path === "/containers/create").length, 1);
});

Deno.test("docker_compose_run starts what the service depends on, and keeps the container if asked", async () => {
  await using connected = await connect();
  await connected.text("docker_compose_run", { ...run, command: ["echo", "a"], keep: true, service_ports: true });
  const { body } = connected.daemon.seen.findLast(({ path }) => path === "/containers/create") ?? {};
  assert.deepEqual(body?.HostConfig.PortBindings, { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8081" }] });
  const ps = await connected.text("docker_compose_ps", { project_name: "shop" });
  assert.match(
    ps,
    /^NAME SERVICE STATUS PORTS\nshop-db-1 db Up .*\nshop-web-run-[0-9a-f]{12} web Exited \(0\) 1 minute ago$/,
  );
});

Deno.test("docker_compose_run takes a service that no profile enables", async () => {
  await using connected = await connect();
  const tool = "{image: busybox:1.37, profiles: [tools], depends_on: [db]}";
  const compose_yaml = stack.replace("services:\n", `services:\n  tool: ${tool}\n`);
  const args = { compose_yaml, project_name: "shop", service: "tool", command: ["echo", "a"] };
  assert.match(await connected.text("docker_compose_run", args), /^Exit code 0/);
  assert.match(await connected.text("docker_compose_ps", { project_name: "shop" }), /^NAME.*\nshop-db-1 db Up .*$/);
});

Deno.test("docker_compose_run tells of a command that goes on", async () => {
  await using connected = await connect();
  const text = await connected.text("docker_compose_run", { ...run, command: ["sleep", "1d"], timeout: 0.2 });
  assert.match(
    text,
    /^No end within the time-out\. It still runs in "shop-web-run-[0-9a-f]{12}"; docker_container_logs/,
  );
});

Deno.test("docker_compose_run leaves nothing behind that could not be started", async () => {
  await using connected = await connect();
  await up(connected);
  connected.daemon.failNext({ method: "POST", path: /\/start$/ }, 400, "no such program");
  assert.match(await connected.text("docker_compose_run", { ...run, command: ["nope"] }), /no such program/);
  assert.doesNotMatch(await connected.text("docker_compose_ps", { project_name: "shop" }), /run/);
  assert.match(await connected.text("docker_compose_run", { ...run, service: "wub" }), /no such service/);
});

Deno.test("docker_compose_exec chooses the container by its number, the first one that runs unless told", async () => {
  await using connected = await connect();
  await up(connected);
  await connected.text("docker_compose_up", { compose_yaml: stack, scale: { db: 2 } });
  const exec = async (args: Record<string, unknown>) => {
    const text = await connected.text("docker_compose_exec", {
      project_name: "shop",
      service: "db",
      command: ["echo"],
      ...args,
    });
    const asked = connected.daemon.seen.findLast(({ path }) => /\/containers\/.*\/exec$/.test(path));
    return { text, container: asked?.path.split("/")[2] };
  };
  const [first, second] = [1, 2].map((number) => connected.daemon.container(`shop-db-${number}`));
  assert.equal((await exec({})).container, first?.Id);
  assert.equal((await exec({ index: 2 })).container, second?.Id);
  if (first) first.state = "exited";
  assert.equal((await exec({})).container, second?.Id);
  assert.match((await exec({ index: 3 })).text, /"index": the service "db" has no container 3; it has: 1, 2/);
  assert.match((await exec({ service: "wub" })).text, /"wub" has no container; those that have some: db, web/);
});
