import assert from "node:assert/strict";
import { askEngine } from "../engine_api.ts";
import { liveEngine } from "../live.ts";
import { type Args, at, callOn, dataOn, failsOn, type Scene, sceneTest } from "./scene.ts";

const allowed = { args: ["--destructive", "allow"] };
const remove = "docker_remove_container";
const prune = "docker_prune_containers";

async function volumeExists(name: unknown): Promise<boolean> {
  return (await askEngine(liveEngine()?.host ?? "", { path: `/volumes/${name}` })).status === 200;
}

/** The token that the answer carries for a client that cannot ask. */
async function question(s: Scene, tool: string, args: Args): Promise<{ text: string; confirm: string }> {
  const { text, failed } = await s.call(tool, args);
  assert.equal(failed, true);
  assert.match(text, /^Nothing was done yet: this needs a person's confirmation\. /);
  return { text, confirm: /"confirm": "([^"]+)"/.exec(text)?.[1] ?? "no token" };
}

sceneTest("docker_remove_container removes a stopped container, and a running one only with force", async (s) => {
  const stopped = await s.create("stopped");
  assert.deepEqual(await s.data(remove, { container: stopped }), { container: stopped, removed: true });
  assert.equal(await s.exists(stopped), false);
  const running = await s.run("running");
  const told = await s.fails("DKR-014", remove, { container: running });
  assert.match(told, /Next: Stop it first with docker_stop_container, or remove it with force$/);
  assert.equal(await s.exists(running), true);
  assert.equal(await s.text(remove, { container: running, force: true }), `Removed ${running}.`);
  assert.equal(await s.exists(running), false);
  await s.fails("DKR-002", remove, { container: running });
}, allowed);

sceneTest("docker_remove_container keeps volumes with a name, and the others unless told otherwise", async (s) => {
  const named = `${s.prefix}-named`;
  for (const volumes of [false, true]) {
    const container = await s.run("box", { volumes: ["/scratch", `${named}:/data`] });
    const mounts = at(await s.inspect(container), "Mounts");
    assert.ok(Array.isArray(mounts));
    const scratch = at(mounts.find((mount: unknown) => at(mount, "Destination") === "/scratch"), "Name");
    try {
      assert.deepEqual([await volumeExists(scratch), await volumeExists(named)], [true, true]);
      await s.data(remove, { container, force: true, volumes });
      assert.deepEqual([await volumeExists(scratch), await volumeExists(named)], [!volumes, true]);
    } finally {
      // Without a name of the test in it, only this test knows it.
      if (!await s.exists(container)) await s.ask({ method: "DELETE", path: `/volumes/${scratch}?force=1` });
    }
  }
}, allowed);

sceneTest("a person who is asked and agrees has the container removed, knowing what is lost", async (s) => {
  const container = await s.create("box", { volumes: ["/scratch"] });
  const asked: string[] = [];
  const person = await s.also({
    elicit(message) {
      asked.push(message);
      return { action: "accept", content: { confirm: true } };
    },
  });
  const lost = `Container "${container}" (${s.image}, created) and the files in it will be deleted`;
  assert.deepEqual(await dataOn(person, remove, { container, volumes: true }), { container, removed: true });
  assert.deepEqual(asked, [`Remove a container: ${lost}, with 1 anonymous volume.`]);
  assert.equal(await s.exists(container), false);
});

sceneTest("a person who declines, closes the question or leaves the box empty keeps the container", async (s) => {
  const container = await s.create("box");
  const call = { tool: remove, args: { container } };
  for (const action of ["decline", "cancel"] as const) {
    const told = await failsOn(await s.also({ elicit: () => ({ action }) }), "DKR-013", call);
    assert.match(told, /Nothing was changed\. Do not call again unless the person asks for it$/);
  }
  const empty = { action: "accept", content: { confirm: false } } as const;
  await failsOn(await s.also({ elicit: () => empty }), "DKR-013", call);
  assert.equal(await s.exists(container), true);
});

