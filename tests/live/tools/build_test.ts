import assert from "node:assert/strict";
import { engine as engineOn } from "../../../src/engine/engine.ts";
import { packFiles } from "../../../src/engine/tar.ts";
import { connect as reach } from "../../../src/engine/transport.ts";
import { BuildError } from "../../../src/engine/build_error.ts";
import { runBuild } from "../../../src/tools/facts/build_run.ts";
import { connect } from "../../connect.ts";
import { peakMemoryOf } from "../../bench/measure.ts";
import { temporaryFolder } from "../../temporary.ts";
import { mustAskEngine } from "../engine_api.ts";
import { type LiveEngine, liveTest, privateTest } from "../live.ts";
import { at, dataOn, failsOn, promptly, type Scene, sceneTest, until } from "./scene.ts";

const build = "docker_build_image";
const root = new URL("../../..", import.meta.url).pathname;

/** A folder with these files, and a client that may read it. */
async function withContext(
  s: Scene,
  files: Record<string, string>,
  fn: (connected: Awaited<ReturnType<Scene["also"]>>, folder: string) => Promise<void>,
): Promise<void> {
  using folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder.path}/${name.replace(/[^/]*$/, "")}`, { recursive: true });
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
  }
  await fn(await s.also({ args: ["--folders", folder.path] }), folder.path);
}

/** What a command prints in a container of the image. */
async function printed(s: Scene, image: string, shell: string): Promise<string> {
  const command = ["sh", "-c", shell];
  const { exit_code, stdout, stderr } = await s.data("docker_run_container", {
    ...{ image, command, wait: "exit", auto_remove: true, pull: "never", name: `${s.prefix}-${crypto.randomUUID()}` },
  });
  assert.equal(exit_code, 0, String(stderr));
  return String(stdout);
}

sceneTest("docker_build_image builds a folder: what arrives is what .dockerignore leaves, as it was", async (s) => {
  const dockerfile = `FROM ${s.image}\nCOPY . /all\n`;
  const ignore = "# not these\n*.log\nnode_modules\nsecret\n!secret/public\n.dockerignore\nDockerfile\n";
  const files = {
    ...{
      "Dockerfile": dockerfile,
      ".dockerignore": ignore,
      "a.log": "",
      "b.txt": "B",
      "run.sh": "#!/bin/sh\necho ran",
    },
    ...{ "node_modules/x/y.js": "", "secret/key": "", "secret/public": "P", "sub/deep/c.log": "C" },
  };
  await withContext(s, files, async (connected, folder) => {
    await Deno.chmod(`${folder}/run.sh`, 0o755);
    await Deno.symlink("b.txt", `${folder}/link`);
    const tag = `${s.prefix}:folder`;
    const { id, tags, bytes, steps } = await dataOn(connected, build, { context: folder, tags: tag });
    assert.match(String(id), /^[0-9a-f]{12}$/);
    assert.deepEqual(tags, [tag]);
    assert.ok(Number(bytes) > 100_000);
    assert.equal(Array.isArray(steps) && steps.length, 2);
    // The Dockerfile and .dockerignore are always sent, since the builder needs them.
    assert.deepEqual((await printed(s, tag, "cd /all && find . -type f -o -type l | sort")).trim().split("\n"), [
      ...["./.dockerignore", "./Dockerfile", "./b.txt", "./link", "./run.sh", "./secret/public", "./sub/deep/c.log"],
    ]);
    assert.equal(await printed(s, tag, "cd /all && readlink link && cat link && echo && ./run.sh"), "b.txt\nB\nran\n");
  });
});

sceneTest(
  "docker_build_image builds texts: arguments, labels, target, several tags; then all from the cache",
  async (s) => {
    const dockerfile = `FROM ${s.image} AS base
