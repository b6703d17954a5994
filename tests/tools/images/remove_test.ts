import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { golden, running } from "../golden.ts";

golden("docker_remove_image", { args: { image: "nginx:1.27" } });
golden("docker_prune_images", { args: { all: true } });

Deno.test("docker_remove_image hands on force and no_prune, both off unless told", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await connected.text("docker_tag_image", { image: "nginx:1.27", tag: "a:1" });
  assert.equal(await connected.text("docker_remove_image", { image: "a:1" }), "Untagged a:1.");
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { force: "false", noprune: "false" });
  await connected.text("docker_remove_image", { image: "nginx:1.27", force: true, no_prune: true });
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { force: "true", noprune: "true" });
});

Deno.test("docker_remove_image says why the engine refused", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const sayings: [string, RegExp][] = [
    [
      "conflict: unable to delete 0123 (must be forced) - image is referenced in multiple repositories",
      /^\[DKR-014\] .*\nNext: It has several tags: name one of them, or remove all with force$/,
    ],
    [
      "conflict: unable to delete 0123 (cannot be forced) - image has dependent child images",
      /^\[DKR-014\] .*\nNext: Other images are built on it: remove those first$/,
    ],
    [
      "conflict: unable to delete 0123 (cannot be forced) - image is being used by running container 4567",
      /^\[DKR-014\] .*\nNext: docker_list_containers shows what uses it: remove that first$/,
    ],
  ];
  for (const [message, says] of sayings) {
    connected.daemon.failNext({ method: "DELETE", path: /./ }, 409, message);
    assert.match(await connected.text("docker_remove_image", { image: "nginx:1.27" }), says);
  }
});

Deno.test("docker_prune_images keeps to untagged images unless told, and hands on its filters", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const asked = async (args: Record<string, unknown>) => {
    await connected.text("docker_prune_images", args);
    return JSON.parse(connected.daemon.seen.at(-1)?.query["filters"] ?? "");
  };
  assert.deepEqual(await asked({}), { dangling: ["true"] });
  const { until: [until], ...rest } = await asked({ all: true, label: ["a", "b=c"], until: "24h" });
  assert.deepEqual(rest, { dangling: ["false"], label: ["a", "b=c"] });
  assert.ok(Math.abs(Number(until) - (Date.now() / 1000 - 86_400)) < 60, until);
  assert.match(
    await connected.text("docker_prune_images", { until: "soon" }),
    /^\[DKR-004\] .*"until": expected a time/,
  );
});

Deno.test("the question names what would be lost", async () => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  await using connected = await connect({ elicit });
  await running(connected);
  await connected.text("docker_tag_image", { image: "nginx:1.27", tag: "a:1" });
  await connected.text("docker_remove_image", { image: "a:1" });
  await connected.text("docker_remove_image", { image: "cccccccccccc", force: true });
  await connected.text("docker_remove_image", { image: "busybox:1.37" });
  await connected.text("docker_remove_image", { image: "busybox:1.37", force: true });
  await connected.text("docker_pull_image", { image: "redis:7" });
  await connected.text("docker_prune_images", { all: true });
  await connected.text("docker_prune_images", { all: true, until: "2000-01-01" });
  await connected.text("docker_tag_image", { image: "busybox:1.37", tag: "b:1" });
  await connected.text("docker_prune_images", { all: true, until: "2000-01-01" });
  await connected.text("docker_prune_images", { all: true });
  const none = "Remove unused images: No image is unused and matches now; those that do by then will be deleted.";
  assert.deepEqual(asked, [
    'Remove an image: The tag "a:1" will be taken off image cccccccccccc, which stays as nginx:1.27.',
    "Remove an image: Image cccccccccccc (4.3 MB, nginx:1.27, a:1) will be deleted.",
    "Remove an image: Image bbbbbbbbbbbb (4.3 MB, busybox:1.37) will be deleted. It is used by web, so that the engine may refuse.",
    "Remove an image: Image bbbbbbbbbbbb (4.3 MB, busybox:1.37) will be deleted. It is used by web.",
    "Remove unused images: 2 unused images will be deleted, at most 8.6 MB: a:1, nginx:1.27, redis:7.",
    none,
    none,
    "Remove unused images: 2 unused images will be deleted, at most 8.6 MB: a:1, nginx:1.27, redis:7. " +
    "Images in use may lose all tags but one: b:1, busybox:1.37.",
  ]);
});
