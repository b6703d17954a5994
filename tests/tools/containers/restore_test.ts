import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";
import { ended, golden, running } from "../golden.ts";

const restore = "docker_restore_container";

golden(restore, { args: { name: "web" }, before: removed });

async function removed(connected: Connected): Promise<void> {
  await running(connected);
  await connected.text("docker_remove_container", { container: "web", force: true });
}

const open = { args: ["--destructive=allow", "--show-secrets"] };

Deno.test("what is kept is listed, the newest first, and without what could be secret", async () => {
  await using connected = await connect(open);
  assert.equal(await connected.text(restore), "Nothing is kept yet: no container was removed or changed.");
  await running(connected);
  await connected.text("docker_update_container", { container: "web", memory: "128m" });
  await removed(connected);
  await ended(connected);
  await connected.text("docker_prune_containers");
  const listed = await connected.text(restore);
  const columns = listed.split("\n").map((line) => line.split(/ {2,}/).filter((_, i) => i !== 2));
  assert.deepEqual(columns, [
    ["NAME", "ID", "BEFORE", "IMAGE"],
    ["job", "000200020002", "prune", "busybox:1.37"],
    ["web", "000100010001", "remove", "busybox:1.37"],
    ["web", "000100010001", "update", "busybox:1.37"],
  ]);
  assert.doesNotMatch(listed, /hunter/);
});

Deno.test("a prune keeps what it takes: of its own label, and old enough", async () => {
  await using connected = await connect(open);
  await ended(connected);
  await connected.text("docker_prune_containers", { until: "2020-01-01T00:00:00Z" });
  assert.match(await connected.text(restore), /^Nothing is kept/);
  await ended(connected);
  await connected.text("docker_system_prune");
  assert.match(await connected.text(restore), /\njob .* prune +busybox:1\.37$/);
});

Deno.test("nothing is removed that could not be kept", async () => {
  using folder = temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await using connected = await connect({ args: [...open.args, `--state=${folder.path}/file/below`] });
  await running(connected);
  const told = await connected.text("docker_remove_container", { container: "web", force: true });
  assert.match(told, /^\[DKR-004\] .*Cannot keep the container's configuration in ".*", so that nothing was changed: /);
  assert.equal(connected.daemon.container("web").state, "running");
});

Deno.test("a name that is taken is a conflict, and one that is not known says how to find out", async () => {
  await using connected = await connect(open);
  await removed(connected);
  await running(connected);
  assert.match(await connected.text(restore, { name: "web" }), /^\[DKR-014\] .*docker_remove_container/s);
  assert.match(await connected.text(restore, { name: "wbe" }), /^\[DKR-004\] .*"name": nothing is kept of "wbe"/);
});

Deno.test("where its image is gone, it is pulled, and another one under its name is told", async () => {
  await using connected = await connect(open);
  await removed(connected);
  await connected.text("docker_remove_image", { image: "busybox:1.37" });
  const told = await connected.text(restore, { name: "web" });
  assert.match(
    told,
    /^Restored web \(\d+\) of busybox:1\.37: running\.\nThe image it had is gone: busybox:1\.37 is another/,
  );
});

Deno.test("one that cannot be started is gone again", async () => {
  await using connected = await connect(open);
  await removed(connected);
  connected.daemon.failNext({ method: "POST", path: /start$/ }, 500, "out of luck");
  assert.match(await connected.text(restore, { name: "web" }), /out of luck/);
  assert.throws(() => connected.daemon.container("web"), /No such container/);
});
