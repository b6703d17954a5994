import assert from "node:assert/strict";
import { liveEngine } from "../live.ts";
import { loadLayeredImage } from "../layered_image.ts";
import { at, sceneTest } from "./scene.ts";

const host = () => liveEngine()?.host ?? "";

sceneTest("docker_inspect_image tells what an image is, who uses it, and no secret", async (s) => {
  const tag = `${s.prefix}-layers:1`;
  await loadLayeredImage(host(), { tag, seed: s.prefix, sizes: [4000, 2000] });
  const { image } = await s.data("docker_inspect_image", { image: tag });
  const said = await s.ask({ path: `/images/${tag}/json` });
  assert.deepEqual(image, {
    id: String(at(said, "Id")).slice(7, 19),
    tags: [tag],
    ...(Array.isArray(at(said, "RepoDigests")) && at(said, "RepoDigests", 0)
      ? { digests: at(said, "RepoDigests") }
      : {}),
    created: "2020-01-01T00:00:00Z",
    bytes: at(said, "Size"),
    platform: "linux/amd64",
    layers: 2,
    author: "nobody",
    command: ["/bin/true"],
    environment: ["MODE=test", "API_TOKEN=[redacted]"],
    ports: ["80/tcp"],
    labels: { seed: s.prefix },
  });
  const box = await s.create("user", { image: tag });
  const used = await s.data("docker_inspect_image", { image: String(at(said, "Id")) });
  assert.deepEqual(at(used, "image", "used_by"), [box]);
  const raw = await s.data("docker_inspect_image", { image: tag, raw: true });
  assert.deepEqual(at(raw, "image", "RootFS"), at(said, "RootFS"));
  assert.deepEqual(at(raw, "image", "Config", "Env"), ["MODE=test", "API_TOKEN=[redacted]"]);
  await s.fails("DKR-003", "docker_inspect_image", { image: `${tag}0` });
  await s.data("docker_remove_container", { container: box });
}, { args: ["--destructive=allow"] });

sceneTest("docker_image_history tells how an image was made, the newest layer first", async (s) => {
  const tag = `${s.prefix}-layers:1`;
  await loadLayeredImage(host(), { tag, seed: s.prefix, sizes: [4000, 2000] });
  const { layers, bytes } = await s.data("docker_image_history", { image: tag });
  assert.ok(Array.isArray(layers));
  const shown = layers.map((layer: unknown) => [at(layer, "command"), at(layer, "created"), at(layer, "tags", 0)]);
  const created = "2020-01-01T00:00:00.000Z";
  assert.deepEqual(shown, [["COPY file1 /", created, tag], ["COPY file0 /", created, undefined]]);
  const sizes = layers.map((layer: unknown) => Number(at(layer, "bytes")));
  assert.ok((sizes[0] ?? 0) >= 2000 && (sizes[1] ?? 0) >= 4000, String(sizes));
  assert.equal(bytes, sizes.reduce((sum, size) => sum + size, 0));
  await s.fails("DKR-003", "docker_image_history", { image: `${tag}0` });
});