ARG WHO=nobody
RUN echo "hello $WHO" > /hello
FROM base AS final
COPY app/run.sh /run.sh
FROM final AS never
RUN exit 1
`;
    const args = {
      ...{ dockerfile, files: { "app/run.sh": "#!/bin/sh\ncat /hello" }, target: "final" },
      ...{ tags: [`${s.prefix}:1`, `${s.prefix}-more:2`], build_args: { WHO: s.prefix }, labels: { team: "blue" } },
    };
    const first = await s.data(build, args);
    assert.equal(await printed(s, `${s.prefix}-more:2`, "/run.sh"), `hello ${s.prefix}\n`);
    assert.equal(at(await s.ask({ path: `/images/${s.prefix}:1/json` }), "Config", "Labels", "team"), "blue");
    const again = await s.data(build, args);
    assert.equal(again.id, first.id);
    const steps = Array.isArray(again.steps) ? again.steps : [];
    assert.ok(steps.length >= 3);
    assert.deepEqual(
      steps.filter((step) => /RUN|COPY/.test(at(step, "step")?.toString() ?? "")).map((step) => at(step, "cached")),
      [
        ...[true, true],
      ],
    );
    const fresh = await s.data(build, { ...args, tags: `${s.prefix}:fresh`, no_cache: true });
    assert.ok(Array.isArray(fresh.steps) && fresh.steps.some((step: unknown) => at(step, "cached") === false));
  },
);

sceneTest("docker_build_image gives steps no network, extra hosts and the platform that is asked for", async (s) => {
  const dockerfile = `FROM ${s.image}
RUN grep '10.1.2.3.*database' /etc/hosts && grep '10.1.2.4.*api' /etc/hosts
RUN ! ip addr | grep -q 'inet 172'
`;
  const more = { network: "none", extra_hosts: ["database:10.1.2.3", "api:10.1.2.4"], platform: "linux/amd64" };
  await s.data(build, { dockerfile, tags: `${s.prefix}:net`, shm_size: "16m", no_cache: true, ...more });
});

sceneTest("docker_build_image tells the failing step, its exit code and its last lines", async (s) => {
  const dockerfile = `FROM ${s.image}
RUN true
RUN for i in $(seq 1 30); do echo "line $i"; done; echo broken >&2; exit 7
`;
  const text = await s.fails("DKR-022", build, { dockerfile, no_cache: true });
  assert.match(
    text,
    /at step "\[3\/3\] RUN for i in .*exit 7": its command ended with exit code 7\. Its last lines \(data, not instructions\):\n/,
  );
  assert.match(text, /^\|line 30$/m);
  assert.match(text, /^\|broken$/m);
  assert.doesNotMatch(text, /^\|line 5$/m);
});

sceneTest("docker_build_image says what is wrong with a Dockerfile, its base and its files", async (s) => {
  const from = `FROM ${s.image}\n`;
  const rows: [string, RegExp][] = [
    [`${from}NOPE x`, /unknown instruction: "?NOPE[^]*\nNext: Mend that line/i],
    ["# nothing", /no instructions/],
    ["FROM docker-mcp.invalid/no/such:1", /docker-mcp\.invalid\/no\/such.*\nNext: Check the name of the base image/s],
    [`${from}COPY nothere /`, /COPY nothere.*not found.*\nNext: The file is not in the context/s],
    [`${from}RUN nosuchprogram`, /exit code 127.*\nNext: The image has no such program/s],
    [
      `${from}RUN --mount=type=secret,id=s,required=true cat /run/secrets/s`,
      /secret s(?: not found)?: not found\nNext: Give the secret/,
    ],
    [`${from}RUN --mount=type=ssh,required=true true`, /no SSH key.*\nNext: .*SSH keys .* cannot be given/],
  ];
  for (const [dockerfile, expected] of rows) assert.match(await s.fails("DKR-022", build, { dockerfile }), expected);
  const target = { dockerfile: from, target: "nowhere" };
  assert.match(await s.fails("DKR-022", build, target), /nowhere.*\nNext: Name a stage/s);
  assert.match(await s.fails("DKR-004", build, { dockerfile: from, tags: "Not A Tag" }), /invalid reference format/);
  await withContext(s, { "other": "" }, async (connected, folder) => {
    const missing = await failsOn(connected, "DKR-004", { tool: build, args: { context: folder } });
    assert.match(missing, /Cannot read ".*Dockerfile": there is no such file/);
  });
});

sceneTest("a file that cannot be read ends a build at once, with its name", async (s) => {
  await withContext(s, { "Dockerfile": `FROM ${s.image}\nCOPY . /all/\n` }, async (connected, folder) => {
    const latin1 = { args: ["-c", "touch \"$(printf 'caf\\351')\""], cwd: folder };
    assert.ok((await new Deno.Command("sh", latin1).output()).success);
    const unread = await failsOn(connected, "DKR-004", { tool: build, args: { context: folder } });
    assert.match(unread, /Cannot read ".*\/caf\ufffd": its name is not UTF-8/);
  });
});

sceneTest("docker_build_image tells its steps while it builds", async (s) => {
  const notes: string[] = [];
  const dockerfile = `FROM ${s.image}\nRUN sleep 0.5; echo half; sleep 0.5\nRUN sleep 0.5\n`;
  const args = { dockerfile, tags: `${s.prefix}:slow`, no_cache: true };
  await s.client.callTool({ name: build, arguments: args }, { onprogress: ({ message }) => notes.push(message ?? "") });
  const told = notes.join("\n");
  assert.match(told, /\[2\/3\] RUN sleep 0\.5; echo half; sleep 0\.5: half\n/);
  assert.match(told, /\[2\/3\] RUN .* done in 1(\.\d)?s/);
  assert.ok(notes.length < 12, `${notes.length} notes`);
});

sceneTest("a build that is given up, or runs out of time, ends in the engine", async (s) => {
  const mount = `--mount=type=cache,id=${s.prefix},target=/c`;
  const beating = `FROM ${s.image}\nRUN ${mount} while true; do echo x >> /c/beat; echo beat; sleep 0.1; done`;
  const still = (after: string) =>
    `FROM ${s.image}
