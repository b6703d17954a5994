import assert from "node:assert/strict";
import { temporaryFolder } from "../temporary.ts";
import { engineAnswers } from "./engine_api.ts";
import { liveTest, privateTest } from "./live.ts";

const nowhere = "unix:///nonexistent/docker.sock";
/** Prints the variables a test would see, whether the engine answers, and leaves with 7. */
const look = `import { engineAnswers } from "${import.meta.resolve("./engine_api.ts")}";
  const env = Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => /^DOCKER_/.test(name)));
  const host = env.DOCKER_HOST ?? "";
  console.log(JSON.stringify({ ...env, answers: await engineAnswers(host, 10_000).catch(() => false) }));
  Deno.exit(7);`;

privateTest("with_engine --private runs the command on an engine of its own and gives back its exit code", async () => {
  const { code, seen, stderr } = await withEngine(["--private", "deno", "eval", look], {});
  assert.equal(code, 7);
  assert.equal(seen.answers, true);
  assert.equal(seen.DOCKER_MCP_TEST_IMAGE, "docker-mcp/busybox:test");
  assert.equal(seen.DOCKER_MCP_TEST_PRIVATE, "1");
  assert.match(stderr, /using a private engine at unix:\/\/\S+\/docker-mcp-\w+\/docker\.sock/);
  assert.equal(await exists(folderOf(seen.DOCKER_HOST)), false);
});

privateTest("with_engine makes a private engine where DOCKER_HOST is dead", async () => {
  const env = { DOCKER_HOST: nowhere, DOCKER_MCP_TEST_IMAGE: "" };
  const { seen, stderr } = await withEngine(["deno", "eval", look], env);
  assert.equal(seen.answers, true);
  assert.match(stderr, /no engine answers at "unix:\/\/\/nonexistent\/docker\.sock", and a private engine is started/);
});

liveTest("with_engine uses the running engine and leaves it running", async ({ host, image }) => {
  const { code, seen, stderr } = await withEngine(["deno", "eval", look], { DOCKER_HOST: host });
  assert.equal(code, 7);
  assert.equal(seen.DOCKER_HOST, host);
  assert.equal(seen.DOCKER_MCP_TEST_IMAGE, image);
  assert.match(stderr, new RegExp(`using the running engine at ${host}`));
  assert.equal(await engineAnswers(host, 10_000), true);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
  privateTest(`with_engine hands ${signal} on to the command and stops its engine`, async () => {
    const wait = "console.log(Deno.env.get('DOCKER_HOST')); setInterval(() => {}, 1000);";
    const child = command(["--private", "deno", "eval", wait], {}).spawn();
    const stderr = child.stderr.text();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const host = (await reader.read()).value?.trim();
    assert.equal(await exists(folderOf(host)), true);
    child.kill(signal);
    assert.equal((await child.status).code, code, await stderr);
    await reader.cancel();
    assert.equal(await exists(folderOf(host)), false);
  });
}

Deno.test("without any engine the command runs and is told why; the gap is loud", async () => {
  const { code, seen, stderr } = await withEngine(["deno", "eval", look], { ...noEngineAtAll, CI: "" });
  assert.equal(code, 7);
  assert.match(
    String(seen.DOCKER_MCP_TEST_NO_ENGINE),
    /^no engine answers at "unix:\/\/\/nonexistent.*, and a private one/,
  );
  assert.equal(seen.DOCKER_MCP_TEST_IMAGE, "");
  assert.match(
    stderr,
    /NO DOCKER ENGINE: the tests on a real engine \(tests\/live\) do NOT run\.\nWhy: no engine answers/,
  );
});

Deno.test("without any engine and with CI=true nothing runs, and that is a failure", async () => {
  const { code, seen } = await withEngine(["deno", "eval", look], { ...noEngineAtAll, CI: "true" });
  assert.equal(code, 1);
  assert.deepEqual(seen, {});
});

Deno.test("to leave something in the temporary folder is a failure, and it is named and removed", async () => {
  const leave = `const path = await Deno.makeTempFile({ prefix: "left-" });
    console.log(JSON.stringify({ path }));`;
  const { code, seen, stderr } = await withEngine(["deno", "eval", leave], { ...noEngineAtAll, CI: "" });
  assert.equal(code, 1);
  assert.match(stderr, /The command left something in its temporary folder: left-\w+\n$/);
  assert.equal(await exists(String(seen.path)), false);
});

Deno.test("a kind of engine that cannot be had is a failure, also without CI", async () => {
  const { code, seen, stderr } = await withEngine(["--engine", "docker-28.5", "deno", "eval", look], {
    ...noEngineAtAll,
    CI: "",
  });
  assert.deepEqual([code, seen], [1, {}]);
  assert.match(stderr, /NO DOCKER ENGINE[^]*Why: a private one cannot be made: /);
});

Deno.test("a kind of engine that is not known is told with those that are", async () => {
  const { code, stderr } = await withEngine(["--engine", "docker-1.0", "deno", "eval", look], {});
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^usage: .*--engine docker-20\.10\|docker-26\.1\|docker-28\.5\|docker-28\.5-containerd\|podman-4\|podman-5\]/,
  );
});

Deno.test("with CI=true a test on a real engine fails where there is none; else it is ignored", async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/two_test.ts`;
  await Deno.writeTextFile(
    file,
    `import { liveTest, privateTest } from "${import.meta.resolve("./live.ts")}";
    liveTest("one", () => {});
    privateTest("two", () => {});`,
  );
  const env = { DOCKER_MCP_TEST_IMAGE: "", DOCKER_MCP_TEST_PRIVATE: "", DOCKER_MCP_TEST_NO_ENGINE: "none today" };
  const args = ["test", "-A", "--no-check", "--no-lock", file];
  const inCi = await new Deno.Command(Deno.execPath(), { args, env: { ...env, CI: "true", NO_COLOR: "1" } }).output();
  const atHome = await new Deno.Command(Deno.execPath(), { args, env: { ...env, CI: "", NO_COLOR: "1" } }).output();
  const text = new TextDecoder();
  assert.match(text.decode(inCi.stdout), /Cannot run on a real engine: none today[^]*0 passed \| 2 failed/);
  assert.match(text.decode(atHome.stdout), /0 passed \| 0 failed \| 2 ignored/);
  assert.deepEqual([inCi.code, atHome.code], [1, 0]);
});

/** A PATH on which nothing is found that a private engine needs. */
const noEngineAtAll = { DOCKER_HOST: nowhere, PATH: "/nonexistent" };

async function withEngine(args: string[], env: Record<string, string>) {
  const output = await command(args, env).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  const seen: Record<string, string | boolean | undefined> = stdout ? JSON.parse(stdout) : {};
  return { code: output.code, seen, stderr: stderr ?? "" };
}

function command(args: string[], env: Record<string, string>): Deno.Command {
  const program = import.meta.resolve("./with_engine.ts");
  const all = ["run", "-A", "--no-check", program, ...args];
  return new Deno.Command(Deno.execPath(), { args: all, env, stdin: "null", stdout: "piped", stderr: "piped" });
}

function folderOf(host: unknown): string {
  return String(host).replace("unix://", "").replace(/\/docker\.sock$/, "");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
