import assert from "node:assert/strict";
import { liveEngine } from "../live.ts";
import { loadLayeredImage } from "../layered_image.ts";
import { at, dataOn, onContainerd, type Scene, sceneTest } from "./scene.ts";

const allowed = { args: ["--destructive=allow"] };

/** An image of its own, with this tag; gives its id. */
async function load(s: Scene, tag: string, seed = tag): Promise<string> {
  await loadLayeredImage(liveEngine()?.host ?? "", { tag, seed, sizes: [3000] });
  return String(at(await s.ask({ path: `/images/${tag}/json` }), "Id"));
}

sceneTest("docker_remove_image takes off one tag after the other, then deletes the image", async (s) => {
  const [first, second] = [`${s.prefix}-a:1`, `${s.prefix}-b:1`];
  const id = await load(s, first);
  await s.data("docker_tag_image", { image: first, tag: second });
  assert.match(await s.fails("DKR-014", "docker_remove_image", { image: id }), /several tags: name one/);
  assert.deepEqual(await s.data("docker_remove_image", { image: first }), { untagged: [first], deleted: [] });
  const { untagged, deleted } = await s.data("docker_remove_image", { image: second });
  assert.ok(Array.isArray(untagged) && untagged.includes(second));
  assert.ok(Array.isArray(deleted) && deleted.includes(id.slice(7, 19)));
  await s.fails("DKR-003", "docker_remove_image", { image: second });
  const again = await load(s, first);
  await s.data("docker_tag_image", { image: first, tag: second });
  await s.data("docker_remove_image", { image: again, force: true });
  await s.fails("DKR-003", "docker_inspect_image", { image: first });
}, allowed);

sceneTest("docker_remove_image refuses an image in use, forced only where nothing runs", async (s) => {
  const tag = `${s.prefix}-used:1`;
  const id = await load(s, tag);
  await s.create("stopped", { image: tag });
  assert.match(
    await s.fails("DKR-014", "docker_remove_image", { image: tag }),
    /docker_list_containers shows what uses/,
  );
  await s.data("docker_remove_image", { image: tag, force: true });
  await s.fails("DKR-003", "docker_inspect_image", { image: tag });
  const box = await s.run("box");
  const kept = `${s.prefix}-kept:1`;
  await s.data("docker_commit_container", { container: box, image: kept });
  const running = await s.run("running", { image: kept });
  const own = String(at(await s.ask({ path: `/images/${kept}/json` }), "Id"));
  await s.fails("DKR-014", "docker_remove_image", { image: own, force: true });
  for (const container of [running, box, `${s.prefix}-stopped`]) {
    await s.data("docker_remove_container", { container, force: true });
  }
  await s.call("docker_remove_image", { image: id });
}, allowed);

sceneTest("docker_remove_image and docker_prune_images ask first, with what would be lost", async (s) => {
  const tag = `${s.prefix}-asked:1`;
  const id = (await load(s, tag)).slice(7, 19);
  await s.create("user", { image: tag });
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  const { text } = await s.also({ elicit });
  assert.match(await text("docker_remove_image", { image: tag }), /^\[DKR-013\]/);
  const size = /\([\d.]+ k?B/;
  assert.match(
    asked[0] ?? "",
    new RegExp(`Image ${id} ${size.source}, ${tag}\\) will be deleted\\. It is used by ${s.prefix}-user`),
  );
  assert.match(await text("docker_prune_images", { all: true, label: `seed=${tag}` }), /^\[DKR-013\]/);
  assert.match(asked[1] ?? "", /No image is unused and matches now/);
  await s.data("docker_inspect_image", { image: tag });
});

sceneTest(
  "docker_prune_images deletes what no container uses: untagged images, with all also tagged ones",
  async (s) => {
    const label = `seed=${s.prefix}`;
    const tag = `${s.prefix}-first:1`;
    const id = await load(s, tag, s.prefix);
    const prune = (args = {}) => s.data("docker_prune_images", { label, ...args });
    assert.deepEqual(await prune(), { untagged: [], deleted: [], bytes_freed: 0 });
    assert.deepEqual(await prune({ all: true, until: "2019-12-31" }), { untagged: [], deleted: [], bytes_freed: 0 });
    const user = await s.create("user", { image: tag });
    assert.deepEqual((await prune({ all: true })).deleted, []);
    await s.data("docker_remove_container", { container: user });
    const asked: string[] = [];
    const elicit = (message: string) => {
      asked.push(message);
      return { action: "accept" as const, content: { confirm: true } };
    };
    const { text } = await s.also({ elicit });
    // Its own time is in 2020; containerd goes by when it came.
    const until = onContainerd ? new Date(Date.now() + 60_000).toISOString() : "2021-01-01";
    if (onContainerd) {
      await text("docker_prune_images", { label, all: true, until: "2021-01-01" });
      assert.match(asked.pop() ?? "", /No image is unused/);
    }
    const told = await text("docker_prune_images", { label, all: true, until });
    assert.match(asked[0] ?? "", new RegExp(`1 unused image will be deleted, at most [\\d.]+ k?B: ${tag}\\.`));
    assert.match(told, new RegExp(`^Untagged ${tag}.*Deleted .*${id.slice(7, 19)}.*[\\d.]+ k?B freed\\.$`));
    await s.fails("DKR-003", "docker_inspect_image", { image: tag });
  },
  allowed,
);

sceneTest(
  "docker_prune_images asks once, in whatever order the engine lists, and takes off no tag unasked",
  async (s) => {
    const tags = ["a", "b", "c", "d", "e"].map((letter) => `${s.prefix}-${letter}:1`);
    for (const [i, tag] of tags.entries()) {
      await loadLayeredImage(liveEngine()?.host ?? "", { tag, seed: s.prefix, sizes: [3000 + i] });
    }
    await s.create("user", { image: tags[0] });
    await s.data("docker_tag_image", { image: tags[0], tag: `${s.prefix}-also:1` });
    const asked: string[] = [];
    const elicit = (message: string) => {
      asked.push(message);
      return { action: "accept" as const, content: { confirm: true } };
    };
    const told = await dataOn(await s.also({ elicit }), "docker_prune_images", {
      label: `seed=${s.prefix}`,
      all: true,
    });
    assert.equal(asked.length, 1, asked.join("\n"));
    const { untagged } = told;
    assert.ok(Array.isArray(untagged));
    assert.deepEqual(untagged.filter((tag) => !asked[0]?.includes(String(tag))), [], asked[0] + JSON.stringify(told));
  },
);
