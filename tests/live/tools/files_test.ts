import assert from "node:assert/strict";
import { type Args, at, type Scene, sceneTest } from "./scene.ts";

/** A container and a way to read from it. */
async function box(s: Scene) {
  const container = await s.run("box");
  return {
    container,
    write: (args: Args) => s.data("docker_copy_to_container", { container, ...args }),
    read: (args: Args) => s.data("docker_copy_from_container", { container, ...args }),
  };
}

sceneTest("docker_copy_to_container writes text as it is, root's and readable by all", async (s) => {
  const { container, write, read } = await box(s);
  const content = "Grüße\nzwei\r\n\ttab 🐳";
  const bytes = new TextEncoder().encode(content).length;
  assert.deepEqual(await write({ path: "/tmp/note.txt", content }), { path: "/tmp/note.txt", bytes });
  assert.equal(await s.sh(container, "cat /tmp/note.txt"), "Grüße\nzwei\n\ttab 🐳");
  assert.equal(await s.sh(container, "stat -c '%a %u %g %s' /tmp/note.txt"), `644 0 0 ${bytes}\n`);
  assert.deepEqual(await read({ path: "/tmp/note.txt" }), {
    files: [{ path: "note.txt", type: "file", bytes, content }],
    complete: true,
  });
  await write({ path: "/tmp/note.txt", content: "" });
  assert.equal(await s.sh(container, "stat -c %s /tmp/note.txt"), "0\n");
});

sceneTest("docker_copy_to_container writes bytes, with the mode and the owner that are asked for", async (s) => {
  const { container, write, read } = await box(s);
  const all = new Uint8Array(Array.from({ length: 256 }, (_, i) => i));
  const base64 = all.toBase64();
  const owner = { mode: "4750", uid: 1234, gid: 5678 };
  await write({ path: "/root/tool", content: base64, encoding: "base64", ...owner });
  assert.equal(await s.sh(container, "stat -c '%a %u %g %s' /root/tool"), "4750 1234 5678 256\n");
  const { files } = await read({ path: "/root/tool", base64: true });
  assert.deepEqual(files, [{ path: "tool", type: "file", bytes: 256, base64 }]);
  assert.deepEqual((await read({ path: "/root/tool" })).files, [{ path: "tool", type: "file", bytes: 256 }]);
  const text = await s.text("docker_copy_from_container", { container, path: "/root/tool" });
  assert.equal(text, "--- tool (binary, 256 B)");
});

sceneTest(
  "docker_copy_to_container writes where a link leads to, as docker cp does, and leaves the link",
  async (s) => {
    const { container, write } = await box(s);
    await s.sh(
      container,
      "mkdir -p /d/real; echo old > /d/target; cd /d; ln -s target link; ln -s /d/link twice; ln -s real folder",
    );
    for (const [path, content] of [["/d/link", "one"], ["/d/twice", "two"]] as const) {
      assert.deepEqual(await write({ path, content }), { path: "/d/target", bytes: 3 });
      assert.equal(
        await s.sh(container, "cat /d/target; readlink /d/link; readlink /d/twice"),
        `${content}target\n/d/link\n`,
      );
    }
    await write({ path: "/d/folder/a", content: "a" });
    assert.equal(await s.sh(container, "cat /d/real/a"), "a");
    await s.fails("DKR-004", "docker_copy_to_container", { container, path: "/d/folder", content: "x" });
    assert.equal(await s.sh(container, "readlink /d/folder"), "real\n");
  },
);

sceneTest("docker_copy_to_container explains a folder that is not there, and refuses what is no file", async (s) => {
  const { container, write } = await box(s);
  const to = (args: Args) => ["docker_copy_to_container", { container, ...args }] as const;
  const missing = await s.fails("DKR-009", ...to({ path: "/no/such/folder/x", content: "x" }));
  assert.match(missing, /\/no\/such\/folder/);
  const wrong: [Args, RegExp][] = [
    [{ path: "relative", content: "x" }, /"path": expected an absolute path in the container/],
    [{ path: "/tmp/", content: "x" }, /"path": expected a file, got "\/tmp\/"/],
    [{ path: "/tmp/..", content: "x" }, /"path": expected a file/],
    [{ path: "/tmp/x", content: "x".repeat(1_000_001) }, /"content": expected at most 1 MB/],
    [{ path: "/tmp/x", content: "not base64!", encoding: "base64" }, /"content": expected base64/],
    [{ path: "/tmp/x", content: "x", mode: "rwx" }, /"mode": expected an octal mode like 0644/],
  ];
  for (const [args, says] of wrong) assert.match(await s.fails("DKR-004", ...to(args)), says);
  assert.equal(await s.sh(container, "ls /tmp"), "");
  await write({ path: "/tmp/x", content: "x".repeat(1_000_000) });
  assert.equal(await s.sh(container, "stat -c %s /tmp/x"), "1000000\n");
});

