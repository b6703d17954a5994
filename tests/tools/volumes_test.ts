import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { golden, running } from "./golden.ts";

const first = "aaa2".repeat(16);

/** `data`, which `web` has, `spare` and an anonymous one, which nothing has. */
async function volumes(connected: Connected): Promise<void> {
  const { text, daemon } = connected;
  await running(connected);
  await text("docker_create_volume", { name: "spare", labels: { team: "blue" } });
  await text("docker_create_volume");
  await text("docker_create_volume", { name: "data" });
  const mount = { Type: "volume", Source: "/v", Mode: "", RW: true };
  daemon.container("web").mounts.push(
    { ...mount, Name: "data", Destination: "/data" },
    { ...mount, Name: "data", Destination: "/backup", RW: false },
    { ...mount, Type: "bind", Destination: "/etc/app" },
  );
}

golden("docker_list_volumes", { before: volumes });
golden("docker_inspect_volume", { args: { volume: "data" }, before: volumes });
golden("docker_create_volume", { args: { name: "data", options: { type: "tmpfs", device: "tmpfs" } } });
golden("docker_remove_volume", { args: { volume: "spare" }, before: volumes });
golden("docker_prune_volumes", { args: { all: true }, before: volumes });

Deno.test("docker_list_volumes pages in the order of the names, and finds by any of several values and all labels", async () => {
  await using connected = await connect();
  await volumes(connected);
  const names = async (args: Record<string, unknown>) =>
    (await connected.text("docker_list_volumes", args)).split("\n").slice(1).map((line) => line.split(" ")[0]);
  assert.deepEqual(await names({}), [first, "data", "spare"]);
  assert.deepEqual(await names({ dangling: true }), [first, "spare"]);
  assert.deepEqual(await names({ dangling: false }), ["data"]);
  assert.deepEqual(await names({ name: ["dat", "spa"], driver: "local" }), ["data", "spare"]);
  assert.deepEqual(await names({ label: { team: "blue" } }), ["spare"]);
  assert.match(await connected.text("docker_list_volumes", { limit: 2 }), /\n3 in all; the next page: offset 2$/);
  assert.deepEqual(await names({ limit: 2, offset: 2 }), ["spare"]);
  const none = [{ name: "zzz" }, { driver: "nfs" }, { label: ["team", "tier"] }, { label: "team", dangling: false }];
  for (const args of none) assert.equal(await connected.text("docker_list_volumes", args), "No volumes match.");
});

Deno.test("docker_inspect_volume does without the size where the engine does not tell it", async () => {
  await using connected = await connect();
  await volumes(connected);
  connected.daemon.failNext({ method: "GET", path: /df$/ }, 500, "a disk usage operation is already running");
  const told = JSON.parse(await connected.text("docker_inspect_volume", { volume: "data" }));
  assert.deepEqual(["bytes" in told, told.used_by.length], [false, 2]);
});

Deno.test("docker_inspect_volume hides the password of a share and tells labels as plain text", async () => {
  await using connected = await connect();
  const o = "addr=10.0.0.5,username=app,password=hunter2,vers=3.0";
  await connected.text("docker_create_volume", { name: "share", options: { o }, labels: { note: "a\x1b[31mb" } });
  const told = JSON.parse(await connected.text("docker_inspect_volume", { volume: "share" }));
  assert.doesNotMatch(told.options.o, /hunter2/);
  assert.match(told.options.o, /^addr=10\.0\.0\.5,username=app,password=\[redacted\]/);
  assert.equal(told.labels.note, "ab");
});

Deno.test("docker_create_volume sends the volume as the Engine wants it and says when it was there already", async () => {
  await using connected = await connect();
  const args = { name: "data", driver: "local", options: ["o=size=64m"], labels: { tier: 1 } };
  assert.equal(await connected.text("docker_create_volume", args), "Created volume data (local).");
  assert.deepEqual(connected.daemon.seen.at(-1)?.body, {
    Name: "data",
    Driver: "local",
    DriverOpts: { o: "size=64m" },
    Labels: { tier: "1" },
  });
  assert.equal(
    await connected.text("docker_create_volume", { name: "data", labels: { tier: 2 } }),
    "Volume data (local) was there already; its options and labels are as they were.",
  );
  assert.match(await connected.text("docker_create_volume"), /^Created volume (aaa2){16} \(local\)\.$/);
  assert.match(await connected.text("docker_create_volume", { name: "dat" }), /^Created volume dat /);
});

Deno.test("docker_create_volume does not bring a folder of the host that is guarded", async () => {
  await using connected = await connect();
  const options = { type: "none", o: "bind", device: "/etc" };
  const text = await connected.text("docker_create_volume", { name: "sneaky", options });
  assert.match(text, /^\[DKR-011\] .*--allow-mounts=\/etc/s);
  assert.ok(!connected.daemon.seen.some(({ method }) => method === "POST"));
});

