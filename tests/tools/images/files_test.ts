import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";

/** A client whose server may use a folder of its own, which is removed afterwards. */
async function withFolder(fn: (folder: string, connected: Connected) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  await using connected = await connect({ args: ["--folders", folder.path] });
  await fn(folder.path, connected);
}

for (const tool of ["docker_save_image", "docker_load_image"]) {
  Deno.test(`${tool} answers`, async (t) => {
    await withFolder(async (folder, { client }) => {
      const path = `${folder}/images.tar`;
      if (tool === "docker_load_image") await Deno.writeTextFile(path, "an archive of images");
      const image = tool === "docker_save_image" ? { image: ["busybox:1.37", "nginx:1.27"] } : {};
      const answer = await client.callTool({ name: tool, arguments: { ...image, path } });
      assert.equal(answer.isError, undefined, JSON.stringify(answer));
      await t.assertSnapshot(JSON.parse(JSON.stringify(answer).replaceAll(folder, "/folder")));
    });
  });
}

Deno.test("docker_save_image writes what the engine sends, once it knows all images", async () => {
  await withFolder(async (folder, { text, daemon }) => {
    const path = `${folder}/a.tar`;
    assert.match(
      await text("docker_save_image", { image: ["busybox:1.37", "nginx:9"], path }),
      /^\[DKR-003\] .*"nginx:9"/,
    );
    assert.equal(daemon.seen.some((ask) => ask.path === "/images/get"), false);
    await text("docker_save_image", { image: "busybox:1.37", path });
    assert.equal(await Deno.readTextFile(path), "an archive of images");
    assert.deepEqual(daemon.seen.at(-1)?.query, { names: "busybox:1.37" });
    daemon.seen.length = 0;
    assert.match(
      await text("docker_save_image", { image: "busybox:1.37", path }),
      /^\[DKR-004\] .*Cannot write ".*\/a\.tar": there is such a file already\nNext: Mend it or name another one/,
    );
    // An archive that nobody reads would keep its connection, and the engine at work.
    assert.deepEqual(daemon.seen.map((ask) => ask.path), ["/images/busybox:1.37/json"]);
  });
});

Deno.test("images come from and go to the allowed folders only", async () => {
  await withFolder(async (_, { text, daemon }) => {
    const path = "/etc/passwd";
    const calls = { docker_load_image: {}, docker_import_image: {}, docker_save_image: { image: "busybox:1.37" } };
    for (const [tool, args] of Object.entries(calls)) {
      assert.match(await text(tool, { ...args, path }), /^\[DKR-011\] .*in none of the folders.*\n.*--folders=\/etc$/);
      assert.match(await text(tool, { ...args, path: "a.tar" }), /^\[DKR-004\] .*"path": expected an absolute path/);
    }
    const none = await text("docker_save_image", { image: [], path: "/tmp/none.tar" });
    assert.match(none, /^\[DKR-004\] .*"image": name at least one/);
    assert.equal(daemon.seen.some(({ method }) => method === "POST"), false);
  });
});

Deno.test("docker_load_image tells a broken archive, docker_import_image takes a file in place of an address", async () => {
  await withFolder(async (folder, { text, daemon }) => {
    const path = `${folder}/a.tar`;
    await Deno.writeTextFile(path, "rubbish");
    assert.match(await text("docker_load_image", { path }), /^\[DKR-004] .*unexpected EOF\nNext: Check the archive/);
    await text("docker_import_image", { path, image: "a:1" });
    const { query, bytes } = daemon.seen.find((ask) => ask.path === "/images/create") ?? {};
    assert.deepEqual([query, new TextDecoder().decode(bytes)], [{ fromSrc: "-", repo: "a", tag: "1" }, "rubbish"]);
    for (const args of [{}, { path, url: "http://x/y" }]) {
      assert.match(await text("docker_import_image", args), /^\[DKR-004\] .*expected either url or path/);
    }
  });
});