sceneTest(
  "what docker_copy_to_container has written is there, or it says that it cannot reach the place",
  async (s) => {
    const container = await s.run("memory", { tmpfs: ["/run"], volumes: [`${s.prefix}-keys:/run/keys`] });
    for (const path of ["/run/a", "/dev/shm/a", "/run/keys/a"]) {
      const told = await s.call("docker_copy_to_container", { container, path, content: "hello" });
      if (told.failed) assert.match(told.text, /^\[DKR-004\].*copies do not reach "\/(run|dev)"/);
      else assert.equal(await s.sh(container, `cat ${path}`), "hello");
      assert.ok(!told.failed || path !== "/run/keys/a");
    }
  },
);

sceneTest(
  "docker_copy_to_container writes into a container that has never run, and one on a read-only disk is told",
  async (s) => {
    const made = await s.create("made", { command: ["cat", "/greeting"] });
    await s.data("docker_copy_to_container", { container: made, path: "/greeting", content: "hello\n" });
    await s.data("docker_start_container", { container: made });
    await s.data("docker_wait_container", { container: made });
    assert.equal((await s.data("docker_container_logs", { container: made })).log, "hello");
    const fixed = await s.run("fixed", { read_only: true });
    const told = await s.call("docker_copy_to_container", { container: fixed, path: "/tmp/x", content: "x" });
    assert.equal(told.failed, true);
    assert.match(told.text, /read-only/);
  },
);

sceneTest("docker_copy_from_container reads a folder: files, folders and symbolic links", async (s) => {
  const { container, read } = await box(s);
  await s.sh(container, "mkdir -p /srv/in/empty && cd /srv && echo one > 1.txt && printf '\\0' > in/zero");
  await s.sh(container, "ln -s ../1.txt /srv/in/link && ln -s /nowhere /srv/broken");
  const { files, complete } = await read({ path: "/srv" });
  assert.ok(Array.isArray(files));
  const sorted = files.toSorted((a: unknown, b: unknown) => String(at(a, "path")) < String(at(b, "path")) ? -1 : 1);
  assert.deepEqual([sorted, complete], [[
    { path: "srv/", type: "directory", bytes: 0 },
    { path: "srv/1.txt", type: "file", bytes: 4, content: "one\n" },
    { path: "srv/broken", type: "symlink", bytes: 0, link_target: "/nowhere" },
    { path: "srv/in/", type: "directory", bytes: 0 },
    { path: "srv/in/empty/", type: "directory", bytes: 0 },
    { path: "srv/in/link", type: "symlink", bytes: 0, link_target: "../1.txt" },
    { path: "srv/in/zero", type: "file", bytes: 1 },
  ], true]);
  const text = await s.text("docker_copy_from_container", { container, path: "/srv/broken" });
  assert.equal(text, "--- broken (symlink to /nowhere)");
  const inside = await read({ path: "/srv/1.txt/../in/zero", base64: true });
  assert.deepEqual(inside.files, [{ path: "zero", type: "file", bytes: 1, base64: "AA==" }]);
});

sceneTest("docker_copy_from_container keeps to its bounds, and says that something is left out", async (s) => {
  const { container, read } = await box(s);
  await s.sh(container, "mkdir /many /big && cd /many && for i in $(seq 300); do echo $i > $i; done");
  await s.sh(container, "cd /big && yes 0123456789 | head -c 100000000 > file");
  const many = await read({ path: "/many" });
  assert.ok(Array.isArray(many.files));
  assert.deepEqual([many.files.length, many.complete], [200, false]);
  const big = await s.call("docker_copy_from_container", { container, path: "/big/file" });
  const expected = "0123456789\n".repeat(4000).slice(0, 40_000);
  assert.deepEqual(big.data, {
    files: [{ path: "file", type: "file", bytes: 100_000_000, content: expected, truncated: true }],
    complete: false,
  });
  assert.match(big.text, /\n\[Cut after 1 entry; name a path further down\]$/);
});

sceneTest("docker_copy_from_container cuts text between characters, never within one", async (s) => {
  const { container, read } = await box(s);
  await s.sh(container, "printf 'x' > /umlauts && yes 'ü' | tr -d '\\n' | head -c 50000 >> /umlauts");
  const { files } = await read({ path: "/umlauts" });
  assert.equal(at(files, 0, "content"), `x${"ü".repeat(19_999)}`);
});

sceneTest(
  "docker_copy_to_container says that a folder does not become a file, and that nothing lies below one",
  async (s) => {
    const container = await s.run("web");
    for (const path of ["/etc", "/etc/hosts/x"]) {
      const told = await s.fails("DKR-004", "docker_copy_to_container", { container, path, content: "x" });
      assert.match(told, /\nNext: Check the path/, path);
    }
  },
);

sceneTest("docker_copy_from_container explains a file that is not there", async (s) => {
  const { container } = await box(s);
  const told = await s.fails("DKR-009", "docker_copy_from_container", { container, path: "/etc/no-such-file" });
  assert.match(told, /\/etc\/no-such-file/);
});

sceneTest("docker_copy_from_container hides secrets that a file holds", async (s) => {
  const { container, write } = await box(s);
  await write({ path: "/tmp/.env", content: "MODE=test\nDB_PASSWORD=hunter2-secret\n" });
  const { text, data } = await s.call("docker_copy_from_container", { container, path: "/tmp/.env" });
  assert.equal(at(data, "files", 0, "content"), "MODE=test\nDB_PASSWORD=[redacted]\n");
  assert.doesNotMatch(text, /hunter2/);
});
