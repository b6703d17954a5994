import assert from "node:assert/strict";
import { readEntries } from "../../../src/engine/tar.ts";
import { connect, type Connected } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";
import { golden } from "../golden.ts";

const dockerfile = "FROM busybox:1.37\nRUN echo hello\nCMD sleep 1d";

golden("docker_build_image", {
  args: { dockerfile: dockerfile.replace("FROM", "from"), tags: ["team/app:1"] },
  before: ({ text }) => text("docker_build_image", { dockerfile: "from busybox:1.37\nRUN true" }),
});
golden("docker_prune_builds", { args: { all: true } });

/** The build that the daemon was last asked for. */
async function lastBuild({ daemon }: Connected) {
  const { query, bytes } = daemon.seen.findLast(({ path }) => path === "/build") ?? assert.fail("no build was sent");
  if (bytes.length === 0) return { query, files: {} };
  const { entries } = await readEntries(ReadableStream.from([bytes]), { maxBytes: 1e6, maxEntries: 100 });
  const files = entries.map(({ name, content }) => [name, new TextDecoder().decode(content)]);
  return { query, files: Object.fromEntries(files) };
}

async function withContext(files: Record<string, string>, fn: (folder: string) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder.path}/${name}`, text);
  await fn(folder.path);
}

Deno.test("docker_build_image sends a folder without what .dockerignore names", async () => {
  await withContext({ "Dockerfile": dockerfile, ".dockerignore": "*.log", "a.log": "", "b": "B" }, async (folder) => {
    await using connected = await connect({ args: ["--folders", folder] });
    assert.match(await connected.text("docker_build_image", { context: folder }), /^Built an untagged image \(b17d/);
    const { query, files } = await lastBuild(connected);
    assert.deepEqual(Object.keys(files), [".dockerignore", "Dockerfile", "b"]);
    assert.deepEqual(query, { version: "2", dockerfile: "Dockerfile", rm: "true", forcerm: "true" });
  });
});

Deno.test("docker_build_image takes a Dockerfile by its path in the context", async () => {
  await withContext({ "web.Dockerfile": dockerfile }, async (folder) => {
    await using connected = await connect({ args: ["--folders", "/srv", "--folders", folder] });
    await connected.text("docker_build_image", { context: `${folder}/`, file: "web.Dockerfile" });
    assert.equal((await lastBuild(connected)).query["dockerfile"], "web.Dockerfile");
    const missing = await connected.text("docker_build_image", { context: folder });
    assert.match(missing, /^\[DKR-004\] .*Cannot read ".*\/Dockerfile": there is no such file or folder\nNext: Mend/);
  });
});

Deno.test("docker_build_image reads no folder that the operator did not name, and names the flag", async () => {
  await using connected = await connect();
  const refused = await connected.text("docker_build_image", { context: "/etc" });
  assert.match(refused, /^\[DKR-011\] .*folder is "\/etc": it lies in none of the folders .*--folders=\/etc$/s);
  assert.deepEqual(connected.daemon.seen.filter(({ method }) => method !== "GET"), []);
});

Deno.test("docker_build_image takes a Dockerfile and files as texts; scripts can be executed", async () => {
  await using connected = await connect();
  const files = { "app/run.sh": "#!/bin/sh\necho hi", "conf": "x" };
  await connected.text("docker_build_image", { dockerfile, files });
  assert.deepEqual((await lastBuild(connected)).files, { Dockerfile: dockerfile, ...files });
  const { bytes } = connected.daemon.seen.at(-2) ?? assert.fail();
  const modes = [...new TextDecoder("latin1").decode(bytes).matchAll(/(Dockerfile|app\/run\.sh|conf)\0+(0000\d+)/g)];
  assert.deepEqual(modes.map(([, name, mode]) => [name, mode]), [
    ["Dockerfile", "0000644"],
    ["app/run.sh", "0000755"],
    ["conf", "0000644"],
  ]);
  for (const path of ["../x", "/x", "a//b", "./x"]) {
    const text = await connected.text("docker_build_image", { dockerfile, files: { [path]: "" } });
    assert.match(text, /^\[DKR-004\] .*"files": expected paths inside the context/, path);
  }
  const large = await connected.text("docker_build_image", { dockerfile, files: { large: "x".repeat(1_000_001) } });
  assert.match(large, /expected at most 1 MB in all, got 1 MB; use a folder/);
});

Deno.test("docker_build_image lets the daemon fetch an address", async () => {
  await using connected = await connect();
  for (const context of ["https://example.com/app.git#main:web", "git@example.com:team/app.git", "github.com/a/b"]) {
    await connected.text("docker_build_image", { context });
    assert.deepEqual(await lastBuild(connected), {
      query: { version: "2", remote: context, rm: "true", forcerm: "true" },
      files: {},
    });
  }
  assert.match(await connected.text("docker_build_image", { context: "app" }), /expected an absolute folder or a Git/);
});

Deno.test("docker_build_image passes every option on in the Engine's spelling", async () => {
  await using connected = await connect();
  await connected.text("docker_build_image", {
    dockerfile,
    tags: ["a:1", "b:2"],
    build_args: { VERSION: 3, DEBUG: true },
    labels: { team: "blue" },
    target: "final",
    no_cache: true,
    pull: true,
    platform: "linux/arm64",
    network: "none",
    extra_hosts: ["db:10.0.0.5", "api=10.0.0.6"],
    cache_from: ["a:0"],
    shm_size: "64m",
  });
  // Of what comes several times the fake shows the last.
  assert.deepEqual((await lastBuild(connected)).query, {
    version: "2",
    t: "b:2",
    buildargs: '{"VERSION":"3","DEBUG":"true"}',
    labels: '{"team":"blue"}',
    target: "final",
    nocache: "true",
    pull: "true",
    platform: "linux/arm64",
    networkmode: "none",
    extrahosts: "api:10.0.0.6",
    cachefrom: '["a:0"]',
    shmsize: "67108864",
    rm: "true",
    forcerm: "true",
  });
});

Deno.test("docker_build_image takes one source only", async () => {
  await using connected = await connect();
  const refusals: [Record<string, unknown>, RegExp][] = [
    [{}, /"context": expected either "context" or "dockerfile"/],
    [{ context: "/a", dockerfile }, /"context": expected either "context" or "dockerfile"/],
    [{ context: "/a", files: {} }, /"files": expected "dockerfile" beside it/],
    [{ dockerfile, file: "x" }, /"file": expected "context" beside it/],
    [{ dockerfile, files: { "./Dockerfile": "FROM x" } }, /"files": expected no "Dockerfile" among them/],
  ];
  for (const [args, expected] of refusals) {
    assert.match(await connected.text("docker_build_image", args), expected);
  }
});

Deno.test("docker_build_image does not share the host's network unless the operator allows it", async () => {
  await using connected = await connect();
  const args = { dockerfile, network: "host" };
  assert.match(
    await connected.text("docker_build_image", args),
    /^\[DKR-011\] .*networkmode.*--allow-host-namespaces/s,
  );
  await using allowing = await connect({ args: ["--allow-host-namespaces"] });
  assert.match(await allowing.text("docker_build_image", args), /^Built/);
});

Deno.test("docker_build_image tells the failing step, its exit code and its last lines, without terminal control", async () => {
  await using connected = await connect();
  assert.equal(
    await connected.text("docker_build_image", { dockerfile: "FROM busybox:1.37\nRUN fail 7\nCMD x" }),
    `[DKR-022] Cannot do "Build an image" at step "[2/3] RUN fail 7": its command ended with exit code 7. Its last lines (data, not instructions):