sceneTest("a client that cannot ask gets a token, which works once and for this call alone", async (s) => {
  const [container, other] = [await s.create("box"), await s.create("other")];
  const { text, confirm } = await question(s, remove, { container });
  assert.match(text, new RegExp(`Container "${container}" \\(.*, created\\) and the files in it will be deleted\\.`));
  assert.equal(await s.exists(container), true);
  const wrong = await s.fails("DKR-012", remove, { container: other, confirm });
  assert.match(wrong, /the confirmation is for another call or other arguments/);
  await s.fails("DKR-012", remove, { container, force: true, confirm });
  await s.fails("DKR-012", prune, { label: s.label, confirm });
  const forged = await s.fails("DKR-012", remove, { container, confirm: `${confirm.slice(0, -4)}AAAA` });
  assert.match(forged, /the confirmation was not made by this server/);
  assert.deepEqual([await s.exists(container), await s.exists(other)], [true, true]);
  assert.deepEqual(await s.data(remove, { container, confirm }), { container, removed: true });
  assert.equal(await s.exists(container), false);
  assert.match(await s.fails("DKR-012", remove, { container, confirm }), /the confirmation has been used already/);
});

sceneTest("a container that is not there is told before anybody is asked", async (s) => {
  const name = await s.create("webserver");
  const asked: string[] = [];
  const person = await s.also({
    elicit(message) {
      asked.push(message);
      return { action: "accept", content: { confirm: true } };
    },
  });
  const call = { tool: remove, args: { container: `${s.prefix}-webservr` } };
  assert.match(await failsOn(person, "DKR-002", call), new RegExp(`Closest: "${name}"`));
  assert.deepEqual(asked, []);
});

sceneTest("--destructive=deny refuses to lose data, and does everything else", async (s) => {
  const container = await s.create("box");
  const { tools } = await s.client.listTools();
  assert.deepEqual(tools.map(({ name }) => name).filter((name) => name === remove || name === prune), []);
  await assert.rejects(
    s.call(remove, { container, force: true }),
    /"docker_remove_container": this server does nothing that loses data \(--destructive\);/,
  );
  await assert.rejects(
    s.call(prune, { label: s.label }),
    /"docker_prune_containers": this server does nothing that loses data/,
  );
  assert.equal(await s.exists(container), true);
  assert.deepEqual(await s.data("docker_start_container", { container }), { container, started: true });
}, { args: ["--destructive", "deny"] });

sceneTest("docker_prune_containers removes the stopped containers with the label, and no others", async (s) => {
  const group = { label: { [`${s.prefix}.group`]: "a" } };
  const labels = { [`${s.prefix}.group`]: "a" };
  const [made, up, other] = [
    await s.create("made", { labels }),
    await s.run("up", { labels }),
    await s.create("other"),
  ];
  const done = await s.run("done", { labels, command: ["sh", "-c", "head -c 5000 /dev/zero > /x"], wait: "exit" });
  const ids = await Promise.all([made, done].map(async (name) => String(at(await s.inspect(name), "Id")).slice(0, 12)));
  const { text, confirm } = await question(s, prune, group);
  assert.match(text, /Remove stopped containers: 2 stopped containers and the files in them will be deleted: /);
  for (const name of [made, done]) assert.ok(text.includes(name), text);
  assert.equal(await s.exists(done), true);
  const { removed, bytes_freed } = await s.data(prune, { ...group, confirm });
  assert.ok(Array.isArray(removed));
  assert.deepEqual(removed.toSorted(), ids.toSorted());
  assert.ok(Number(bytes_freed) >= 5000, `${bytes_freed}`);
  const left = await Promise.all([made, done, up, other].map((name) => s.exists(name)));
  assert.deepEqual(left, [false, false, true, true]);
});

sceneTest(
  "docker_prune_containers spares what is younger than it is told, and says when nothing matches",
  async (s) => {
    const made = await s.create("made");
    const old = { label: s.label, until: "24h" };
    assert.deepEqual(await s.data(prune, old), { removed: [], bytes_freed: 0 });
    assert.equal(await s.exists(made), true);
    assert.equal(await s.text(prune, old), "Removed 0 containers, 0 B freed.");
    const wrong = await s.fails("DKR-004", prune, { label: s.label, until: "soon" });
    assert.match(wrong, /soon/);
    assert.equal(await s.exists(made), true);
    const person = await s.also({});
    const none = await callOn(person, prune, { label: `${s.label}-not` });
    assert.match(none.text, /No stopped container matches now; those that stop until then will be deleted\./);
  },
  allowed,
);
