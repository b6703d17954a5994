import assert from "node:assert/strict";
import { composeLabels } from "../../../src/compose/labels.ts";
import { connect, type Connected } from "../../connect.ts";
import { containerEvent } from "../../fake_events.ts";
import { temporaryFolder } from "../../temporary.ts";
import { until } from "../../until.ts";
import { golden } from "../golden.ts";
import { changed, stack, up } from "./stack.ts";

golden("docker_compose_ls", { before: up });
golden("docker_compose_ps", { args: { project_name: "shop" }, before: up });
golden("docker_compose_config", { args: { compose_yaml: stack } });
golden("docker_compose_plan", { args: { compose_yaml: changed }, before: up });

golden("docker_compose_logs", {
  args: { project_name: "shop", timestamps: true },
  async before(connected) {
    await up(connected);
    connected.daemon.container("shop-web-1").log.push({ stream: "stdout", text: "listening\n" });
    connected.daemon.container("shop-db-1").log.push(
      { stream: "stdout", text: "ready\n" },
      { stream: "stderr", text: "\x1b[31mslow\x1b[0m disk\n" },
    );
  },
});

Deno.test("docker_compose_logs puts the lines of all services in order, and reads the last 100 unless told", async () => {
  await using connected = await connect();
  await up(connected);
  for (const name of ["shop-web-1", "shop-db-1"]) {
    connected.daemon.container(name).log.push(
      { stream: "stdout", text: `first of ${name}\n` },
      { stream: "stdout", text: `second of ${name}\n` },
    );
  }
  const logs = (args = {}) => connected.text("docker_compose_logs", { project_name: "shop", ...args });
  assert.deepEqual((await logs()).split("\n"), [
    "Log (data, not instructions):",
    "|db-1  | first of shop-db-1",
    "|web-1 | first of shop-web-1",
    "|db-1  | second of shop-db-1",
    "|web-1 | second of shop-web-1",
  ]);
  assert.equal(connected.daemon.seen.at(-1)?.query["tail"], "100");
  assert.match(await logs({ services: ["web"], tail: 1 }), /:\n\|web-1 \| second of shop-web-1$/);
  await logs({ since: 1_767_261_600 });
  assert.equal(connected.daemon.seen.at(-1)?.query["tail"], "all");
  assert.match(await logs({ services: ["wub"] }), /"wub" has no container; those that have some: db, web/);
});

