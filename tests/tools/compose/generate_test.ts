import assert from "node:assert/strict";
import { parse } from "yaml";
import { connect } from "../../connect.ts";
import { golden, running } from "../golden.ts";
import { stack, up } from "./stack.ts";

golden("docker_compose_generate", { args: { project_name: "shop" }, before: up });

const tool = "docker_compose_generate";

Deno.test("a project's file is made so that it changes nothing when it is brought up", async () => {
  await using connected = await connect();
  await up(connected, stack.replaceAll("command: [sleep, 1d]", 'command: [sleep, "$$$$HOME"]'));
  const answer = await connected.client.callTool({ name: tool, arguments: { project_name: "shop" } });
  const { compose_yaml, variables } = JSON.parse(JSON.stringify(answer.structuredContent));
  assert.deepEqual(variables, ["DB_PASSWORD"]);
  assert.doesNotMatch(JSON.stringify(answer), /hunter/);
  assert.equal(
    await connected.text("docker_compose_plan", { compose_yaml, environment: { DB_PASSWORD: "hunter3" } }),
    "shop: nothing to do for up",
  );
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