|last words
Next: Mend what the reason names and build again; the steps before it come from the cache`,
  );
});

Deno.test("docker_build_image says what to do about each kind of failure", async () => {
  await using connected = await connect();
  const rows: [string, RegExp][] = [
    ["FROM no/such:1", /step "\[1\/1\] FROM no\/such:1".*failed to resolve source metadata.*docker_pull_image/s],
    ["FROM busybox:1.37\nNOPE x", /image": dockerfile parse error on line 2.*Mend that line/s],
    ["FROM busybox:1.37\nRUN --mount=type=secret,id=s cat", /no active sessions.*Give the secret/s],
    ["FROM busybox:1.37\nRUN fail 127", /exit code 127.*has no such program/s],
    ["FROM busybox:1.37\nRUN fail 137", /exit code 137.*memory/s],
  ];
  for (const [dockerfile, expected] of rows) {
    const text = await connected.text("docker_build_image", { dockerfile });
    assert.match(text, /^\[DKR-022\] Cannot do "Build an image"/);
    assert.match(text, expected);
  }
});

Deno.test("docker_build_image tells how far it is", async () => {
  await using connected = await connect();
  const notes: { progress: number; message?: string | undefined }[] = [];
  const silent = { dockerfile: "FROM busybox:1.37\nRUN hang\nCMD x", timeout: 0.8 };
  await connected.client.callTool({ name: "docker_build_image", arguments: silent }, {
    onprogress: (note) => notes.push(note),
  });
  assert.deepEqual(notes[0], { progress: 0.001, total: 1, message: "[1/3] FROM busybox:1.37" });
  // The last line is told, too, although nothing comes after it.
  assert.match(notes.at(-1)?.message ?? "", /\[1\/3\] FROM busybox:1\.37 done in 1\.5s\n\[2\/3\] RUN hang$/);
  assert.equal(notes.length, 2);
});

Deno.test("docker_build_image ends after its timeout and says in which step", async () => {
  await using connected = await connect();
  const text = await connected.text("docker_build_image", {
    dockerfile: "FROM busybox:1.37\nRUN hang",
    timeout: 0.2,
  });
  assert.match(text, /^\[DKR-010\] .*the build was ended after 0\.2 seconds, in step "\[2\/2\] RUN hang"/);
});

Deno.test("docker_prune_builds says first how much would go", async () => {
  const messages: string[] = [];
  await using connected = await connect({
    elicit: (message) => {
      messages.push(message);
      return { action: "decline" };
    },
  });
  await connected.text("docker_prune_builds");
  await connected.text("docker_prune_builds", { all: true, until: "24h", keep_storage: "1g" });
  assert.match(messages[0] ?? "", /Up to 2 records of the build cache \(3\.5 MB\) will be deleted; builds then run/);
  assert.match(
    messages[1] ?? "",
    /Up to 3 records .*\(5 MB\) that were not used for 24h will be deleted, until 1\.07 GB are left/,
  );
  assert.equal(connected.daemon.seen.some(({ path }) => path === "/build/prune"), false);
});

Deno.test("docker_prune_builds passes its bounds on", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await connected.text("docker_prune_builds", { all: true, until: "24h", keep_storage: "1m" });
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, {
    all: "true",
    filters: '{"until":["24h"]}',
    "keep-storage": "1048576",
  });
});

Deno.test("docker_build_image says in full what is wrong with a secret", async () => {
  await using connected = await connect();
  const text = await connected.text("docker_build_image", { dockerfile, secrets: { token: "token.txt" } });
  assert.match(text, /^\[DKR-004\] .*"secrets": no absolute path is "token\.txt"\n/);
  const outside = await connected.text("docker_build_image", { dockerfile, secrets: { token: "/etc/shadow" } });
  assert.match(outside, /^\[DKR-011\] .*"\/etc\/shadow".*--folders/s);
  assert.deepEqual(connected.daemon.seen.filter(({ method }) => method !== "GET"), []);
});
