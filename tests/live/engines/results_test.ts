import assert from "node:assert/strict";
import { deviations } from "../deviations.ts";
import { enginesDocument } from "./document.ts";
import { identify } from "./kinds.ts";
import { countTests, withResult } from "./results.ts";

const some = { engine: "Docker", api: "1.41", passed: 1, deviating: 0, failed: 0, skipped: 0, date: "2026-01-31" };

Deno.test("the runner's report is counted, with what deviates apart", () => {
  const report = `<testsuite name="a" failures="1">
    <testcase name="one" time="1"></testcase>
    <testcase name="two [deviates: says less]" time="1"></testcase>
    <testcase name="three [deviates: says less]" time="1"><failure message="passes">at</failure></testcase>
    <testcase name="four" time="1"><failure message="no">at</failure></testcase>
    <testcase name="five [not run: harms it]" time="0"><skipped/></testcase>
  </testsuite>`;
  assert.deepEqual(countTests(report), { passed: 1, deviating: 1, failed: 2, skipped: 1 });
});

Deno.test("a new result takes the place of the last one of its kind", () => {
  const [old, other, fresh] = [
    { ...some, kind: "docker-28.5" },
    { ...some, kind: "podman-5" },
    { ...some, kind: "docker-28.5", passed: 2 },
  ];
  assert.deepEqual(withResult([other, old], fresh), [fresh, other]);
});

Deno.test("an engine is known by what it says of itself", () => {
  const docker = { Version: "28.5.2+dfsg4", ApiVersion: "1.51", Components: [{ Name: "Engine" }] };
  const info = { DriverStatus: [["Backing Filesystem", "extfs"]] };
  assert.deepEqual(identify(docker, info), { engine: "Docker 28.5.2+dfsg4", kind: "docker-28.5", api: "1.51" });
  const containerd = { DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] };
  assert.deepEqual(identify(docker, containerd), {
    engine: "Docker 28.5.2+dfsg4, images in containerd",
    kind: "docker-28.5-containerd",
    api: "1.51",
  });
  const podman = { Version: "5.8.6", ApiVersion: "1.44", Components: [{ Name: "Podman Engine" }] };
  assert.deepEqual(identify(podman, {}), { engine: "Podman 5.8.6", kind: "podman-5", api: "1.44" });
});

Deno.test("the document has a row for each result, and each difference once with its tests", () => {
  const known = [
    { on: ["podman"], reason: "It says less.", tests: { one: "x" } },
    { on: ["podman-4"], reason: "It does more.", tests: { two: "not run" } },
  ];
  const text = enginesDocument([{ ...some, kind: "podman-5" }], known);
  assert.match(text, /\n\| Docker \| 1\.41 \| sid \| 1 \| 0 \| 0 \| 0 \| 2026-01-31 \|\n/);
  assert.match(
    text,
    /### podman-4\n\n- It says less\.\n {2}- `one`\n- It does more\.\n {2}- `two` \(not run\)\n\n### podman-5\n\n- It says less\.\n/,
  );
});

Deno.test("each test that is known to deviate is there, once for each engine", async () => {
  const sources = await allTests(new URL("..", import.meta.url));
  const known = deviations.flatMap(({ on, tests }) => Object.keys(tests).map((test) => ({ on, test })));
  // Some names are put together: `${era}: who listens ...`.
  for (const { test } of known) {
    const [head, ...tail] = test.split(": ");
    const written = [test, `}: ${tail.join(": ")}`, `${head}: \${`];
    assert.ok(written.some((name) => sources.includes(name)), `no test is named "${test}"`);
  }
  const pairs = known.flatMap(({ on, test }) => on.map((kind) => `${kind}: ${test}`));
  assert.deepEqual(pairs.filter((pair, i) => pairs.indexOf(pair) !== i), []);
});

async function allTests(folder: URL): Promise<string> {
  let all = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) all += await allTests(new URL(`${name}/`, folder));
    if (name.endsWith("_test.ts")) all += await Deno.readTextFile(new URL(name, folder));
  }
  return all;
}