Deno.test("docker_remove_volume names the containers that have the volume, and the closest name", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await volumes(connected);
  assert.match(
    await connected.text("docker_remove_volume", { volume: "data", force: true }),
    /^\[DKR-014\] .*: The volume is in use: web \(running\) at \/data, web \(running\) at \/backup read-only\nNext: docker_inspect_volume/,
  );
  assert.match(
    await connected.text("docker_remove_volume", { volume: "spar" }),
    /^\[DKR-008\] .*: No volume named "spar"\nNext: Closest: "spare"\. docker_list_volumes shows the names$/,
  );
  connected.daemon.failNext({ method: "DELETE", path: /spare/ }, 409, "remove spare: volume is in use - [gone]");
  assert.match(await connected.text("docker_remove_volume", { volume: "spare" }), /volume is in use - \[gone\]/);
});

Deno.test("docker_remove_volume with force says that there was none, and asks nobody about it", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await using asking = await connect();
  for (const each of [connected, asking]) {
    await volumes(each);
    assert.equal(await each.text("docker_remove_volume", { volume: "spar", force: true }), "There was no volume spar.");
  }
  assert.match(await asking.text("docker_remove_volume", { volume: "spar" }), /^\[DKR-008\] /);
  assert.match(await asking.text("docker_remove_volume", { volume: "spare", force: true }), /will be deleted/);
  assert.equal(await connected.text("docker_remove_volume", { volume: "spare", force: true }), "Removed volume spare.");
});

Deno.test("the question names the volume, its size and its users, and what a prune would take", async () => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  await using connected = await connect({ elicit });
  await volumes(connected);
  await connected.text("docker_remove_volume", { volume: "data" });
  connected.daemon.failNext({ method: "GET", path: /df$/ }, 500, "a disk usage operation is already running");
  await connected.text("docker_remove_volume", { volume: "spare" });
  connected.daemon.failNext({ method: "GET", path: /df$/ }, 500, "a disk usage operation is already running");
  await connected.text("docker_prune_volumes", {});
  await connected.text("docker_prune_volumes", {});
  await connected.text("docker_prune_volumes", { all: true });
  await connected.text("docker_prune_volumes", { label: "team=blue" });
  assert.deepEqual(asked, [
    'Remove a volume: Volume "data" (local, 1.5 MB) and all in it will be deleted. ' +
    "The engine refuses while a container has it: web (running) at /data, web (running) at /backup read-only.",
    'Remove a volume: Volume "spare" (local) and all in it will be deleted. No container has it.',
    "Remove unused volumes: 1 unused anonymous volume will be deleted with all files: aaa2aaa2aaa2.",
    "Remove unused volumes: 1 unused anonymous volume will be deleted with all files, 1.5 MB: aaa2aaa2aaa2 (1.5 MB).",
    "Remove unused volumes: 2 unused volumes will be deleted with all files, 3 MB: aaa2aaa2aaa2 (1.5 MB), spare (1.5 MB).",
    "Remove unused volumes: No unused anonymous volume matches now; those that do by then will be deleted.",
  ]);
  assert.ok(!connected.daemon.seen.some(({ method }) => method === "DELETE"));
});

Deno.test("docker_prune_volumes removes what it names one by one, on any engine, and tells what stayed", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await volumes(connected);
  connected.daemon.failNext({ method: "DELETE", path: /spare/ }, 409, "remove spare: volume is in use - [1]");
  assert.equal(
    await connected.text("docker_prune_volumes", { all: true }),
    `Removed 1 volume, 1.5 MB freed.\n${first}\nKept spare: remove spare: volume is in use - [1]`,
  );
  const deleted = connected.daemon.seen.filter(({ method }) => method === "DELETE").map(({ path }) => path);
  assert.deepEqual(deleted, [`/volumes/${first}`, "/volumes/spare"]);
  assert.equal(await connected.text("docker_prune_volumes"), "Removed 0 volumes.");
});

Deno.test("docker_prune_volumes knows anonymous volumes by their mark, and those of engines before 23.0 by their names", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const old = "0123456789abcdef".repeat(4);
  await connected.text("docker_create_volume", { name: old });
  await connected.text("docker_create_volume", { name: "marked", labels: ["com.docker.volume.anonymous"] });
  await connected.text("docker_create_volume", { name: "kept" });
  await connected.text("docker_create_volume", { name: "other", driver: "nfs" });
  assert.deepEqual(
    (await connected.client.callTool({ name: "docker_prune_volumes", arguments: {} })).structuredContent,
    { removed: [old, "marked"], bytes_freed: 3_000_000 },
  );
  // As Docker does, it leaves the volumes of other drivers alone.
  assert.match(await connected.text("docker_prune_volumes", { all: true }), /^Removed 1 volume, .*\nkept$/);
});
