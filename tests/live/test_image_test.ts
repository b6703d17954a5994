import assert from "node:assert/strict";
import { askEngine, mustAskEngine } from "./engine_api.ts";
import { execInContainer, removeContainer, startContainer } from "./engine_containers.ts";
import { privateTest } from "./live.ts";
import { findProgram } from "./private_engine_programs.ts";
import { buildImage, ensureTestImage, isStatic, testImage } from "./test_image.ts";

privateTest("the test image has a shell, applets, a web page and two users", async (engine, image) => {
  assert.equal(image, testImage);
  await examine(engine.host);
});

privateTest("the test image is made once, and again when it was removed", async (engine) => {
  const first = await inspectImage(engine.host);
  await ensureTestImage(engine.host);
  assert.equal(await inspectImage(engine.host), first);
  await removeImage(engine.host, testImage);
  await ensureTestImage(engine.host);
  await examine(engine.host);
});

privateTest("where busybox comes as an image, the test image is built on it", async (engine) => {
  await mustAskEngine(engine.host, { method: "POST", path: `/images/${testImage}/tag?repo=busybox&tag=1.37` });
  await removeImage(engine.host, testImage);
  await buildImage(engine.host, "busybox:1.37");
  await examine(engine.host);
});

privateTest("a build that fails says why", async (engine) => {
  const base = `${testImage}\nRUN echo so wrong && exit 3`;
  await assert.rejects(
    buildImage(engine.host, base),
    /^Error: Cannot build the test image .*(returned a non-zero code|exit status):? 3/s,
  );
});

Deno.test("a program with an interpreter is not static", { ignore: Deno.build.os !== "linux" }, async () => {
  const shell = await findProgram("bash");
  assert.equal(isStatic(await Deno.readFile(shell ?? "")), false);
  assert.equal(isStatic(new TextEncoder().encode("#!/bin/sh\n")), false);
});

/** Everything that tests may expect of the image. */
async function examine(host: string): Promise<void> {
  const id = await startContainer(host, { Image: testImage, OpenStdin: true, Tty: true, Cmd: null });
  const run = (...command: string[]) => execInContainer(host, id, command);
  try {
    assert.equal(await run("sh", "-c", "echo $PATH; whoami; readlink /proc/1/exe"), "/bin\r\nroot\r\n/bin/busybox\r\n");
    assert.equal(await run("cat", "/www/index.html"), "hello from busybox\r\n");
    assert.equal(
      await run("sh", "-c", "httpd -h /www -p 8000 && wget -qO- http://127.0.0.1:8000/"),
      "hello from busybox\r\n",
    );
    assert.equal(await run("su", "nobody", "-c", "whoami && touch /tmp/mine && ls /tmp"), "nobody\r\nmine\r\n");
  } finally {
    await removeContainer(host, id);
  }
}

async function inspectImage(host: string): Promise<string> {
  return (await mustAskEngine(host, { path: `/images/${testImage}/json` })).text;
}

async function removeImage(host: string, name: string): Promise<void> {
  await mustAskEngine(host, { method: "DELETE", path: `/images/${name}?force=1` });
  assert.equal((await askEngine(host, { path: `/images/${name}/json` })).status, 404);
}
