import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { golden } from "../golden.ts";

golden("docker_version");
golden("docker_system_info");
golden("docker_healthcheck");

Deno.test("docker_healthcheck fails where the engine does", async () => {
  await using connected = await connect();
  // It is asked first for the API version, then for its health.
  assert.match(await connected.text("docker_healthcheck"), /^Docker answers \([\d.]+ ms\)\.$/);
  const ping = { method: "GET", path: /^\/_ping$/ };
  connected.daemon.failNext(ping, 400, "the engine is on fire");
  assert.match(await connected.text("docker_healthcheck"), /the engine is on fire/);
  assert.match(await connected.text("docker_healthcheck"), /^Docker answers/);
});
