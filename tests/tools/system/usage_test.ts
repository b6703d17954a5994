import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

golden("docker_system_df", {
  args: { details: true },
  before: async (connected) => {
    await running(connected);
    await ended(connected);
    await connected.text("docker_create_volume", { name: "data" });
  },
});

Deno.test("docker_system_df leaves the biggest out unless they are asked for", async () => {
  await using connected = await connect();
  assert.doesNotMatch(await connected.text("docker_system_df"), /BIGGEST/);
});

Deno.test("docker_system_df waits while the engine counts for somebody else", async () => {
  await using connected = await connect();
  const df = { method: "GET", path: /^\/system\/df$/ };
  connected.daemon.failNext(df, 500, "a disk usage operation is already running");
  assert.match(await connected.text("docker_system_df"), /^KIND/);
  connected.daemon.failNext(df, 500, "the disk is on fire");
  assert.match(await connected.text("docker_system_df"), /^\[DKR-015\] .*the disk is on fire/);
});
