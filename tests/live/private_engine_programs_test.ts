import assert from "node:assert/strict";
import { temporaryFolder } from "../temporary.ts";
import { execInContainer, startContainer } from "./engine_containers.ts";
import { privateTest } from "./live.ts";
import { startPrivateEngine } from "./private_engine.ts";
import { findProgram, unpackedPrograms, unpackPrograms } from "./private_engine_programs.ts";
import { processTree } from "./private_engine_traces.ts";
import { ensureTestImage } from "./test_image.ts";

const register = await findProgram("apt-get") === undefined ? Deno.test.ignore : privateTest;

register("an engine runs on programs unpacked from Debian packages, where none are installed", async () => {
  using folder = temporaryFolder();
  const programs = await unpackPrograms(`${folder.path}/programs`, { status: await statusWithoutDocker(folder.path) });
  const engine = await startPrivateEngine({ programs });
  try {
    const image = await ensureTestImage(engine.host, { path: programs.path });
    const id = await startContainer(engine.host, { Image: image, Cmd: ["sleep", "600"] });
    assert.equal(await execInContainer(engine.host, id, ["id", "-u"]), "0\r\n");
    assert.deepEqual(await programsOf(engine.pid(), folder.path), ["containerd", "containerd-shim", "dockerd"]);
  } finally {
    await engine.stop();
  }
  assert.equal(await findProgram("iptables", programs.path), `${folder.path}/programs/usr/sbin/iptables`);
});

Deno.test("a program is found in the first folder of the path that has it", async () => {
  using folder = temporaryFolder();
  await Deno.mkdir(`${folder.path}/late`);
  await Deno.writeTextFile(`${folder.path}/late/tool`, "");
  assert.equal(await findProgram("tool", `${folder.path}:${folder.path}/late`), `${folder.path}/late/tool`);
  await Deno.writeTextFile(`${folder.path}/tool`, "");
  assert.equal(await findProgram("tool", `${folder.path}:${folder.path}/late`), `${folder.path}/tool`);
  assert.equal(await findProgram("other", `${folder.path}:${folder.path}/late`), undefined);
});

Deno.test("unpacked programs know the kind of their engine, where they are a root of its own", async () => {
  using folder = temporaryFolder();
  assert.equal((await unpackedPrograms(folder.path)).kind, undefined);
  await Deno.writeTextFile(`${folder.path}/engine_kind`, "podman-5");
  const { kind, path } = await unpackedPrograms(folder.path);
  assert.deepEqual([kind, path], ["podman-5", `${folder.path}/usr/sbin:${folder.path}/usr/bin`]);
});

/** What dpkg would know on this machine without Docker, and without what depends on it. */
async function statusWithoutDocker(folder: string): Promise<string> {
  const removed = new Set(["docker.io", "containerd", "containerd.io", "runc", "tini", "iptables"]);
  let stanzas = (await Deno.readTextFile("/var/lib/dpkg/status")).split("\n\n");
  for (let before = Infinity; stanzas.length < before;) {
    before = stanzas.length;
    stanzas = stanzas.filter((stanza) => {
      const name = /^Package: (.+)$/m.exec(stanza)?.[1] ?? "";
      const needs = /^Depends: (.+)$/m.exec(stanza)?.[1]?.split(", ").map((one) => one.split(/[ :]/)[0] ?? "") ?? [];
      if (needs.some((one) => removed.has(one))) removed.add(name);
      return !removed.has(name);
    });
  }
  await Deno.writeTextFile(`${folder}/status`, stanzas.join("\n\n"));
  return `${folder}/status`;
}

/** The names of the programs from `folder` that the daemon and its children run. */
async function programsOf(daemon: number, folder: string): Promise<string[]> {
  const names = new Set<string>();
  for (const pid of await processTree(daemon)) {
    const program = await Deno.readLink(`/proc/${pid}/exe`).catch(() => "");
    if (program.startsWith(folder)) names.add(program.slice(program.lastIndexOf("/") + 1).replace(/-runc-v2$/, ""));
  }
  return [...names].sort();
}
