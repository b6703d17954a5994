import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

golden("docker_remove_container", { args: { container: "web", force: true, volumes: true }, before: running });
golden("docker_prune_containers", { before: ended });

Deno.test("docker_remove_container hands on force and volumes, both off unless told", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await running(connected);
  assert.match(
    await connected.text("docker_remove_container", { container: "web" }),
    /^\[DKR-014\] .*\nNext: Stop it first with docker_stop_container, or remove it with force/,
  );
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { force: "false", v: "false" });
  await connected.text("docker_remove_container", { container: "web", force: true, volumes: true });
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { force: "true", v: "true" });
});

Deno.test("docker_prune_containers hands on its filters", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  assert.equal(await connected.text("docker_prune_containers"), "Removed 0 containers, 1.23 kB freed.");
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, {});
  await connected.text("docker_prune_containers", { label: "team=blue", until: "2026-01-31T12:00:00Z" });
  assert.deepEqual(JSON.parse(connected.daemon.seen.at(-1)?.query["filters"] ?? ""), {
    label: ["team=blue"],
    until: ["1769860800.000000000"],
  });
  assert.match(
    await connected.text("docker_prune_containers", { until: "yesterday" }),
    /^\[DKR-004\] .*"until": expected a time, or how long ago like 24h, got "yesterday"/,
  );
});

Deno.test("the question names what would be lost", async () => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  await using connected = await connect({ elicit });
  await running(connected);
  await ended(connected);
  const volume = "f".repeat(64);
  connected.daemon.container("web").mounts.push(
    { Type: "volume", Name: volume, Source: `/v/${volume}`, Destination: "/data", Mode: "", RW: true },
    { Type: "volume", Name: "kept", Source: "/v/kept", Destination: "/kept", Mode: "", RW: true },
  );
  await connected.text("docker_remove_container", { container: "web" });
  await connected.text("docker_remove_container", { container: "web", volumes: true });
  await connected.text("docker_prune_containers", {});
  await connected.text("docker_prune_containers", { until: "2000-01-01" });
  assert.deepEqual(asked, [
    'Remove a container: Container "web" (busybox:1.37, running) and the files in it will be deleted.',
    'Remove a container: Container "web" (busybox:1.37, running) and the files in it will be deleted, with 1 anonymous volume.',
    "Remove stopped containers: 1 stopped container and the files in them will be deleted: job.",
    "Remove stopped containers: No stopped container matches now; those that stop until then will be deleted.",
  ]);
});
