import assert from "node:assert/strict";
import { askEngine } from "../engine_api.ts";
import { liveEngine } from "../live.ts";
import { at, type Scene, sceneTest } from "./scene.ts";

const allowed = { args: ["--destructive", "allow"] };

async function volumeExists(name: string): Promise<boolean> {
  return (await askEngine(liveEngine()?.host ?? "", { path: `/volumes/${name}` })).status === 200;
}

/** Makes a volume with the label of the scene, anonymous unless it is named; gives its name. */
async function made(s: Scene, what?: string, args: Record<string, unknown> = {}): Promise<string> {
  const labels = { "docker-mcp.test": s.label.split("=")[1] };
  const name = what === undefined ? {} : { name: `${s.prefix}-${what}` };
  return String((await s.data("docker_create_volume", { ...name, ...args, labels }))["volume"]);
}

sceneTest("docker_create_volume makes a volume that keeps what is written, and says when it was there", async (s) => {
  const name = await made(s, "data");
  const writer = await s.run("writer", { volumes: [`${name}:/data`] });
  await s.sh(writer, "echo kept > /data/note");
  const reader = await s.run("reader", { volumes: [`${name}:/data:ro`] });
  assert.equal(await s.sh(reader, "cat /data/note"), "kept\n");
  assert.equal(
    await s.text("docker_create_volume", { name, labels: { other: "1" } }),
    `Volume ${name} (local) was there already; its options and labels are as they were.`,
  );
  assert.deepEqual(at(await s.ask({ path: `/volumes/${name}` }), "Labels"), {
    "docker-mcp.test": s.label.split("=")[1],
  });
}, { args: ["--no-labels"] });

sceneTest("docker_create_volume hands its options to the driver", async (s) => {
  const name = await made(s, "quick", { options: { type: "tmpfs", device: "tmpfs", o: "size=1m" } });
  const container = await s.run("box", { volumes: [`${name}:/quick`] });
  assert.match(await s.sh(container, "grep /quick /proc/mounts"), /^tmpfs \/quick tmpfs .*size=1024k/);
  const { options } = await s.data("docker_inspect_volume", { volume: name });
  assert.deepEqual(options, { type: "tmpfs", device: "tmpfs", o: "size=1m" });
  const wrong = await s.fails("DKR-004", "docker_create_volume", {
    name: `${s.prefix}-odd`,
    options: { color: "red" },
  });
  assert.match(wrong, /invalid option/);
  const named = await s.fails("DKR-004", "docker_create_volume", { name: "not/a/name" });
  assert.match(named, /includes invalid characters/);
});

sceneTest("docker_create_volume is no way around the rules for folders of the host", async (s) => {
  for (const [device, flag] of [["/etc", "--allow-mounts=/etc"], ["/var/run/docker.sock", "--allow-docker-socket"]]) {
    const name = `${s.prefix}-sneaky`;
    const options = { type: "none", o: "bind", device };
    const told = await s.fails("DKR-011", "docker_create_volume", { name, options });
    assert.ok(told.includes(`starting this server with ${flag}`), told);
    assert.equal(await volumeExists(name), false);
  }
});

sceneTest("docker_inspect_volume tells who has a volume, where, and its size", async (s) => {
  const volume = await made(s, "data");
  const writer = await s.run("writer", { volumes: [`${volume}:/data`] });
  const reader = await s.create("reader", { volumes: [`${volume}:/in:ro`] });
  await s.sh(writer, "dd if=/dev/zero of=/data/big bs=1k count=300 2>/dev/null");
  // The filter of the engine also finds those that have a path of this name.
  await s.create("namesake", { volumes: [`/${volume}`] });
  const { bytes, created, mountpoint, ...told } = await s.data("docker_inspect_volume", { volume });
  assert.ok(Number(bytes) >= 300 * 1024 && Number(bytes) < 400 * 1024, String(bytes));
  assert.match(String(created), /^20\d\d-/);
  assert.match(String(mountpoint), new RegExp(`/${volume}/_data$`));
  assert.deepEqual(told, {
    name: volume,
    driver: "local",
    scope: "local",
    anonymous: false,
    labels: { "docker-mcp.test": s.label.split("=")[1] },
    used_by: [
      { container: reader, state: "created", path: "/in", writable: false },
      { container: writer, state: "running", path: "/data", writable: true },
    ],
  });
  const missing = await s.fails("DKR-008", "docker_inspect_volume", { volume: volume.replace("data", "dta") });
  assert.match(missing, new RegExp(`Closest: "${volume}"\\. docker_list_volumes`));
}, { args: ["--no-labels"] });

sceneTest("docker_list_volumes tells which volumes are in use and which are not", async (s) => {
  const [used, idle] = [await made(s, "used"), await made(s, "idle")];
  await s.create("box", { volumes: [`${used}:/data`] });
  const names = async (args: Record<string, unknown>) => {
    const { volumes } = await s.data("docker_list_volumes", { label: s.label, ...args });
    assert.ok(Array.isArray(volumes));
    return volumes.map((volume) => at(volume, "name"));
  };
  assert.deepEqual(await names({}), [idle, used]);
  assert.deepEqual(await names({ dangling: true }), [idle]);
  assert.deepEqual(await names({ dangling: false }), [used]);
  assert.deepEqual(await names({ name: "used", driver: "local" }), [used]);
  assert.deepEqual(await names({ driver: "nfs" }), []);
  assert.deepEqual(await names({ limit: 1, offset: 1 }), [used]);
});

