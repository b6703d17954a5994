import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { golden } from "../golden.ts";
import { changed, stack, up } from "./stack.ts";

const shop = { project_name: "shop" };

golden("docker_compose_up", { args: { compose_yaml: stack } });
golden("docker_compose_down", { args: { ...shop, volumes: true }, before: up });
golden("docker_compose_start", {
  args: shop,
  async before(connected) {
    await up(connected);
    await connected.text("docker_compose_stop", shop);
  },
});
golden("docker_compose_stop", { args: shop, before: up });
golden("docker_compose_restart", { args: { ...shop, services: ["web"] }, before: up });
golden("docker_compose_pull", { args: { compose_yaml: stack } });
golden("docker_compose_build", {
  args: {
    compose_yaml: "services: { web: { build: https://example.com/app.git } }",
    project_name: "shop",
  },
});

/** What was asked of the engine that changes something, from `from` on. */
function changes({ daemon }: Connected, from = 0): string[] {
  return daemon.seen.slice(from).filter(({ method }) => method !== "GET" && method !== "HEAD")
    .map(({ method, path, query }) => `${method} ${path}${query["name"] ? ` ${query["name"]}` : ""}`);
}

Deno.test("docker_compose_up brings a service up that is named, though no profile enables it", async () => {
  await using connected = await connect();
  const compose_yaml = "services: {a: {image: a}, b: {image: a, profiles: [extra], depends_on: [a]}, c: {image: a}}";
  const args = { compose_yaml, project_name: "shop", services: ["b"] };
  const { structuredContent } = await connected.client.callTool({ name: "docker_compose_plan", arguments: args });
  const { digest, possible } = Object(structuredContent);
  assert.ok(possible && digest);
  const text = await connected.text("docker_compose_up", { ...args, digest });
  assert.match(text, /shop-a-1[^]*shop-b-1/);
  assert.doesNotMatch(text, /-c-1/);
});

Deno.test("docker_compose_up makes what is missing in order, and nothing the second time", async () => {
  await using connected = await connect();
  await up(connected);
  const asked = changes(connected);
  const [db, web] = ["db", "web"].map((service) => connected.daemon.container(`shop-${service}-1`).Id);
  assert.deepEqual(asked.slice(0, 2).toSorted(), ["POST /networks/create", "POST /volumes/create"]);
  const started = [`POST /containers/${db}/start`, `POST /containers/${web}/start`];
  assert.deepEqual(asked.filter((line) => line.endsWith("/start")), started);
  assert.ok(asked.indexOf("POST /containers/create shop-db-1") < asked.indexOf("POST /containers/create shop-web-1"));
  const from = connected.daemon.seen.length;
  assert.match(await up(connected), /^shop: nothing to do\.\nNAME SERVICE STATUS PORTS\nshop-db-1 db/);
  assert.deepEqual(changes(connected, from), []);
});

Deno.test("docker_compose_up recreates only the service that changed, and tells what changed in it", async () => {
  await using connected = await connect();
  await up(connected);
  const db = connected.daemon.container("shop-db-1").Id;
  const text = await up(connected, changed);
  assert.match(text, /^shop: 1 change\.\nweb-1: recreate \(environment\.LEVEL: info -> debug\)\n/);
  assert.equal(connected.daemon.container("shop-db-1").Id, db);
});

Deno.test("docker_compose_up carries out the plan of a digest, and refuses one that is out of date", async () => {
  await using connected = await connect();
  await up(connected);
  const planned = await connected.client.callTool({
    name: "docker_compose_plan",
    arguments: { compose_yaml: changed, scale: { db: 2 } },
  });
  const { digest } = JSON.parse(JSON.stringify(planned.structuredContent));
  const apply = (args = {}) =>
    connected.text("docker_compose_up", { compose_yaml: changed, scale: { db: 2 }, digest, ...args });
  const from = connected.daemon.seen.length;
  assert.match(await apply({ scale: {} }), /^\[DKR-014\] .*the plan "[0-9a-f]{12}" is not what it would take now/);
  assert.deepEqual(changes(connected, from), []);
  assert.match(await apply(), /^shop: 2 changes\./);
  assert.match(await apply(), /^\[DKR-014\] .*\nNext: Nothing was changed\. docker_compose_plan plans anew$/);
});

