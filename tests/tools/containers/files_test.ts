import assert from "node:assert/strict";
import { readEntries } from "../../../src/engine/tar.ts";
import { connect } from "../../connect.ts";
import { golden, running } from "../golden.ts";

golden("docker_copy_to_container", {
  args: { container: "web", path: "/etc/motd", content: "hello\n" },
  before: running,
});
golden("docker_copy_from_container", { args: { container: "web", path: "/etc/hostname" }, before: running });

Deno.test("docker_copy_to_container sends a tar of the one file, with its mode and owner", async () => {
  await using connected = await connect();
  await running(connected);
  const args = { container: "web", path: "/etc/run.sh", content: "aGkhCg==", encoding: "base64", mode: "0755" };
  await connected.text("docker_copy_to_container", { ...args, uid: 1000, gid: 1000 });
  const { query, bytes } = connected.daemon.seen.at(-1) ?? {};
  assert.deepEqual(query, { path: "/etc", noOverwriteDirNonDir: "true" });
  const { entries } = await readEntries(ReadableStream.from([bytes ?? new Uint8Array()]), {
    maxBytes: 100,
    maxEntries: 9,
  });
  assert.deepEqual(entries.map(({ name, content }) => [name, new TextDecoder().decode(content)]), [[
    "run.sh",
    "hi!\n",
  ]]);
  const header = new TextDecoder().decode(bytes?.subarray(100, 124)).replaceAll("\0", " ");
  assert.match(header, /0*755 +0*1750 +0*1750/);
});

Deno.test("docker_copy_to_container writes where a link leads to, and says so", async () => {
  await using connected = await connect();
  await running(connected);
  connected.daemon.container("web").links.set("/etc/link", "/srv/real.conf");
  const args = { container: "web", path: "/etc/link", content: "hi" };
  assert.equal(await connected.text("docker_copy_to_container", args), "Wrote 2 B to /srv/real.conf.");
  const { query, bytes } = connected.daemon.seen.at(-1) ?? {};
  assert.deepEqual([query?.["path"], new TextDecoder().decode(bytes?.subarray(0, 10))], ["/srv", "real.conf\0"]);
});

Deno.test("docker_copy_to_container refuses what it cannot write, and nothing is sent", async () => {
  await using connected = await connect();
  await running(connected);
  const before = connected.daemon.seen.length;
  const table: [Record<string, unknown>, string][] = [
    [{ path: "etc/motd" }, '"path": expected an absolute path in the container'],
    [{ path: "/etc/" }, '"path": expected a file, got "/etc/"'],
    [{ path: "/etc/.." }, '"path": expected a file, got "/etc/.."'],
    [{ mode: "rwx" }, '"mode": expected an octal mode like 0644'],
    [{ content: "***", encoding: "base64" }, '"content": expected base64, as encoding says'],
    [{ content: "x".repeat(1_000_001) }, '"content": expected at most 1 MB, got 1 MB'],
  ];
  for (const [args, why] of table) {
    const all = { container: "web", path: "/etc/motd", content: "hello", ...args };
    const text = await connected.text("docker_copy_to_container", all);
    assert.ok(text.startsWith("[DKR-004]") && text.includes(why), text.slice(0, 300));
  }
  assert.equal(connected.daemon.seen.length, before);
});

Deno.test("docker_copy_to_container writes nothing where a mount in memory would hide it", async () => {
  await using connected = await connect();
  await running(connected);
  const web = connected.daemon.container("web");
  web.HostConfig.Tmpfs = { "/run/": "size=1m" };
  web.mounts = [
    { Type: "tmpfs", Source: "", Destination: "/cache", Mode: "", RW: true },
    { Type: "bind", Source: "/srv/keys", Destination: "/run/keys", Mode: "", RW: true },
  ];
  const write = (path: string) =>
    connected.text("docker_copy_to_container", { container: "web", path, content: "hello" });
  const hidden = { "/run/a": "/run", "/cache//deep/../a": "/cache", "/dev/shm/a": "/dev", "/proc/a": "/proc" };
  for (const [path, mount] of Object.entries(hidden)) {
    const text = await write(path);
    assert.ok(text.startsWith(`[DKR-004]`) && text.includes(`copies do not reach "${mount}"`), text);
  }
  for (const path of ["/run/keys/a", "/running", "/run/../etc/a"]) assert.match(await write(path), /^Wrote 5 B/);
});

Deno.test("docker_copy_from_container gives text as text, other content only when asked, and marks what it cut", async () => {
  await using connected = await connect();
  await running(connected);
  const { files } = connected.daemon.container("web");
  files.set("/bin/tool", new Uint8Array([0, 159, 146, 150]));
  files.set("/var/big", new TextEncoder().encode("ä".repeat(30_000)));
  const read = async (path: string, args = {}) => {
    const { structuredContent } = await connected.client.callTool({
      name: "docker_copy_from_container",
      arguments: { container: "web", path, ...args },
    });
    return JSON.parse(JSON.stringify(structuredContent));
  };
  assert.deepEqual((await read("/bin/tool")).files, [{ path: "tool", type: "file", bytes: 4 }]);
  assert.equal((await read("/bin/tool", { base64: true })).files[0].base64, "AJ+Slg==");
  const big = await read("/var/big");
  assert.equal(big.complete, false);
  assert.deepEqual({ ...big.files[0], content: big.files[0].content.length }, {
    path: "big",
    type: "file",
    bytes: 60_000,
    content: 20_000,
    truncated: true,
  });
  assert.match(
    await connected.text("docker_copy_from_container", { container: "web", path: "/nowhere" }),
    /^\[DKR-009\] .*Could not find the file \/nowhere/,
  );
});
