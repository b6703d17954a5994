import assert from "node:assert/strict";
import { type Args, at, onContainerd, type Scene, sceneTest } from "./scene.ts";

/** The tags of the images that a list gives, each image's joined. */
async function listed(s: Scene, args: Args): Promise<string[]> {
  const { images } = await s.data("docker_list_images", args);
  assert.ok(Array.isArray(images));
  return images.flatMap((image: unknown) => at(image, "tags") ?? []).map(String);
}

/** Makes an image out of a container; gives its id. Without a tag it stays without one. */
async function commit(s: Scene, labels: Args, tag?: string): Promise<string> {
  const container = await s.create(`c${crypto.randomUUID().slice(0, 6)}`);
  const query = new URLSearchParams({ container, ...(tag ? { repo: tag.split(":")[0] ?? "", tag: "1.0" } : {}) });
  const made = await s.ask({ method: "POST", path: `/commit?${query}`, body: { Labels: labels } });
  return String(at(made, "Id"));
}

sceneTest("docker_list_images finds images by name, pattern and label, and those without a tag", async (s) => {
  const tag = `${s.prefix}-app:1.0`;
  const id = await commit(s, { [s.prefix]: "app" }, tag);
  const dangling = await commit(s, { [s.prefix]: "none" });
  try {
    assert.deepEqual(await listed(s, { reference: `${s.prefix}-app` }), [tag]);
    assert.deepEqual(await listed(s, { reference: `${s.prefix}-*:1.*` }), [tag]);
    assert.deepEqual(await listed(s, { reference: [`${s.prefix}-app:2.0`, tag] }), [tag]);
    assert.deepEqual(await listed(s, { label: { [s.prefix]: "app" } }), [tag]);
    assert.deepEqual(await listed(s, { label: `${s.prefix}=other` }), []);
    assert.deepEqual(await listed(s, { label: s.prefix, dangling: false }), [tag]);
    const { images, total } = await s.data("docker_list_images", { label: s.prefix, dangling: true });
    assert.deepEqual([total, at(images, 0, "tags"), at(images, 0, "id")], [1, [], dangling.slice(7, 19)]);
    const [row] = [(await s.data("docker_list_images", { reference: tag })).images].map((rows) => at(rows, 0));
    const said = await s.ask({ path: `/images/${tag}/json` });
    assert.equal(at(row, "id"), id.slice(7, 19));
    // There a list counts what lies on the disk, and an inspect what a registry would be sent.
    if (!onContainerd) assert.equal(at(row, "bytes"), at(said, "Size"));
    const made = Date.parse(String(at(row, "created")));
    assert.equal(made, Math.floor(Date.parse(String(at(said, "Created"))) / 1000) * 1000);
    const text = await s.text("docker_list_images", { label: s.prefix, dangling: true });
    assert.match(
      text,
      new RegExp(`^TAGS +ID +CREATED +SIZE\\n<untagged> +${dangling.slice(7, 19)} +\\d{4}-\\d\\d-\\d\\d `),
    );
  } finally {
    await s.ask({ method: "DELETE", path: `/images/${dangling}` });
  }
});

sceneTest("docker_list_images gives pages, and says when nothing matches", async (s) => {
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) await commit(s, {}, `${s.prefix}-${name}:1.0`);
  const reference = `${s.prefix}-*`;
  const page = async (offset: number) => await s.data("docker_list_images", { reference, limit: 2, offset });
  const [first, last] = [await page(0), await page(4)];
  assert.deepEqual([first.total, first.next_offset, last.total, last.next_offset], [5, 2, 5, undefined]);
  const all = await listed(s, { reference });
  assert.deepEqual(all.toSorted(), names.map((name) => `${s.prefix}-${name}:1.0`));
  const paged = [];
  for (let offset = 0; offset < 5; offset++) paged.push(...await listed(s, { reference, limit: 1, offset }));
  assert.deepEqual(paged, all, "images of the same second change places between two pages");
  assert.match(await s.text("docker_list_images", { reference, limit: 2 }), /\n5 in all; the next page: offset 2$/);
  assert.equal(await s.text("docker_list_images", { reference: `${s.prefix}-z` }), "No images match.");
});

sceneTest("docker_pull_image tells a registry that cannot be reached", async (s) => {
  // Nothing listens on this port of the engine's own loopback address.
  const told = await s.fails("DKR-016", "docker_pull_image", { image: "127.0.0.1:1/team/app:1.0" });
  assert.match(told, /127\.0\.0\.1:1/);
  assert.match(told, /Next: The daemon cannot reach the registry: check its network, its proxy, and the name/);
});

sceneTest("docker_pull_image refuses a name that no image can have", async (s) => {
  await s.fails("DKR-004", "docker_pull_image", { image: "UPPER case/!" });
  await s.fails("DKR-004", "docker_pull_image", { image: "" });
});

sceneTest(
  "an image that is not there is pulled, and where that is not wanted told with the closest name",
  async (s) => {
    const wanted = s.image.replace(/:.*$/, ":tset");
    const args = { image: wanted, name: `${s.prefix}-box`, labels: [s.label] };
    const told = await s.fails("DKR-003", "docker_create_container", { ...args, pull: "never" });
    assert.match(told, new RegExp(`No image named "${wanted}"\\nNext: Closest: .*"${s.image}"`));
    await s.fails("DKR-003", "docker_run_container", { ...args, pull: "never" });
    const pulled = await s.fails("DKR-016", "docker_run_container", { ...args, image: "127.0.0.1:1/team/app" });
    assert.match(pulled, /127\.0\.0\.1:1/);
    assert.equal(await s.exists(`${s.prefix}-box`), false);
    await s.fails("DKR-016", "docker_run_container", {
      ...args,
      image: s.image.replace(/^/, "127.0.0.1:1/"),
      pull: "always",
    });
  },
);
