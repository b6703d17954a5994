import assert from "node:assert/strict";
import { localFiles } from "../../src/engine/build_context.ts";
import { EngineError } from "../../src/engine/errors.ts";
import { readEntries } from "../../src/engine/tar.ts";
import { temporaryFolder } from "../temporary.ts";

/** A folder with these files, removed afterwards; a name that ends with `/` is a folder. */
function withFolder(files: Record<string, string>, fn: (root: string) => Promise<void>): () => Promise<void> {
  return async () => {
    using root = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      const folder = name.endsWith("/") ? name : name.replace(/[^/]*$/, "");
      await Deno.mkdir(`${root.path}/${folder}`, { recursive: true });
      if (!name.endsWith("/")) await Deno.writeTextFile(`${root.path}/${name}`, text);
    }
    await fn(root.path);
  };
}

function filesIn(...folders: string[]) {
  return localFiles({ folders, refusal: (path) => new RangeError(`refused: ${path}`) });
}

async function sent(root: string, dockerfile?: string) {
  const { content } = await filesIn(root).buildContext(root, dockerfile === undefined ? {} : { dockerfile });
  return (await readEntries(content, { maxBytes: 1_000_000, maxEntries: 1000 })).entries;
}

async function names(root: string, dockerfile?: string): Promise<string[]> {
  return (await sent(root, dockerfile)).map(({ name }) => name);
}

Deno.test(
  "buildContext() sends files, folders and links as they are, in order, as root's",
  withFolder({ "Dockerfile": "FROM x", "run.sh": "#!/bin/sh", "sub/a": "A", "sub/empty/": "" }, async (root) => {
    await Deno.chmod(`${root}/run.sh`, 0o750);
    await Deno.utime(`${root}/run.sh`, 1_600_000_000, 1_600_000_000);
    await Deno.symlink("/etc/passwd", `${root}/sub/out`);
    await Deno.symlink("../run.sh", `${root}/sub/in`);
    const { createTarDecoder } = await import("modern-tar");
    const { content, dockerfile } = await filesIn(root).buildContext(root, {});
    assert.equal(dockerfile, "Dockerfile");
    const headers = [];
    const source = content.pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of source) {
      await body.cancel();
      headers.push(header);
    }
    assert.deepEqual(headers.map(({ name, type, linkname }) => [name, type, linkname || undefined]), [
      ["Dockerfile", "file", undefined],
      ["run.sh", "file", undefined],
      ["sub/", "directory", undefined],
      ["sub/a", "file", undefined],
      ["sub/empty/", "directory", undefined],
      ["sub/in", "symlink", "../run.sh"],
      ["sub/out", "symlink", "/etc/passwd"],
    ]);
    const script = headers.find(({ name }) => name === "run.sh");
    assert.deepEqual([script?.mode, script?.mtime, script?.uid, script?.gid], [
      0o750,
      new Date(1_600_000_000_000),
      0,
      0,
    ]);
  }),
);

Deno.test(
  "buildContext() leaves out what .dockerignore names, and sends folders on the way to what is taken back",
  withFolder({
    ".dockerignore": "*\n!src/keep\n",
    "Dockerfile": "FROM x",
    "src/keep/a": "",
    "src/other": "",
    "node_modules/x": "",
    ".git/HEAD": "",
  }, async (root) => {
    assert.deepEqual(await names(root), [".dockerignore", "Dockerfile", "src/", "src/keep/", "src/keep/a"]);
  }),
);

Deno.test(
  "buildContext() sends the Dockerfile where it is ignored, and prefers the ignore file that bears its name",
  withFolder({
    ".dockerignore": "b",
    "docker/web.Dockerfile": "FROM x",
    "docker/web.Dockerfile.dockerignore": "**\n!b",
    "a": "",
    "b": "",
  }, async (root) => {
    assert.deepEqual(await names(root, "docker/web.Dockerfile"), [
      ...[".dockerignore", "b", "docker/", "docker/web.Dockerfile", "docker/web.Dockerfile.dockerignore"],
    ]);
    const { dockerfile } = await filesIn(root).buildContext(root, {
      dockerfile: `${root}/docker/../docker/web.Dockerfile`,
    });
    assert.equal(dockerfile, "docker/web.Dockerfile");
  }),
);

Deno.test(
  "buildContext() sends long and foreign names whole, and no sockets",
  withFolder({ "Dockerfile": "", [`${"long/".repeat(30)}ünïcödé-名`]: "content" }, async (root) => {
    using _socket = Deno.listen({ transport: "unix", path: `${root}/sock` });
    const entries = await sent(root);
    assert.equal(entries.at(-1)?.name, `${"long/".repeat(30)}ünïcödé-名`);
    assert.equal(new TextDecoder().decode(entries.at(-1)?.content), "content");
    assert.equal(entries.some(({ name }) => name === "sock"), false);
  }),
);

Deno.test(
  "buildContext() refuses what lies outside the folders, also behind dots and links",
  withFolder({ "open/app/Dockerfile": "", "closed/Dockerfile": "", "openly/Dockerfile": "" }, async (root) => {
    await Deno.symlink(`${root}/closed`, `${root}/open/link`);
    await Deno.symlink(`${root}/closed/Dockerfile`, `${root}/open/app/.dockerignore`);
    const open = filesIn(`${root}/open`);
    const refused = async (folder: string, place: string) =>
      await assert.rejects(open.buildContext(folder, {}), new RangeError(`refused: ${place}`));
    await refused(`${root}/closed`, `${root}/closed`);
    await refused(`${root}/openly`, `${root}/openly`);
    await refused(`${root}/open/../closed/`, `${root}/closed`);
    await refused(`${root}/open/link`, await Deno.realPath(`${root}/closed`));
    await refused(`${root}/open/app`, await Deno.realPath(`${root}/closed/Dockerfile`));
    await assert.rejects(filesIn().buildContext(root, {}), RangeError);
  }),
);