sceneTest("docker_remove_volume removes a volume, but never one that a container has", async (s) => {
  const volume = await made(s, "data");
  const container = await s.create("box", { volumes: [`${volume}:/data`] });
  for (const force of [false, true]) {
    const used = await s.fails("DKR-014", "docker_remove_volume", { volume, force });
    assert.ok(
      used.includes(`The volume is in use: ${container} (created) at /data\nNext: docker_inspect_volume`),
      used,
    );
    assert.equal(await volumeExists(volume), true);
  }
  await s.data("docker_remove_container", { container });
  assert.equal(await s.text("docker_remove_volume", { volume }), `Removed volume ${volume}.`);
  assert.equal(await volumeExists(volume), false);
  await s.fails("DKR-008", "docker_remove_volume", { volume });
  const unasked = await s.also({});
  for (const { text } of [s, unasked]) {
    assert.equal(await text("docker_remove_volume", { volume, force: true }), `There was no volume ${volume}.`);
  }
}, allowed);

sceneTest("a person is told of the size and the users of a volume before it goes", async (s) => {
  const volume = await made(s, "data");
  const container = await s.run("box", { volumes: [`${volume}:/data`] });
  await s.sh(container, "dd if=/dev/zero of=/data/big bs=1k count=300 2>/dev/null");
  const asked: string[] = [];
  const person = await s.also({ elicit: (message) => (asked.push(message), { action: "decline" }) });
  await person.text("docker_remove_volume", { volume });
  assert.match(asked.join("\n"), /\(local, 3\d\d kB\) and all in it will be deleted\. The engine refuses while/);
  assert.ok(asked.join("\n").endsWith(`${container} (running) at /data.`), asked.join("\n"));
  assert.equal(await volumeExists(volume), true);
});

sceneTest(
  "docker_prune_volumes takes exactly the volumes that the question named, on old and new engines",
  async (s) => {
    const [anonymous, idle, used] = [await made(s), await made(s, "idle"), await made(s, "used")];
    // Without the label it is none of this test's business.
    const other = `${s.prefix}-other`;
    await s.data("docker_create_volume", { name: other });
    await s.create("box", { volumes: [`${used}:/data`] });
    const filler = await s.run("filler", { volumes: [`${idle}:/data`], stop_signal: "SIGKILL" });
    await s.sh(filler, "dd if=/dev/zero of=/data/big bs=1k count=300 2>/dev/null");
    await s.ask({ method: "DELETE", path: `/containers/${filler}?force=1` });
    const asked: string[] = [];
    const person = await s.also({
      elicit: (message) => (asked.push(message), { action: "accept", content: { confirm: true } }),
    });
    const short = anonymous.slice(0, 12);
    const first = await person.text("docker_prune_volumes", { label: s.label });
    assert.equal(
      asked[0],
      `Remove unused volumes: 1 unused anonymous volume will be deleted with all files, 0 B: ${short} (0 B).`,
    );
    assert.equal(first, `Removed 1 volume, 0 B freed.\n${anonymous}`);
    assert.deepEqual(await Promise.all([anonymous, idle, used].map(volumeExists)), [false, true, true]);
    const second = await person.text("docker_prune_volumes", { label: s.label, all: true });
    assert.match(
      asked[1] ?? "",
      new RegExp(`: 1 unused volume will be deleted with all files, 3\\d\\d kB: ${idle} \\(3\\d\\d kB\\)\\.$`),
    );
    assert.match(second, new RegExp(`^Removed 1 volume, 3\\d\\d kB freed\\.\n${idle}$`));
    assert.deepEqual(await Promise.all([idle, used, other].map(volumeExists)), [false, true, true]);
    assert.equal(await person.text("docker_prune_volumes", { label: s.label, all: true }), "Removed 0 volumes.");
    assert.match(asked[2] ?? "", /No unused volume matches now/);
  },
);

sceneTest("docker_prune_volumes takes the anonymous volume that a container left behind", async (s) => {
  const container = await s.create("box", { volumes: ["/scratch"] });
  const left = String(at(await s.inspect(container), "Mounts", 0, "Name"));
  await s.ask({ method: "DELETE", path: `/containers/${container}` });
  assert.equal((await s.data("docker_inspect_volume", { volume: left }))["anonymous"], true);
  const asked: string[] = [];
  const person = await s.also({ elicit: (message) => (asked.push(message), { action: "decline" }) });
  await person.text("docker_prune_volumes", {});
  assert.match(asked.join("\n"), /: \d+ unused anonymous volumes? will be deleted with all files, /);
  assert.equal(await volumeExists(left), true);
  await s.ask({ method: "DELETE", path: `/volumes/${left}` });
});
