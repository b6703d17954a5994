import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

golden("docker_overview", {
  before: async (connected) => {
    await running(connected);
    await ended(connected);
    await connected.text("docker_create_network", { name: "old" });
  },
});

Deno.test("docker_overview is a few requests, however many containers there are", async () => {
  await using connected = await connect();
  for (let i = 0; i < 30; i++) await connected.text("docker_run_container", { image: "busybox:1.37", name: `c${i}` });
  connected.daemon.seen.length = 0;
  const text = await connected.text("docker_overview");
  assert.deepEqual(connected.daemon.seen.map(({ path }) => path).sort(), ["/info", "/networks", "/system/df"]);
  assert.match(text, /\n10 more; docker_list_containers shows all$/);
});