Deno.test(
  "buildContext() follows a folder that was permitted under the name of a link",
  withFolder({ "real/app/Dockerfile": "FROM x" }, async (root) => {
    await Deno.symlink(`${root}/real`, `${root}/link`);
    const { content } = await filesIn(`${root}/link`).buildContext(`${root}/link/app`, {});
    assert.equal((await readEntries(content, { maxBytes: 100, maxEntries: 9 })).entries[0]?.name, "Dockerfile");
  }),
);

Deno.test(
  "buildContext() needs no more than to read the folder that was named, though it is a link",
  withFolder({ "real/Dockerfile": "FROM x", "real/sub/a": "A" }, async (root) => {
    await Deno.symlink(`${root}/real`, `${root}/link`);
    const script = `
      import { localFiles } from "${new URL("../../src/engine/build_context.ts", import.meta.url)}";
      const [folder] = Deno.args;
      const { content } = await localFiles({ folders: [folder], refusal: Error }).buildContext(folder, {});
      console.log((await Array.fromAsync(content)).reduce((sum, { length }) => sum + length, 0));`;
    await Deno.writeTextFile(`${root}/script.ts`, script);
    const config = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;
    const flags = ["--quiet", "--no-prompt", "--no-check", "--cached-only", config, `--allow-read=${root}/link`];
    const command = new Deno.Command(Deno.execPath(), { args: ["run", ...flags, `${root}/script.ts`, `${root}/link`] });
    const { stdout, stderr } = await command.output();
    const [out = "", err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.ok(Number(out) > 3000, err);
  }),
);

Deno.test(
  "buildContext() says what cannot be read",
  withFolder(
    { "Dockerfile": "", "bad/Dockerfile": "", "bad/.dockerignore": "a[", "dir/Dockerfile/": "" },
    async (root) => {
      const fails = async (folder: string, dockerfile: string, message: string) => {
        await assert.rejects(filesIn("/").buildContext(folder, { dockerfile }), (error) => {
          assert.ok(error instanceof EngineError);
          assert.deepEqual([error.fault.kind, error.message.replaceAll(root, "")], ["context", message]);
          return true;
        });
      };
      await fails(`${root}/none`, "Dockerfile", 'Cannot read "/none": there is no such file or folder');
      await fails(`${root}/Dockerfile`, "x", 'Cannot build from "/Dockerfile": it is not a folder');
      await fails(root, "web.Dockerfile", 'Cannot read "/web.Dockerfile": there is no such file or folder');
      await fails(`${root}/dir`, "Dockerfile", 'Cannot build with the Dockerfile "/dir/Dockerfile": it is a folder');
      await fails(
        `${root}/bad`,
        "../Dockerfile",
        'Cannot build with the Dockerfile "../Dockerfile": it must be a file inside "/bad"',
      );
      await fails(`${root}/bad`, "Dockerfile", 'Cannot read "/bad/.dockerignore": "a[" is not a pattern');
    },
  ),
);

Deno.test(
  "buildContext() breaks off where a file vanishes or shrinks, and closes its files when nobody reads on",
  withFolder({ "Dockerfile": "", "later": "" }, async (root) => {
    await Deno.truncate(`${root}/Dockerfile`, 20_000_000);
    const begun = async () => {
      const { content } = await filesIn(root).buildContext(root, {});
      const reader = content.getReader();
      await reader.read();
      return reader;
    };
    await (await begun()).cancel();
    const vanishing = await begun();
    await Deno.remove(`${root}/later`);
    await assert.rejects(readOn(vanishing), /Cannot read ".*later": there is no such file or folder/);
    const shrinking = await begun();
    await Deno.truncate(`${root}/Dockerfile`, 100);
    await assert.rejects(readOn(shrinking), /Cannot send ".*Dockerfile": it became shorter while it was read/);
  }),
);

async function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

Deno.test(
  "buildContext() holds no large file in memory",
  withFolder({ "Dockerfile": "" }, async (root) => {
    await Deno.truncate(await create(`${root}/large`), 400_000_000);
    const { content } = await filesIn(root).buildContext(root, {});
    const before = Deno.memoryUsage().rss;
    let [bytes, peak] = [0, 0];
    for await (const chunk of content) {
      bytes += chunk.length;
      peak = Math.max(peak, Deno.memoryUsage().rss - before);
    }
    assert.ok(bytes > 400_000_000);
    assert.ok(peak < 150_000_000, `${peak} bytes more`);
  }),
);

async function create(path: string): Promise<string> {
  await Deno.writeTextFile(path, "");
  return path;
}

Deno.test(
  "buildContext() sends a Dockerfile that is given as text, and needs none in the folder",
  withFolder({ "a": "A", ".dockerignore": "b", "b": "B" }, async (root) => {
    const { content, dockerfile } = await filesIn(root).buildContext(root, { text: "FROM x" });
    const { entries } = await readEntries(content, { maxBytes: 1000, maxEntries: 10 });
    const texts = entries.map(({ name, content = new Uint8Array() }) => [name, new TextDecoder().decode(content)]);
    assert.deepEqual(texts, [[dockerfile, "FROM x"], [".dockerignore", "b"], ["a", "A"]]);
  }),
);
