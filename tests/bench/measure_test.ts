import assert from "node:assert/strict";
import { cpuOf, median, peakMemoryOf, quantile, runMeasured } from "./measure.ts";

Deno.test("quantile() sorts by number and lies between two neighbours in proportion", () => {
  assert.equal(median([10, 9, 100]), 10);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(quantile(Array.from({ length: 101 }, (_, i) => i), 0.99), 99);
  assert.equal(median([]), NaN);
});

Deno.test("runMeasured() counts the CPU time of the command, not the time it slept", async () => {
  const busy = await runMeasured(["sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done >&2"]);
  assert.equal(busy.report, "done\n");
  assert.ok(busy.cpu >= 50, `${busy.cpu} ms for 300,000 turns`);
  const idle = await runMeasured(["sleep", "0.3"]);
  assert.ok(idle.wall >= 300 && idle.cpu < 200, `${idle.wall} ms, ${idle.cpu} ms CPU`);
});

Deno.test("runMeasured() fails with the command's own words", async () => {
  await assert.rejects(runMeasured(["sh", "-c", "echo no such log >&2; false"]), /it failed: no such log$/);
});

Deno.test("cpuOf() and peakMemoryOf() grow with what this process does", () => {
  const before = cpuOf(Deno.pid);
  const memory = peakMemoryOf("self");
  // Other tests in this process may have used more before, and given it back.
  const free = memory - Deno.memoryUsage().rss / 2 ** 20;
  const filled = new Uint8Array((free + 200) * 2 ** 20).fill(1);
  // What a thread took is gone with it, so that the sum may fall for once.
  for (let round = 0; round < 50 && cpuOf(Deno.pid) <= before; round++) filled.fill(round);
  assert.ok(cpuOf(Deno.pid) > before);
  assert.ok(peakMemoryOf("self") > memory + 50, `${memory} MiB before ${filled.length} bytes more`);
});
