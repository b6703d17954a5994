import assert from "node:assert/strict";
import type { Line } from "../../../src/engine/stream.ts";
import { logWindow } from "../../../src/tools/facts/log_window.ts";

function line(second: number, text: string, stream: Line["stream"] = "stdout"): Line {
  return { stream, text: `2026-01-01T10:00:${String(second).padStart(2, "0")}.000000000Z ${text}` };
}

Deno.test("a window keeps the newest lines that fit, and tells the time of the first and the last", () => {
  const window = logWindow({ limit: 30, timestamps: false });
  for (let i = 0; i < 50; i++) window.add([line(i, `line ${String(i).padStart(2, "0")}`)]);
  assert.deepEqual(window.result(), {
    log: "line 47\nline 48\nline 49",
    lines: 3,
    first_time: "2026-01-01T10:00:47.000000000Z",
    last_time: "2026-01-01T10:00:49.000000000Z",
    lines_cut: 47,
  });
  assert.equal(window.seen(), 50);
});

Deno.test("a window gives the same however the lines arrive", () => {
  const lines = Array.from({ length: 59 }, (_, i) => line(i, "x".repeat(i)));
  const results = [1, 3, 59].map((step) => {
    const window = logWindow({ limit: 500, timestamps: true });
    for (let at = 0; at < lines.length; at += step) window.add(lines.slice(at, at + step));
    return window.result();
  });
  assert.deepEqual(results[0], results[1]);
  assert.deepEqual(results[0], results[2]);
});

Deno.test("the time of a line may come without a fraction, also inside of a long line", () => {
  const window = logWindow({ limit: 40_000, timestamps: false });
  const time = "2026-01-01T10:00:01Z ";
  window.add([{ stream: "stdout", text: `${time}short` }, {
    stream: "stdout",
    text: `${time}${"x".repeat(16_384)}${time}y`,
  }]);
  assert.deepEqual(window.result(), {
    log: `short\n${"x".repeat(16_384)}y`,
    lines: 2,
    first_time: "2026-01-01T10:00:01Z",
    last_time: "2026-01-01T10:00:01Z",
  });
});

Deno.test("a single line that is too long is cut rather than left out", () => {
  const window = logWindow({ limit: 10, timestamps: false });
  window.add([line(1, "first"), line(2, "x".repeat(100))]);
  const { log, lines, lines_cut } = window.result();
  assert.deepEqual([log, lines, lines_cut], [`${"x".repeat(10)}[... cut]`, 1, 1]);
});

Deno.test("a filter looks at the text and not at the time, in any case", () => {
  const window = logWindow({ limit: 1000, timestamps: false, contains: "2026" });
  assert.deepEqual(window.add([line(1, "nothing"), line(2, "year 2026")]), ["year 2026"]);
  const loud = logWindow({ limit: 1000, timestamps: false, contains: "ErRoR" });
  assert.deepEqual(loud.add([line(1, "an error", "stderr")]), ["[stderr] an error"]);
});

Deno.test("a line that Docker stored in pieces of 16 KiB is put together without the times between", () => {
  const window = logWindow({ limit: 100_000, timestamps: false });
  const [a, b] = ["a".repeat(16_384), "b".repeat(100)];
  window.add([line(1, `${a}2026-01-01T10:00:01.000000001Z ${b}`)]);
  assert.equal(window.result().log, a + b);
  const short = logWindow({ limit: 100_000, timestamps: false });
  short.add([line(1, "at 2026-01-01T10:00:01.000000001Z it ended")]);
  assert.equal(short.result().log, "at 2026-01-01T10:00:01.000000001Z it ended");
});

Deno.test("lines without a time, and no lines at all, are no trouble", () => {
  const window = logWindow({ limit: 100, timestamps: false });
  assert.deepEqual(window.result(), { log: "", lines: 0 });
  window.add([{ stream: "stdout", text: "no time" }]);
  assert.deepEqual(window.result(), { log: "no time", lines: 1 });
});
