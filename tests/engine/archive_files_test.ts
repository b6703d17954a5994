import assert from "node:assert/strict";
import { archiveFiles } from "../../src/engine/archive_files.ts";
import { temporaryFolder } from "../temporary.ts";

/** A permitted folder `in` beside a folder `out`, each with a file; removed afterwards. */
async function withFolders(fn: (root: string, files: ReturnType<typeof archiveFiles>) => Promise<void>): Promise<void> {
  using root = temporaryFolder();
  for (const name of ["in", "out"]) {
    await Deno.mkdir(`${root.path}/${name}`);
    await Deno.writeTextFile(`${root.path}/${name}/a.tar`, name);
  }
  const refusal = (path: string) => new RangeError(`refused ${path.replace(root.path, "")}`);
  await fn(root.path, archiveFiles({ folders: [`${root.path}/in`], refusal }));
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text);
}

Deno.test("openArchive() reads files of the permitted folder and no others, not by a link either", async () => {
  await withFolders(async (root, files) => {
    const { content, size } = await files.openArchive(`${root}/in/./a.tar`);
    assert.deepEqual([await new Response(content).text(), size], ["in", 2]);
    await Deno.symlink(`${root}/out/a.tar`, `${root}/in/link.tar`);
    await Deno.symlink(`${root}/out`, `${root}/in/folder`);
    await new Deno.Command("mkfifo", { args: [`${root}/in/pipe`] }).output();
    const wrong: [path: string, message: string][] = [
      [`${root}/out/a.tar`, "refused /out/a.tar"],
      [`${root}/in/../out/a.tar`, "refused /out/a.tar"],
      [`${root}/in`, `Cannot use "${root}/in": it is a folder; name a file in it`],
      [`${root}/in-side/a.tar`, "refused /in-side/a.tar"],
      [`${root}/in/link.tar`, "refused /out/a.tar"],
      [`${root}/in/folder/a.tar`, "refused /out/a.tar"],
      [`${root}/in/none.tar`, `Cannot read "${root}/in/none.tar": there is no such file or folder`],
      [`${root}/in/pipe`, `Cannot read "${root}/in/pipe": it is not a file`],
    ];
    for (const [path, message] of wrong) await assert.rejects(files.openArchive(path), { message }, path);
  });
});

Deno.test("writeArchive() writes a new file that only its owner reads, and tells how far it is", async () => {
  await withFolders(async (root, files) => {
    const notes: number[] = [];
    const path = `${root}/in/new.tar`;
    const progress = (bytes: number) => notes.push(bytes);
    assert.equal(await files.writeArchive(path, chunks("abc", "de"), { progress }), 5);
    assert.deepEqual([await Deno.readTextFile(path), notes], ["abcde", [3, 5]]);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("writeArchive() replaces nothing and leaves the permitted folder by no way", async () => {
  await withFolders(async (root, files) => {
    await Deno.symlink(`${root}/out/new.tar`, `${root}/in/link.tar`);
    await Deno.symlink(`${root}/out`, `${root}/in/folder`);
    const wrong: [path: string, message: string][] = [
      [`${root}/in/a.tar`, `Cannot write "${root}/in/a.tar": there is such a file already`],
      [`${root}/in/link.tar`, `Cannot write "${root}/in/link.tar": there is such a file already`],
      [`${root}/in/folder/new.tar`, "refused /out"],
      [`${root}/in/../out/new.tar`, "refused /out/new.tar"],
      [`${root}/in/none/new.tar`, `Cannot read "${root}/in/none": there is no such file or folder`],
    ];
    for (const [path, message] of wrong) await assert.rejects(files.writeArchive(path, chunks("x")), { message }, path);
    const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(`${root}/${folder}`))).length;
    assert.deepEqual([await Deno.readTextFile(`${root}/in/a.tar`), await names("out")], ["in", 1]);
  });
});

Deno.test("writeArchive() leaves no half of a file", async () => {
  await withFolders(async (root, files) => {
    const broken = new Error("the engine went away");
    async function* breaking() {
      yield* chunks("abc");
      throw broken;
    }
    await assert.rejects(files.writeArchive(`${root}/in/new.tar`, breaking()), broken);
    await assert.rejects(Deno.stat(`${root}/in/new.tar`), Deno.errors.NotFound);
  });
});

Deno.test("a folder that is swapped for a link time and again leads neither to read nor to write outside", async () => {
  await withFolders(async (root, files) => {
    await Deno.mkdir(`${root}/in/box`);
    await Deno.writeTextFile(`${root}/in/box/a.tar`, "in");
    await Deno.symlink(`${root}/out`, `${root}/in/link`);
    // It ends by itself: the last mv of one that is killed would go on beside the removal of the folder.
    const swap = "while [ ! -e $0/enough ]; do " +
      "mv -T $0/box $0/held; mv -T $0/link $0/box; mv -T $0/box $0/link; mv -T $0/held $0/box; done";
    const swapping = new Deno.Command("sh", { args: ["-c", swap, `${root}/in`], stderr: "null" }).spawn();
    const read: string[] = [];
    try {
      for (let i = 0; i < 400; i++) {
        const opened = await files.openArchive(`${root}/in/box/a.tar`).catch(() => undefined);
        if (opened) read.push(await new Response(opened.content).text());
        await files.writeArchive(`${root}/in/box/new-${i}.tar`, chunks("secret")).catch(() => {});
      }
    } finally {
      await Deno.writeTextFile(`${root}/in/enough`, "");
      await swapping.status;
    }
    assert.ok(read.length > 0 && read.every((text) => text === "in"), read.join());
    const outside = [...Deno.readDirSync(`${root}/out`)].map(({ name }) =>
      Deno.readTextFileSync(`${root}/out/${name}`)
    );
    assert.ok(outside.every((text) => text !== "secret"), "written outside");
  });
});

Deno.test("writeArchive() removes nothing that a link has put in the place of its unfinished file", async () => {
  await withFolders(async (root, files) => {
    await Deno.mkdir(`${root}/in/sub`);
    await Deno.writeTextFile(`${root}/out/new.tar`, "theirs");
    const broken = new Error("the engine went away");
    async function* breaking() {
      yield* chunks("abc");
      await Deno.rename(`${root}/in/sub`, `${root}/in/kept`);
      await Deno.symlink(`${root}/out`, `${root}/in/sub`);
      throw broken;
    }
    await assert.rejects(files.writeArchive(`${root}/in/sub/new.tar`, breaking()), broken);
    assert.equal(await Deno.readTextFile(`${root}/out/new.tar`), "theirs");
  });
});