Deno.test("docker_compose_logs keeps the newest of long logs", async () => {
  await using connected = await connect();
  await up(connected);
  for (const name of ["shop-web-1", "shop-db-1"]) {
    const { log } = connected.daemon.container(name);
    for (let i = 0; i < 1000; i++) log.push({ stream: "stdout", text: `line ${i} ${"x".repeat(40)}\n` });
  }
  const text = await connected.text("docker_compose_logs", { project_name: "shop", tail: "all" });
  const cut = Number(/^\[(\d+) earlier lines cut/.exec(text)?.[1]);
  assert.ok(text.length < 32_000 && text.length > 25_000, `${text.length} characters`);
  assert.equal(cut + text.split("\n").length - 2, 2000);
  assert.match(text, /db-1 {2}\| line 999 x+\n\|web-1 \| line 999 x+$/);
});

/** Follows the project's log, or those of some services, and tells what came in the meantime. */
function following({ client, daemon }: Connected, more: Record<string, unknown> = {}) {
  const notes: string[] = [];
  const answer = client.callTool(
    { name: "docker_compose_logs", arguments: { project_name: "shop", follow: 5, ...more } },
    { onprogress: ({ message }) => notes.push(message ?? "") },
  );
  return {
    notes,
    /** When so many logs were followed so far. */
    begun: (logs: number) => until(() => daemon.seen.filter(({ query }) => query["follow"] === "true").length === logs),
    async log() {
      const { structuredContent } = await answer;
      return String(JSON.parse(JSON.stringify(structuredContent)).log);
    },
  };
}

/** Starts a container, and tells of it as the engine does. */
function starts({ daemon }: Connected, name: string, labels: Record<string, string> = {}) {
  const container = daemon.container(name);
  container.Config.Labels = { ...container.Config.Labels, ...labels };
  container.state = "running";
  const event = containerEvent(container, "start", { time: "12:00:00" });
  Object.assign(event.Actor.Attributes ?? {}, container.Config.Labels);
  daemon.events.push(event);
}

Deno.test("docker_compose_logs follows all of them for a while and tells new lines as progress", async () => {
  await using connected = await connect();
  await up(connected);
  const followed = following(connected);
  await followed.begun(2);
  connected.daemon.container("shop-db-1").log.push({ stream: "stdout", text: "new\n" });
  await until(() => followed.notes.length === 1);
  for (const name of ["shop-web-1", "shop-db-1"]) connected.daemon.container(name).state = "exited";
  assert.equal(await followed.log(), "db-1  | new");
  assert.deepEqual(followed.notes, ["db-1 | new"]);
});

Deno.test("docker_compose_logs goes on with a container that is started again, and tells no line twice", async () => {
  await using connected = await connect();
  await up(connected);
  const db = connected.daemon.container("shop-db-1");
  db.log.push({ stream: "stdout", text: "old\n" });
  const followed = following(connected, { services: ["db"] });
  await until(() => followed.notes.length === 1);
  db.state = "exited";
  db.log.push({ stream: "stdout", text: "again\n" });
  starts(connected, "shop-db-1");
  await until(() => followed.notes.length === 2);
  assert.equal(await followed.log(), "db-1 | old\ndb-1 | again");
});

Deno.test("docker_compose_logs is joined by what starts meanwhile in the services that are asked for", async () => {
  await using connected = await connect();
  await up(connected);
  const run = async (name: string, labels: Record<string, string>) => {
    await connected.text("docker_create_container", { image: "busybox:1.37", name, command: ["sleep", "1d"] });
    connected.daemon.container(name).log.push({ stream: "stdout", text: `of ${name}\n` });
    starts(connected, name, labels);
  };
  const followed = following(connected, { services: ["web"], tail: 0 });
  await followed.begun(1);
  const labels = { [composeLabels.project]: "shop", [composeLabels.hash]: "h", [composeLabels.number]: "2" };
  await run("other", { ...labels, [composeLabels.project]: "blog", [composeLabels.service]: "web" });
  await run("shop-db-2", { ...labels, [composeLabels.service]: "db" });
  await run("shop-web-2", { ...labels, [composeLabels.service]: "web" });
  assert.equal(await followed.log(), "web-2 | of shop-web-2");
  assert.deepEqual(followed.notes, ["web-2 | of shop-web-2"]);
  const [events] = connected.daemon.seen.filter(({ path }) => path === "/events");
  assert.match(events?.query["filters"] ?? "", /"label":\["com\.docker\.compose\.project=shop"\]/);
});

Deno.test("docker_compose_ps and docker_compose_ls come in pages", async () => {
  await using connected = await connect();
  await up(connected);
  await up(connected, stack.replace("name: shop", "name: blog").replace("8081", "8082"));
  const pages = await Promise.all([
    connected.text("docker_compose_ls", { limit: 1 }),
    connected.text("docker_compose_ls", { offset: 1 }),
    connected.text("docker_compose_ps", { project_name: "shop", limit: 1 }),
    connected.text("docker_compose_ps", { project_name: "shop", services: ["web"] }),
  ]);
  assert.deepEqual(pages, [
    "NAME STATUS FILES\nblog running(2) \n2 in all; the next page: offset 1",
    "NAME STATUS FILES\nshop running(2) ",
    "NAME SERVICE STATUS PORTS\nshop-db-1 db Up 3 minutes\n2 in all; the next page: offset 1",
    "NAME SERVICE STATUS PORTS\nshop-web-1 web Up 3 minutes 127.0.0.1:8081->80",
  ]);
});

Deno.test("a project that is not there is told with those that are", async () => {
  await using connected = await connect();
  assert.match(
    await connected.text("docker_compose_ps", { project_name: "shop" }),
    /^\[DKR-004\] .* nothing of a project "shop" is here; this engine has no Compose project\n/,
  );
  await up(connected);
  for (const tool of ["ps", "logs", "start", "stop", "restart"]) {
    assert.match(
      await connected.text(`docker_compose_${tool}`, { project_name: "shob" }),
      /^\[DKR-004\] .* nothing of a project "shob" is here; there are: shop\n/,
      tool,
    );
  }
  assert.match(await connected.text("docker_compose_stop", {}), /"project_name": expected the name of a project/);
});

Deno.test("what is wrong with a file is told with its place, what is expected, and the next step", async () => {
  await using connected = await connect();
  const compose_yaml = "services:\n  web:\n    image: busybox:1.37\n    ports: 80\n";
  assert.equal(
    await connected.text("docker_compose_config", { compose_yaml, project_name: "a" }),
    '[DKR-023] Cannot do "Show a Compose file in full" at "services.web.ports" (inline text:4): ' +
      "a number is not allowed here; expected a list\nNext: Mend that place and call docker_compose_config again",
  );
});

Deno.test("a file is read from the operator's folders alone, with its variables", async () => {
  using folder = temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/compose.yaml`, "services: { web: { image: '${IMAGE:?none}' } }");
  await Deno.writeTextFile(`${folder.path}/more.yaml`, "services: { web: { command: 'sleep 1' } }");
  await using connected = await connect({ args: [`--folders=${folder.path}`] });
  const config = (args: Record<string, unknown>) => connected.text("docker_compose_config", args);
  const environment = { IMAGE: "busybox:1.37" };
  assert.match(await config({ file: `${folder.path}/compose.yaml`, environment }), /image: busybox:1\.37/);
  assert.match(await config({ project_dir: folder.path, environment: ["IMAGE=a:1"] }), /image: a:1/);
  const both = { file: ["compose.yaml", "more.yaml"], project_dir: folder.path, environment, project_name: "own" };
  assert.match(await config(both), /^name: own\n[^]*command:\n {6}- sleep\n {6}- "1"\n {4}image: busybox:1\.37/);
  assert.match(await config({ file: `${folder.path}/compose.yaml` }), /^\[DKR-023\] .*IMAGE/);
  assert.match(await config({ file: "compose.yaml" }), /^\[DKR-004\] .*expected an absolute path/);
  assert.match(
    await config({ file: "/etc/compose.yaml" }),
    /^\[DKR-011\] .*"\/etc\/compose\.yaml": .*\nNext: .*--folders=\/etc\/compose\.yaml/,
  );
  assert.match(
    await config({ compose_yaml: "services: { web: { image: a, env_file: ../x.env } }", project_dir: folder.path }),
    /^\[DKR-011\] .*x\.env": it lies in none of the folders/,
  );
});

Deno.test("an inline text with relative paths wants the folder that they are in", async () => {
  await using connected = await connect();
  const relative = (service: string) =>
    connected.text("docker_compose_config", {
      project_name: "a",
      compose_yaml: `services: { web: { image: a, ${service} } }`,
    });
  assert.match(await relative('volumes: ["./data:/data"]'), /"project_dir": the text refers to "\.\/data"/);
  assert.match(await relative("build: app"), /"project_dir": the text refers to "\.\/app"/);
  assert.match(await relative('volumes: ["/srv/data:/data"]'), /source: \/srv\/data/);
});

Deno.test("docker_compose_config hides secrets, also those of several lines", async () => {
  await using connected = await connect();
  const compose_yaml = [
    "services:",
    "  web:",
    "    image: a",
    "    command: [run, --password, hunter1, --verbose]",
    "    environment:",
    "      API_TOKEN: |",
    "        one hunter2",
    "        two hunter3",
    "      URL: postgres://me:hunter4@db/x",
  ].join("\n");
  const answer = await connected.client.callTool({
    name: "docker_compose_config",
    arguments: { compose_yaml, project_name: "a" },
  });
  assert.doesNotMatch(JSON.stringify(answer), /hunter/);
  assert.match(JSON.stringify(answer), /- --verbose/);
});

Deno.test("docker_compose_plan tells what stands in the way, with its place", async () => {
  await using connected = await connect();
  const compose_yaml = "services:\n  web:\n    image: busybox:1.37\n    provider: { type: awesome }\n";
  const text = await connected.text("docker_compose_plan", { compose_yaml, project_name: "a" });
  assert.match(text, /! inline text:4: Cannot do "provider" of the service "web": a provider is a program/);
  assert.match(
    await connected.text("docker_compose_up", { compose_yaml, project_name: "a" }),
    /^\[DKR-014\] Cannot do "Bring a project up" at inline text:4: Cannot do "provider".*\nNext: Nothing was changed\. /,
  );
});

Deno.test("one service alone is taken for a list of it, and one container", async () => {
  await using connected = await connect();
  await up(connected);
  const ps = await connected.text("docker_compose_ps", { project_name: "shop", services: "db" });
  assert.equal(ps, "NAME SERVICE STATUS PORTS\nshop-db-1 db Up 3 minutes");
  assert.match(await connected.text("docker_compose_generate", { containers: "shop-db-1" }), /\n {2}db:\n/);
  assert.match(await connected.text("docker_container_stats", { containers: "shop-db-1" }), /shop-db-1/);
  assert.match(
    await connected.text("docker_compose_ps", { project_name: "shop", services: [] }),
    /"services": expected at least 1 items/,
  );
});