Deno.test("docker_compose_up hands on its options", async () => {
  await using connected = await connect();
  await up(connected);
  const asked = (args: Record<string, unknown>) =>
    connected.text("docker_compose_up", { compose_yaml: stack, ...args });
  assert.match(await asked({ services: ["db"], force_recreate: true }), /^shop: 1 change\.\ndb-1: recreate\n/);
  assert.match(await asked({ compose_yaml: changed, no_recreate: true }), /^shop: nothing to do\./);
  assert.match(
    await asked({ scale: { db: 3 } }),
    /^shop: 2 changes\.\ndb-2: create and start\ndb-3: create and start\n/,
  );
  assert.match(await asked({ pull: "always", services: ["db"] }), /image busybox:1\.37: pull/);
  const planned = await connected.text("docker_compose_plan", { compose_yaml: stack, wait: true });
  assert.match(planned, /\nweb: wait until it runs and is healthy/);
  assert.match(await asked({ wait: true, wait_timeout: "5s" }), /^shop: nothing to do\./);
  const alone = "services: { web: { image: busybox:1.37, command: [sleep, 1d] } }";
  const warned = await asked({ compose_yaml: alone, project_name: "shop" });
  assert.match(warned, /Warning: Left over from services that the files do not have: "shop-db-1"/);
  const removed = await asked({ compose_yaml: alone, project_name: "shop", remove_orphans: true });
  assert.match(removed, /orphan shop-db-1: stop and remove/);
});

Deno.test("docker_compose_up starts services of a profile only where that is active", async () => {
  await using connected = await connect();
  const compose_yaml = `
services:
  web: { image: busybox:1.37, command: [sleep, 1d] }
  tool: { image: busybox:1.37, command: [sleep, 1d], profiles: [tools] }
`;
  const asked = (args = {}) => connected.text("docker_compose_up", { compose_yaml, project_name: "shop", ...args });
  assert.doesNotMatch(await asked(), /tool/);
  assert.match(await asked({ profiles: ["tools"] }), /tool-1: create and start/);
});

Deno.test("docker_compose_up refuses to scale a service that there is not", async () => {
  await using connected = await connect();
  const compose_yaml = "services: { web: { image: busybox:1.37, command: [sleep, 1d] } }";
  const args = { compose_yaml, project_name: "shop", scale: { wbe: 3 } };
  assert.match(
    await connected.text("docker_compose_up", args),
    /Cannot use the service "wbe" of "shop": the project has no such service\. Its services are: web/,
  );
  assert.deepEqual(changes(connected), []);
});

Deno.test("docker_compose_down says which containers it leaves, since no active profile has their service", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const compose_yaml = `
services:
  web: { image: busybox:1.37, command: [sleep, 1d] }
  tool: { image: busybox:1.37, command: [sleep, 1d], profiles: [tools] }
`;
  const source = { compose_yaml, project_name: "shop" };
  await connected.text("docker_compose_up", { ...source, profiles: ["tools"] });
  const told = await connected.text("docker_compose_down", source);
  assert.match(told, /web-1: stop and remove/);
  assert.doesNotMatch(told, /tool-1: stop and remove/);
  assert.match(told, /Warning: Left as they are, since no active profile has their services: "shop-tool-1"/);
  assert.match(
    await connected.text("docker_compose_down", { ...source, profiles: ["tools"] }),
    /tool-1: stop and remove/,
  );
});

Deno.test("what the rules forbid is refused with the service and the line that ask for it", async () => {
  await using connected = await connect();
  const compose_yaml = "services:\n  web:\n    image: busybox:1.37\n    privileged: true\n";
  assert.match(
    await connected.text("docker_compose_up", { compose_yaml, project_name: "shop" }),
    /^\[DKR-011\] Refused: "Bring a project up" at "services\.web\.privileged" \(inline text:4\): .*\nNext: .*--allow-privileged\. Nothing was changed$/,
  );
  assert.deepEqual(changes(connected), []);
  const plan = await connected.text("docker_compose_plan", { compose_yaml, project_name: "shop" });
  assert.match(
    plan,
    /\n! inline text:4: Cannot make containers of the service "web": HostConfig\.Privileged is "true"/,
  );
});

