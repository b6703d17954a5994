import assert from "node:assert/strict";
import { parse } from "yaml";
import { fieldsLabel } from "../../../src/compose/labels.ts";
import { connect, type Connected } from "../../connect.ts";
import { golden, running } from "../golden.ts";
import { stack, up } from "./stack.ts";

golden("docker_compose_generate", { args: { project_name: "shop" }, before: up });

const tool = "docker_compose_generate";

Deno.test("a project's file is made so that it changes nothing when it is brought up", async () => {
  await using connected = await connect();
  await up(connected, stack.replaceAll("command: [sleep, 1d]", 'command: [sleep, "$$$$HOME", "2024-05-01"]'));
  const answer = await connected.client.callTool({ name: tool, arguments: { project_name: "shop" } });
  const { compose_yaml, variables } = JSON.parse(JSON.stringify(answer.structuredContent));
  assert.deepEqual(variables, ["DB_PASSWORD"]);
  assert.doesNotMatch(JSON.stringify(answer), /hunter/);
  assert.equal(
    await connected.text("docker_compose_plan", { compose_yaml, environment: { DB_PASSWORD: "hunter3" } }),
    "shop: nothing to do for up",
  );
});

Deno.test("volumes stand in the order in which they were given, in whatever order the engine lists them", async () => {
  await using connected = await connect();
  const volumes = ["site:/data", "site-logs:/logs", "cache:/cache"];
  const file = (list: string[]) =>
    JSON.stringify({
      name: "shop",
      services: { web: { image: "busybox:1.37", volumes: list } },
      volumes: { "site-logs": {}, cache: {}, site: {} },
    });
  await connected.text("docker_compose_up", { compose_yaml: file(volumes) });
  const container = connected.daemon.container("shop-web-1");
  container.mounts = ["cache:/cache", "site-logs:/logs", "site:/data"].map((text) => {
    const [Name = "", Destination = ""] = text.split(":");
    return { Type: "volume", Name: `shop_${Name}`, Source: "", Destination, Mode: "z", RW: true };
  });
  const answer = await connected.client.callTool({ name: tool, arguments: { project_name: "shop" } });
  const { compose_yaml } = JSON.parse(JSON.stringify(answer.structuredContent));
  assert.deepEqual(parse(compose_yaml).services.web.volumes, volumes);
});

Deno.test("a container that Compose did not make becomes a service, with its network and volumes outside", async () => {
  await using connected = await connect();
  await running(connected);
  const text = await connected.text(tool, { containers: ["web"] });
  const { services: { web } } = parse(text);
  assert.deepEqual([web.image, web.container_name, web.network_mode], ["busybox:1.37", "web", "bridge"]);
  assert.deepEqual(web.environment, { TOKEN: "${TOKEN}", MODE: "test" });
  assert.deepEqual(web.ports, ["8080:80", "127.0.0.1:53:53/udp"]);
  assert.match(text, /# Secrets are left out\. Set in environment: TOKEN$/);
});

Deno.test("some services of a project do without those that are not asked for", async () => {
  await using connected = await connect();
  await up(connected);
  assert.doesNotMatch(await connected.text(tool, { containers: ["shop-web-1"] }), /depends_on/);
  assert.match(await connected.text(tool, { containers: ["nobody"] }), /^\[DKR-002\]/);
  assert.match(await connected.text(tool, { project_name: "nobody" }), /nothing of a project "nobody" is here/);
});

/** The file of a project, and what the file is loaded as. */
async function generated(connected: Connected, compose_yaml: string) {
  const environment = { DB_PASSWORD: "hunter2$x" };
  await connected.text("docker_compose_up", { compose_yaml, environment });
  const { structuredContent } = await connected.client.callTool({ name: tool, arguments: { project_name: "shop" } });
  const { compose_yaml: made, variables } = JSON.parse(JSON.stringify(structuredContent));
  const plan = await connected.text("docker_compose_plan", { compose_yaml: made, environment });
  return { made, variables, plan };
}

Deno.test("the value of a secret stands as its variable wherever it was put, and a service has its scale", async () => {
  await using connected = await connect();
  const { made, variables, plan } = await generated(
    connected,
    `
name: shop
services:
  web:
    image: busybox:1.37
    command: [serve, "dbname=shop,\${DB_PASSWORD},$$HOME"]
    environment: { DB_PASSWORD: "\${DB_PASSWORD}" }
    scale: 3
`,
  );
  assert.deepEqual(variables, ["DB_PASSWORD"]);
  const { web } = parse(made).services;
  assert.deepEqual(web.command, ["serve", "dbname=shop,${DB_PASSWORD},$$HOME"]);
  assert.equal(web.scale, 3);
  assert.equal(plan, "shop: nothing to do for up");
});

Deno.test("what no container tells is said above the file, and breaks out of no comment", async () => {
  await using connected = await connect();
  const { made } = await generated(
    connected,
    `
name: shop
services:
  web:
    image: busybox:1.37
    command: [sleep, 1d]
    post_start: [{ command: [echo, hook] }]
    configs: [{ source: app, target: /etc/app.conf }]
configs: { app: { content: "a = 1" } }
`,
  );
  assert.deepEqual(made.split("\n").slice(0, 2), [
    "# Not in this file, of web: post_start: a container does not tell what it was",
    "# Not in this file, of web: configs: those from files stand as volumes, those with a text of their own " +
    "(/etc/app.conf) are left out",
  ]);
  const labels = connected.daemon.container("shop-web-1").Config.Labels ?? {};
  labels[fieldsLabel] = JSON.stringify({ "bad\nservices: {}": "", "content of /x\nservices: {}": "", configs: "" });
  assert.match(await connected.text(tool, { project_name: "shop" }), /^# Not .*\/x\\nservices: \{\}.*\nname: shop\n/);
  delete labels[fieldsLabel];
  assert.match(
    await connected.text(tool, { project_name: "shop" }),
    /^# Not .* another program made it: its hooks, and/,
  );
});
