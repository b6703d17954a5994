import assert from "node:assert/strict";
import { temporaryFolder } from "../temporary.ts";
import { engineAnswers, mustAskEngine } from "./engine_api.ts";
import { execInContainer, removeContainer, startContainer, startedAt } from "./engine_containers.ts";
import { privateTest, startOwnEngine } from "./live.ts";
import { startPrivateEngine } from "./private_engine.ts";
import { findTraces, noTraces, processTree } from "./private_engine_traces.ts";
import { copyTestImage } from "./test_image.ts";

privateTest(
  "a private engine runs a container, commands in it, and answers on its published port",
  async (engine, image) => {
    const id = await startContainer(engine.host, {
      Image: image,
      Cmd: ["httpd", "-f", "-p", "80", "-h", "/www"],
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] } },
    });
    assert.equal(await execInContainer(engine.host, id, ["cat", "/www/index.html"]), "hello from busybox\r\n");
    assert.match(await getInside(engine.pid(), 8080), /^HTTP\/1\.. 200 OK\r\n[^]*\r\n\r\nhello from busybox\n$/);
    await removeContainer(engine.host, id);
  },
);

privateTest(
  "a container outlives the daemon that is killed, and the daemon that follows finds it",
  async (engine, image) => {
    const id = await startContainer(engine.host, { Image: image, Cmd: ["sleep", "600"] });
    const before = await startedAt(engine.host, id);
    const daemon = engine.pid();
    await engine.kill();
    assert.equal(await engineAnswers(engine.host, 1000), false);
    await engine.up();
    assert.notEqual(engine.pid(), daemon);
    assert.deepEqual(await startedAt(engine.host, id), before);
    assert.equal(before.running, true);
    assert.equal(await execInContainer(engine.host, id, ["echo", "still here"]), "still here\r\n");
    await removeContainer(engine.host, id);
  },
);

privateTest("a paused daemon does not answer until it is resumed", async (engine) => {
  await engine.pause();
  assert.equal(await engineAnswers(engine.host, 300), false);
  engine.resume();
  assert.equal(await engineAnswers(engine.host, 10_000), true);
});

privateTest("stop takes down processes, mounts, cgroups and folder, also of a paused daemon", async (shared, image) => {
  const engine = await startOwnEngine();
  await copyTestImage(shared.host, engine.host);
  await startContainer(engine.host, { Image: image, Cmd: ["sleep", "600"] });
  const processes = await processTree(engine.pid());
  const running = await findTraces(engine.folder, processes);
  await engine.pause();
  await engine.stop();
  await engine.stop();

  assert.deepEqual(await findTraces(engine.folder, processes), noTraces);
  // Holder, reader, dockerd, containerd, shim and sleep at least: the search does find what is there.
  assert.ok(running.processes.length >= 6 && running.processes.includes(engine.pid()), `${running.processes}`);
  assert.ok(running.mounts.length > 0 && running.folder);
  // Podman's have the names of its containers.
  assert.ok(running.cgroups.length > 0 || engine.programs.kind?.startsWith("podman"));
});

privateTest("an engine goes down when its creator is killed", async () => {
  const code = `import { startOwnEngine } from "${import.meta.resolve("./live.ts")}";
    const engine = await startOwnEngine();
    console.log(JSON.stringify({ pid: engine.pid(), folder: engine.folder }));
    setInterval(() => {}, 1000);`;
  const creator = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" }).spawn();
  const reader = creator.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { pid, folder } = JSON.parse((await reader.read()).value ?? "");
  const processes = await processTree(pid);
  assert.ok(processes.includes(pid));
  creator.kill("SIGKILL");
  await creator.status;
  await reader.cancel();
  await untilGone(folder);
  assert.deepEqual(await findTraces(folder, processes), noTraces);
});

privateTest("a daemon that cannot start is told with the end of its log, and leaves nothing", async (shared) => {
  using bin = temporaryFolder();
  for (const daemon of ["dockerd", "podman"]) {
    await Deno.writeTextFile(`${bin.path}/${daemon}`, "#!/bin/sh\necho no daemon today\n", { mode: 0o755 });
  }
  const programs = { ...shared.programs, path: `${bin.path}:${shared.programs.path}` };
  const error = await startPrivateEngine({ programs }).then(() => undefined, (error) => error);
  assert.match(String(error), /^Error: Cannot start a private engine in "[^"]+": it ended\nno daemon today\n$/);
  const folder = /"([^"]+)"/.exec(String(error))?.[1] ?? "";
  assert.deepEqual(await findTraces(folder, []), noTraces);
});

privateTest("two engines side by side do not see each other", async (first, image) => {
  const second = await startOwnEngine();
  try {
    const id = await startContainer(first.host, { Image: image, Cmd: ["sleep", "600"] });
    const { text } = await mustAskEngine(second.host, { path: "/containers/json?all=1" });
    assert.deepEqual(JSON.parse(text), []);
    await removeContainer(first.host, id);
  } finally {
    await second.stop();
  }
  assert.equal(await engineAnswers(first.host, 10_000), true);
});

/** `GET /` in the network of a process, asked again while the server is not listening yet. */
async function getInside(pid: number, port: number): Promise<string> {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  const args = ["--target", `${pid}`, "--net", "bash", "-c", script];
  // Podman may take ten seconds to publish a port.
  for (let tries = 0; tries < 300; tries++) {
    const { stdout } = await new Deno.Command("nsenter", { args }).output();
    if (stdout.length > 0) return new TextDecoder().decode(stdout);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return "";
}

/** The folder is the last thing to go. Half a minute is for machines under heavy load. */
async function untilGone(folder: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await findTraces(folder, [])).folder) {
    if (Date.now() > deadline) throw new Error(`Cannot go on: the folder "${folder}" is still there after 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
