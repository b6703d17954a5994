import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

golden("docker_list_containers", {
  args: { all: true, limit: 2 },
  async before(connected) {
    await connected.text("docker_create_container", { image: "nginx:1.27", name: "old" });
    await running(connected);
    await ended(connected);
  },
});
golden("docker_inspect_container", { args: { container: "web" }, before: running });
golden("docker_container_stats", {
  args: { containers: ["web", "job"] },
  async before(connected) {
    await ended(connected);
    await running(connected);
  },
});
golden("docker_container_top", { args: { container: "web" }, before: running });
golden("docker_container_diff", { args: { container: "web" }, before: running });

Deno.test("docker_list_containers asks the engine once, however many containers there are", async () => {
  await using connected = await connect();
  for (let i = 0; i < 30; i++) await connected.text("docker_create_container", { image: "busybox:1.37" });
  await connected.text("docker_list_containers");
  const before = connected.daemon.seen.length;
  await connected.text("docker_list_containers", { all: true });
  assert.deepEqual(connected.daemon.seen.slice(before).map(({ path }) => path), ["/containers/json"]);
});

Deno.test("docker_list_containers sends its filters in the engine's spelling", async () => {
  await using connected = await connect();
  const asked = async (args: Record<string, unknown>) => {
    await connected.text("docker_list_containers", args);
    const { all, filters } = connected.daemon.seen.at(-1)?.query ?? {};
    return { all, filters: filters && JSON.parse(filters) };
  };
  assert.deepEqual(await asked({}), { all: "false", filters: undefined });
  assert.deepEqual(await asked({ all: true, name: "we" }), { all: "true", filters: { name: ["we"] } });
  // Docker shows no stopped container without all, whatever the status asks for.
  assert.deepEqual(await asked({ status: "exited" }), { all: "true", filters: { status: ["exited"] } });
  assert.deepEqual(
    await asked({
      label: { team: "blue", beta: "" },
      network: "front",
      ancestor: ["a", "b"],
      health: ["healthy", "starting"],
    }),
    {
      all: "false",
      filters: {
        label: ["team=blue", "beta"],
        network: ["front"],
        ancestor: ["a", "b"],
        health: ["healthy", "starting"],
      },
    },
  );
  assert.match(
    await connected.text("docker_list_containers", { status: "gone", health: "ill" }),
    /"status": expected "created" or .* or "dead"/,
  );
});

Deno.test("docker_list_containers pages to the end", async () => {
  await using connected = await connect();
  for (const name of ["one", "two", "three"]) {
    await connected.text("docker_create_container", { image: "busybox:1.37", name });
  }
  const names: string[] = [];
  let offset: unknown = 0;
  while (typeof offset === "number") {
    const { structuredContent } = await connected.client.callTool({
      name: "docker_list_containers",
      arguments: { all: true, limit: 2, offset },
    });
    const page = JSON.parse(JSON.stringify(structuredContent));
    assert.equal(page.total, 3);
    names.push(...page.containers.map(({ name }: { name: string }) => name));
    offset = page.next_offset;
  }
  assert.deepEqual(names, ["three", "two", "one"]);
  assert.equal(
    await connected.text("docker_list_containers", { all: true, offset: 5 }),
    "NAME IMAGE STATUS PORTS\n3 in all, none of them from this offset on",
  );
  assert.equal(
    await connected.text("docker_list_containers", { name: "nobody" }),
    "No containers match. Without `all` or `status` only running ones are listed.",
  );
});

Deno.test("docker_inspect_container picks fields out of the raw answer, and says which there are", async () => {
  await using connected = await connect();
  await running(connected);
  const inspect = async (args: Record<string, unknown>) => {
    const answer = await connected.client.callTool({
      name: "docker_inspect_container",
      arguments: { container: "web", ...args },
    });
    return JSON.parse(JSON.stringify(answer.structuredContent ?? answer.content));
  };
  assert.deepEqual(await inspect({ fields: ["State.Status", "HostConfig.Memory"] }), {
    container: { "State.Status": "running", "HostConfig.Memory": 67_108_864 },
  });
  const { container } = await inspect({ raw: true });
  assert.equal(container.Name, "/web");
  const text = await connected.text("docker_inspect_container", { container: "web", fields: ["State.Helth"] });
  assert.match(text, /"fields": "State\.Helth" is not there: State has Status, Running, /);
});

Deno.test("docker_inspect_container hides secrets, raw or not", async () => {
  await using connected = await connect();
  await running(connected);
  for (const args of [{}, { raw: true }, { fields: ["Config.Env"] }]) {
    const text = await connected.text("docker_inspect_container", { container: "web", ...args });
    assert.match(text, /TOKEN=\[redacted\]/);
    assert.match(text, /MODE=test/);
    assert.doesNotMatch(text, /hunter2/);
  }
});

Deno.test("docker_container_stats takes all running containers unless some are named", async () => {
  await using connected = await connect();
  assert.equal(await connected.text("docker_container_stats"), "No container is running.");
  await ended(connected);
  await running(connected);
  assert.match(await connected.text("docker_container_stats"), /^NAME .*\nweb [^\n]*$/);
  assert.equal(
    await connected.text("docker_container_stats", { containers: ["job"] }),
    "No container is running.\nNot running: job",
  );
  assert.match(await connected.text("docker_container_stats", { containers: ["wbe"] }), /DKR-002.*Closest: "web"/s);
});

Deno.test("docker_container_diff keeps below a path and within its limit", async () => {
  await using connected = await connect();
  await running(connected);
  const diff = (args: Record<string, unknown>) =>
    connected.text("docker_container_diff", { container: "web", ...args });
  assert.equal(await diff({ path: "/tmp" }), "changed /tmp\nadded /tmp/new");
  assert.equal(await diff({ path: "/tm" }), "No file differs from the image.");
  assert.equal(await diff({ limit: 1 }), "changed /tmp\n1 of 3; `path` or `limit` shows others");
});

Deno.test("docker_container_top hands on the arguments of ps", async () => {
  await using connected = await connect();
  await running(connected);
  await connected.text("docker_container_top", { container: "web", ps_args: "-o pid,cmd" });
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { ps_args: "-o pid,cmd" });
});
