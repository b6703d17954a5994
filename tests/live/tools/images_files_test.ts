import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { temporaryFolder } from "../../temporary.ts";
import { loadLayeredImage } from "../layered_image.ts";
import { liveEngine } from "../live.ts";
import { at, dataOn, failsOn, type Scene, sceneTest } from "./scene.ts";

/** A folder that a server of its own may use; removed afterwards. */
async function withFolder(s: Scene, fn: (folder: string, own: Awaited<ReturnType<Scene["also"]>>) => Promise<void>) {
  using folder = temporaryFolder();
  await fn(folder.path, await s.also({ args: ["--destructive=allow", "--folders", folder.path] }));
}

sceneTest("images are saved to a file and come back from it, also compressed", async (s) => {
  await withFolder(s, async (folder, own) => {
    const tags = [`${s.prefix}-a:1`, `${s.prefix}-b:2`];
    for (const tag of tags) {
      await loadLayeredImage(liveEngine()?.host ?? "", { tag, seed: tag, sizes: [3_000_000, 1000] });
    }
    const ids = await Promise.all(tags.map(async (tag) => at(await s.ask({ path: `/images/${tag}/json` }), "Id")));
    const path = `${folder}/images.tar`;
    const saved = await dataOn(own, "docker_save_image", { image: tags, path });
    const { size } = await Deno.stat(path);
    assert.deepEqual(saved, { path, bytes: size, images: tags });
    assert.ok(size > 6_000_000, `${size} bytes`);
    const zipped = await Deno.create(`${path}.gz`);
    await (await Deno.open(path)).readable.pipeThrough(new CompressionStream("gzip")).pipeTo(zipped.writable);
    for (const file of [path, `${path}.gz`]) {
      for (const tag of tags) await dataOn(own, "docker_remove_image", { image: tag });
      const { images } = await dataOn(own, "docker_load_image", { path: file });
      assert.ok(Array.isArray(images));
      assert.deepEqual(images.toSorted(), tags);
      for (const [i, tag] of tags.entries()) {
        assert.equal(at(await s.ask({ path: `/images/${tag}/json` }), "Id"), ids[i]);
      }
    }
    const taken = { tool: "docker_save_image", args: { image: tags[0], path } };
    assert.match(await failsOn(own, "DKR-004", taken), /there is such a file already/);
    const missing = { tool: "docker_save_image", args: { image: `${s.prefix}-none`, path: `${folder}/none.tar` } };
    await failsOn(own, "DKR-003", missing);
    await assert.rejects(Deno.stat(`${folder}/none.tar`), Deno.errors.NotFound);
  });
});

sceneTest(
  "what is no archive, or no address of one, is told as such, and what is outside of the folders",
  async (s) => {
    await withFolder(s, async (folder, own) => {
      await Deno.writeTextFile(`${folder}/rubbish.tar`, "this is no archive of images".repeat(100));
      const body = new Uint8Array(30_000);
      const archive = await packTar([{ header: { name: "file", type: "file", size: body.length }, body }]);
      await Deno.writeFile(`${folder}/cut.tar`, archive.subarray(0, 10_000));
      await Deno.writeFile(`${folder}/files.tar`, archive);
      const broken = (tool: string, name: string) =>
        failsOn(own, "DKR-004", { tool, args: { path: `${folder}/${name}.tar` } });
      for (const name of ["rubbish", "cut"]) {
        for (const tool of ["docker_load_image", "docker_import_image"]) {
          assert.match(await broken(tool, name), /\nNext: Check the archive/);
        }
      }
      assert.match(await broken("docker_load_image", "files"), /\nNext: Check the archive/);
      const unheard = { tool: "docker_import_image", args: { url: "http://127.0.0.1:9/root.tar" } };
      assert.match(await failsOn(own, "DKR-004", unheard), /\nNext: The engine itself reads the url/);
      await failsOn(own, "DKR-004", { tool: "docker_load_image", args: { path: `${folder}/none.tar` } });
      await failsOn(own, "DKR-011", { tool: "docker_load_image", args: { path: "/etc/passwd" } });
    });
  },
);

sceneTest("docker_import_image makes an image out of a local archive", async (s) => {
  await withFolder(s, async (folder, own) => {
    const body = new TextEncoder().encode("hello\n");
    const archive = await packTar([{ header: { name: "greeting", type: "file", size: body.length }, body }]);
    await Deno.writeFile(`${folder}/root.tar`, archive);
    const image = `${s.prefix}-root:1`;
    const made = await dataOn(own, "docker_import_image", { path: `${folder}/root.tar`, image, changes: ["USER 7"] });
    assert.deepEqual(made.tags, [image]);
    const told = at(await s.data("docker_inspect_image", { image }), "image");
    assert.deepEqual([at(told, "user"), at(told, "layers")], ["7", 1]);
  });
});
