import assert from "node:assert/strict";
import { composeLabels } from "../../src/compose/labels.ts";
import { connect, type Connected } from "../connect.ts";

/** A container that another program made. */
async function byOthers({ daemon }: Connected, name: string): Promise<string> {
  const body = JSON.stringify({ Image: "busybox:1.37", Cmd: ["sleep", "600"] });
  const headers = { "content-type": "application/json" };
  const url = `http://fake/v1.41/containers/create?name=${name}`;
  const made = await daemon.respond(new Request(url, { method: "POST", headers, body }));
  return String((await made.json()).Id);
}

Deno.test("a call on the container this server runs in says who must do it", async () => {
  await using connected = await connect({ args: ["--self", "mcp"] });
  const id = await byOthers(connected, "mcp");
  assert.equal(
    await connected.text("docker_stop_container", { container: id.slice(0, 5) }),
    `[DKR-011] Refused: "Stop a container": container is "${id.slice(0, 5)}": this server runs in it, and leaves it ` +
      "as it is\nNext: It takes another program than this server; --self names the container it runs in",
  );
});

Deno.test("a hostname that is a container's short id is known without a setting", async () => {
  await using connected = await connect({ env: { HOSTNAME: "000100010001" } });
  await byOthers(connected, "mcp");
  assert.match(await connected.text("docker_kill_container", { container: "mcp" }), /^\[DKR-011\] .*runs in it/);
});

Deno.test("a call on what others made says how an operator can allow it", async () => {
  await using connected = await connect({ args: ["--managed-only"], labels: true });
  await byOthers(connected, "theirs");
  assert.equal(
    await connected.text("docker_stop_container", { container: "theirs" }),
    '[DKR-011] Refused: "Stop a container": container is "theirs": this server did not make it, and changes only ' +
      "what it made\nNext: The operator can start this server without --managed-only",
  );
  const args = { image: "busybox:1.37", name: "ours", command: ["sleep", "600"] };
  assert.match(await connected.text("docker_run_container", args), /^ours .* is running/);
  assert.match(await connected.text("docker_stop_container", { container: "ours" }), /^Stopped|ours/);
});

Deno.test("what would be refused is refused before a person is asked, and nothing is sent or kept", async () => {
  for (const args of [["--self", "mcp"], ["--managed-only"]]) {
    let asked = 0;
    await using connected = await connect({
      args,
      labels: true,
      elicit: () => ({ action: "accept", content: { confirm: ++asked > 0 } }),
    });
    await byOthers(connected, "mcp");
    assert.match(await connected.text("docker_remove_container", { container: "mcp", force: true }), /^\[DKR-011\] /);
    assert.equal(asked, 0);
    assert.equal(connected.daemon.seen.filter(({ method }) => method !== "GET").length, 1);
    assert.match(await connected.text("docker_restore_container", { name: "mcp" }), /nothing is kept of "mcp"/);
    await connected.text("docker_run_container", { image: "busybox:1.37", name: "ours", command: ["sleep", "600"] });
    await connected.text("docker_remove_container", { container: "ours", force: true });
    assert.equal(asked, 1);
  }
});

Deno.test("a Compose project of others is left as it is, without a question", async () => {
  await using connected = await connect({ args: ["--managed-only"], labels: true });
  const id = await byOthers(connected, "shop-web-1");
  Object.assign(connected.daemon.container("shop-web-1").Config, {
    Labels: { [composeLabels.project]: "shop", [composeLabels.hash]: "h", [composeLabels.service]: "web" },
  });
  const told = await connected.text("docker_compose_down", { project_name: "shop", volumes: true });
  assert.match(told, /^\[DKR-011\] .*did not make it/);
  assert.equal(connected.daemon.container("shop-web-1").Id, id);
});

Deno.test("with --managed-only the question of a prune looks for nothing but what this server made", async () => {
  await using connected = await connect({ args: ["--managed-only"], labels: true });
  await connected.text("docker_prune_containers", { label: "team=blue" });
  await connected.text("docker_prune_images");
  const lists = connected.daemon.seen.filter(({ path }) => /^\/(containers|images)\/json$/.test(path));
  const labels = lists.flatMap(({ query }) => query["filters"] ? [JSON.parse(query["filters"]).label] : []);
  const ours = "com.docker-mcp.managed";
  const asked = [...new Set(labels.map(String))];
  assert.deepEqual(asked, [`team=blue,${ours}`, ours]);
});