Deno.test("an operation that fails is told as what failed, with the next step of its cause", async () => {
  await using connected = await connect();
  const compose_yaml = "services:\n  web:\n    image: nobody/nothing:1\n";
  connected.daemon.failNext({ method: "POST", path: /images\/create/ }, 404, "pull access denied for nobody/nothing");
  const text = await connected.text("docker_compose_up", { compose_yaml, project_name: "shop" });
  assert.match(text, /image nobody\/nothing:1: pull, at "services\.web" \(inline text:\d\)/);
  assert.match(text, /pull access denied/);
  assert.match(text, /the next docker_compose_up goes on from there/);
});

Deno.test("docker_compose_down asks first, and names what is lost", async () => {
  const asked: string[] = [];
  await using connected = await connect({
    elicit: (message) => {
      asked.push(message);
      return { action: "accept", content: { confirm: true } };
    },
  });
  await up(connected);
  await connected.text("docker_compose_down", { ...shop, services: ["web"] });
  await connected.text("docker_compose_down", { ...shop, volumes: true, images: "all" });
  assert.match(
    asked[0] ?? "",
    /Of "shop" will be removed: 1 container \(shop-web-1\)\. What the containers wrote outside volumes is lost; the volumes stay\./,
  );
  assert.match(
    asked[1] ?? "",
    /Of "shop" will be removed: 1 container \(shop-db-1\); 1 network \(shop_default\); 1 image \(busybox:1\.37\)\. ALL DATA in 1 volume \(shop_data\) is lost for good, anonymous volumes too\./,
  );
});

Deno.test("docker_compose_down leaves volumes alone unless they are meant", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await up(connected);
  const from = connected.daemon.seen.length;
  const text = await connected.text("docker_compose_down", shop);
  assert.deepEqual(text.split("\n").toSorted(), [
    "db-1: stop and remove",
    "network shop_default: remove",
    "shop: 3 changes.",
    "web-1: stop and remove",
  ]);
  const removed = connected.daemon.seen.slice(from).filter(({ method }) => method === "DELETE");
  assert.deepEqual(removed.map(({ query }) => query["v"] ?? "false"), ["false", "false", "false"]);
  assert.match(await connected.text("docker_compose_down", shop), /nothing of a project "shop" is here/);
});

Deno.test("each operation is told as progress", async () => {
  await using connected = await connect();
  const notes: string[] = [];
  await connected.client.callTool(
    { name: "docker_compose_up", arguments: { compose_yaml: stack } },
    { onprogress: ({ progress, total, message }) => notes.push(`${progress}/${total} ${message}`) },
  );
  assert.equal(notes.length, 6);
  assert.match(notes.at(-1) ?? "", /^6(\.\d+)?\/6 web-1: start$/);
});

Deno.test("a hook that may not be run is refused with its place, before a container is replaced for it", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const plain = "services:\n  web:\n    image: busybox:1.37\n    command: [sleep, 1d]\n";
  const call = (tool: string, compose_yaml: string) =>
    connected.text(`docker_compose_${tool}`, { compose_yaml, project_name: "shop" });
  await call("up", plain);
  const from = connected.daemon.seen.length;
  for (const hook of ["post_start", "pre_stop"]) {
    const text =
      `${plain}    labels: {a: b}\n    ${hook}: [{command: ["true"]}, {command: ["true"], privileged: true}]\n`;
    const what = `Cannot run a command of "${hook}" in the service "web": Privileged is "true"`;
    assert.match(await call("plan", text), new RegExp(`\n! inline text:6: ${what}`));
    const place = `at "services\\.web\\.${hook}\\.1\\.privileged" \\(inline text:6\\)`;
    const told = new RegExp(`^\\[DKR-011\\] .* ${place}: .*\\nNext: .*--allow-privileged\\. Nothing was changed$`);
    assert.match(await call("up", text), told);
  }
  const stops = `${plain}    pre_stop: [{command: ["true"], privileged: true}]\n`;
  for (const tool of ["stop", "restart", "down"]) {
    assert.match(
      await call(tool, stops),
      /^\[DKR-011\] .*pre_stop\.0\.privileged.*\nNext: .*Nothing was changed$/,
      tool,
    );
  }
  assert.deepEqual(changes(connected, from), []);
});
