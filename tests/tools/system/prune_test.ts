import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

async function littered(connected: Connected): Promise<void> {
  await running(connected);
  await ended(connected);
  await connected.text("docker_create_network", { name: "old" });
  await connected.text("docker_create_volume", {});
  await connected.text("docker_create_volume", { name: "kept" });
}

golden("docker_system_prune", { args: { volumes: true }, before: littered });

Deno.test("docker_system_prune says what would go, and how many bytes", async () => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  await using connected = await connect({ elicit });
  await littered(connected);
  await connected.text("docker_system_prune", {});
  await connected.text("docker_system_prune", { volumes: true, all: true });
  await connected.text("docker_system_prune", { label: "team=red" });
  await connected.text("docker_system_prune", { until: "2025-01-01" });
  await connected.text("docker_tag_image", { image: "busybox:1.37", tag: "b:1" });
  await connected.text("docker_system_prune", { all: true });
  assert.deepEqual(asked, [
    "Remove everything unused: 1 stopped container (2 kB): job; 1 unused network: old; 2 build cache records (3.5 MB) " +
    "will be deleted, at least 3.5 MB in all.",
    "Remove everything unused: 1 stopped container (2 kB): job; 1 unused network: old; 1 unused anonymous volume " +
    "(1.5 MB): aaa1aaa1aaa1; 1 unused image (4.3 MB): nginx:1.27; 3 build cache records (3.5 MB) will be deleted, at " +
    "least 9.3 MB in all.",
    "Remove everything unused: Nothing is unused and matches now; what does by then will be deleted.",
    "Remove everything unused: 2 build cache records (3.5 MB) will be deleted, at least 3.5 MB in all.",
    "Remove everything unused: 1 stopped container (2 kB): job; 1 unused network: old; 1 unused image (4.3 MB): " +
    "nginx:1.27; 3 build cache records (3.5 MB) will be deleted, at least 7.8 MB in all. " +
    "Images in use may lose all tags but one: b:1, busybox:1.37.",
  ]);
  assert.deepEqual(connected.daemon.seen.filter(({ path }) => path.endsWith("/prune")), []);
});

Deno.test("docker_system_prune leaves out the cache where the engine has none", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  connected.daemon.failNext({ method: "POST", path: /^\/build\/prune$/ }, 404, "Not Found");
  const { structuredContent } = await connected.client.callTool({ name: "docker_system_prune", arguments: {} });
  assert.partialDeepStrictEqual(structuredContent, { build_cache: { count: 0, bytes: 0 } });
});

Deno.test("docker_system_prune hands on its filters, and leaves volumes and cache alone unless they are meant", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await littered(connected);
  const pruned = async (args: Record<string, unknown>) => {
    connected.daemon.seen.length = 0;
    await connected.text("docker_system_prune", args);
    const changes = connected.daemon.seen.filter(({ method }) => method !== "GET");
    return changes.map(({ path, query }) => `${path} ${query["all"] ?? ""}${query["filters"] ?? ""}`);
  };
  const label = '{"label":["team=red"]}';
  assert.deepEqual(await pruned({ label: "team=red", volumes: true }), [
    `/containers/prune ${label}`,
    `/networks/prune ${label}`,
    '/images/prune {"label":["team=red"],"dangling":["true"]}',
  ]);
  assert.deepEqual(await pruned({ all: true, until: "2025-01-01" }), [
    '/containers/prune {"until":["1735689600.000000000"]}',
    '/networks/prune {"until":["1735689600.000000000"]}',
    '/images/prune {"until":["1735689600.000000000"],"dangling":["false"]}',
    '/build/prune true{"until":["1735689600.000000000"]}',
  ]);
});