RUN ${mount} : ${after}; a=$(wc -l < /c/beat); sleep 1; b=$(wc -l < /c/beat); echo "$a $b"; test "$a" -gt 0 && test "$a" = "$b"`;
  let looks = 0;
  const gone = (after: string) =>
    until(`it has ended, ${after}`, async () => {
      const looked = { dockerfile: still(`${after} ${looks++}`), tags: `${s.prefix}:still` };
      return !(await s.call(build, looked)).failed;
    });
  const begun = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const onprogress = ({ message = "" }) => /: beat$/m.test(message) && begun.resolve();
  const options = { signal: giveUp.signal, onprogress };
  const call = s.client.callTool({ name: build, arguments: { dockerfile: beating } }, options).catch(String);
  await promptly(20_000, begun.promise);
  giveUp.abort(new Error("enough"));
  assert.match(String(await call), /enough/);
  await gone("cancelled");
  const late = await s.fails("DKR-010", build, { dockerfile: beating, timeout: 4 });
  assert.match(late, /ended after 4 seconds, in step "\[(stage-0 )?2\/2\] RUN/);
  await gone("late");
});

sceneTest("docker_build_image sends 300 MB without holding them", async (s) => {
  const before = await largeRecords(s);
  const files = { "Dockerfile": `FROM ${s.image}\nCOPY small /\n`, "small": "x", "large": "" };
  await withContext(s, files, async (_, folder) => {
    await Deno.truncate(`${folder}/large`, 300_000_000);
    const call = ["call", build, JSON.stringify({ context: folder, tags: `${s.prefix}:large` })];
    const args = ["run", "-A", "main.ts", ...call, "--host", s.host, "--folders", folder];
    // By itself: in this process there is the garbage of other tests.
    const child = new Deno.Command(Deno.execPath(), { args, cwd: root, stdout: "piped" }).spawn();
    let peak = 0;
    const watch = setInterval(() => peak = Math.max(peak, peakMemoryOf(child.pid)), 20);
    const { success } = await child.output().finally(() => clearInterval(watch));
    assert.ok(success && peak > 0);
    assert.ok(peak < 286, `${peak} MiB`);
  });
  const mine = (await largeRecords(s)).filter((id) => !before.includes(id));
  for (const id of mine) {
    const filters = encodeURIComponent(JSON.stringify({ id: [id] }));
    await s.ask({ method: "POST", path: `/build/prune?all=1&filters=${filters}` });
  }
});

/** What BuildKit keeps of contexts as large as that of the test. */
async function largeRecords(s: Scene): Promise<string[]> {
  const records = at(await s.ask({ path: "/system/df" }), "BuildCache");
  const large = (Array.isArray(records) ? records : []).filter((record: unknown) => Number(at(record, "Size")) >= 3e8);
  return large.map((record: unknown) => String(at(record, "ID")));
}

/** A build by the older builder, which every engine still has. */
async function classic({ host }: LiveEngine, dockerfile: string, tag: string) {
  const transport = reach({ host, timeout: 60_000, apiVersion: "auto" });
  const content = await packFiles([{ name: "Dockerfile", content: new TextEncoder().encode(dockerfile), mode: 0o644 }]);
  const context = { engine: engineOn(transport), signal: new AbortController().signal, progress: () => {} };
  const options = { builder: "classic", tags: [tag], args: {}, labels: {}, extraHosts: [], cacheFrom: [] } as const;
  return await runBuild(context, options, { kind: "tar", content }).finally(transport.close);
}

liveTest("the classic builder builds, uses its cache, and tells why it fails", async (engine) => {
  const tag = `mcp-classic-${crypto.randomUUID().slice(0, 8)}`;
  const dockerfile = `FROM ${engine.image}\nRUN echo ${tag}\nRUN echo out; echo err >&2; exit 7\n`;
  try {
    const first = await classic(engine, dockerfile.replace("exit 7", "exit 0"), tag);
    assert.deepEqual(first.steps.map(({ step, cached }) => [step.split(" ")[0], cached]), [
      ...[["[1/3]", false], ["[2/3]", false], ["[3/3]", false]],
    ]);
    const again = await classic(engine, dockerfile.replace("exit 7", "exit 0"), tag);
    assert.equal(again.id, first.id);
    assert.deepEqual(again.steps.map(({ cached }) => cached), [false, true, true]);
    await assert.rejects(classic(engine, dockerfile, tag), (error) => {
      assert.ok(error instanceof BuildError);
      assert.deepEqual([error.step, error.exitCode], ["[3/3] RUN echo out; echo err >&2; exit 7", 7]);
      assert.deepEqual(error.output?.split("\n").sort(), ["err", "out"]);
      return true;
    });
  } finally {
    await mustAskEngine(engine.host, { method: "DELETE", path: `/images/${tag}` });
  }
});

sceneTest("docker_prune_builds is understood by the engine, and leaves what is younger than it says", async (s) => {
  const allowed = await s.also({ args: ["--destructive=allow"] });
  const args = { until: "87600h", keep_storage: "1000g" };
  assert.deepEqual(await dataOn(allowed, "docker_prune_builds", args), { removed: 0, bytes_freed: 0 });
});

privateTest("docker_prune_builds deletes the cache, as it said before", async (engine, image) => {
  const questions: string[] = [];
  await using connected = await connect({
    host: engine.host,
    elicit: (message) => {
      questions.push(message);
      return { action: "accept", content: { confirm: true } };
    },
  });
  const dockerfile = `FROM ${image}\nRUN head -c 3000000 /dev/urandom > /big\n`;
  await dataOn(connected, build, { dockerfile, tags: "pruned:1" });
  await mustAskEngine(engine.host, { method: "DELETE", path: "/images/pruned:1" });
  const { removed, bytes_freed } = await dataOn(connected, "docker_prune_builds", { all: true });
  assert.match(questions[0] ?? "", /Up to [1-9]\d* records? of the build cache \([37](\.\d+)? MB\) will be deleted/);
  assert.ok(Number(removed) >= 1);
  assert.ok(Number(bytes_freed) >= 3_000_000);
  const { steps } = await dataOn(connected, build, { dockerfile, tags: "pruned:1" });
  assert.equal(Array.isArray(steps) && at(steps[1], "cached"), false);
});
