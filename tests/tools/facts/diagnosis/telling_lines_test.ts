import assert from "node:assert/strict";
import { tellingLines } from "../../../../src/tools/facts/diagnosis/telling_lines.ts";

function of(log: string, room = 500) {
  return tellingLines(log.split("\n").map((text) => ({ stream: "stdout", text })), { room });
}

Deno.test("the clue is the line that names the fault, in the words of many languages", () => {
  const table: [string, string][] = [
    ["starting\nERROR: no config\nbye", "ERROR: no config"],
    [
      'Traceback (most recent call last):\n  File "/a.py", line 1, in <module>\n    f()\nValueError: bad value',
      "ValueError: bad value",
    ],
    [
      "Error: connect ECONNREFUSED 10.0.0.1:5432\n    at TCP.x (net.js:1)\n    at y",
      "Error: connect ECONNREFUSED 10.0.0.1:5432",
    ],
    [
      'Exception in thread "main" java.lang.RuntimeException: outer\n\tat A.b(A.java:1)\nCaused by: java.io.IOException: disk',
      "Caused by: java.io.IOException: disk",
    ],
    ["panic: nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3", "panic: nil map"],
    ["[warn] slow\n2026/01/01 [emerg] 1#1: unknown directive\nstopped", "2026/01/01 [emerg] 1#1: unknown directive"],
    ["sh: app: not found", "sh: app: not found"],
  ];
  for (const [log, clue] of table) assert.equal(of(log).clue, clue);
});

Deno.test("good news is no fault", () => {
  for (const log of ["ready", "0 errors, 12 warnings", "done: failed=0 ok=9", ""]) {
    assert.equal(of(log).clue, undefined);
  }
});

Deno.test("faults come first, then the last lines, each once and within the bound", () => {
  const loop = Array.from({ length: 50 }, (_, i) => `${i} start\n${i} error: no db`).join("\n");
  const { lines, repeated } = of(`${loop}\nbye`);
  assert.deepEqual(lines, ["49 error: no db", "49 start", "bye"]);
  assert.deepEqual(repeated, [{ line: 1, times: 50 }, { line: 2, times: 50 }]);
  const long = of(Array.from({ length: 9 }, (_, i) => `error ${"abcdefghi"[i]} ${"x".repeat(400)}`).join("\n"), 400);
  assert.deepEqual(long.lines.map((line) => line.length), [160, 160]);
  assert.equal(long.last?.length, 160);
});
