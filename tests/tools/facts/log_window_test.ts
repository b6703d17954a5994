import assert from "node:assert/strict";
import type { Line } from "../../../src/engine/stream.ts";
import { hider } from "../../../src/safety/secrets.ts";
import { logWindow } from "../../../src/tools/facts/log_window.ts";

const plain = { timestamps: false, hide: hider({ show: false }), cut: false };

function line(second: number, text: string, stream: Line["stream"] = "stdout"): Line {
  return { stream, text: `2026-01-01T10:00:${String(second).padStart(2, "0")}.000000000Z ${text}` };
}

Deno.test("a window keeps the newest lines that fit, and tells the time of the first and the last", () => {
  const window = logWindow({ ...plain, limit: 30 });
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
    const window = logWindow({ ...plain, limit: 500, timestamps: true });
    for (let at = 0; at < lines.length; at += step) window.add(lines.slice(at, at + step));
    return window.result();
  });
  assert.deepEqual(results[0], results[1]);
  assert.deepEqual(results[0], results[2]);
});

Deno.test("the time of a line may come without a fraction, also inside of a long line", () => {
  const window = logWindow({ ...plain, limit: 40_000 });
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
  const window = logWindow({ ...plain, limit: 10, contains: "x" });
  window.add([line(1, "first"), line(2, "x".repeat(100))]);
  const { log, lines, lines_cut } = window.result();
  assert.deepEqual([log, lines, lines_cut], [`${"x".repeat(10)}[... 90 characters cut]`, 1, undefined]);
});

Deno.test("a long line among others is cut to half of the room: reading on up to the first line gives others too", () => {
  const window = logWindow({ ...plain, limit: 20 });
  window.add([line(1, "a".repeat(30)), line(2, "b".repeat(40)), line(3, "c")]);
  const { log, lines_cut, first_time } = window.result();
  assert.deepEqual([log, lines_cut], [`${"b".repeat(9)}[... 31 characters cut]\nc`, 1]);
  const earlier = logWindow({ ...plain, limit: 20 });
  earlier.add([line(1, "a".repeat(30)), line(2, "b".repeat(40))]);
  assert.equal(first_time, earlier.result().last_time);
  assert.match(earlier.result().log, /^a{9}\[\.\.\. 21 characters cut\]\nb{9}/);
});

Deno.test("the parts of a very long line are one line, at its time, of which the first that matches is shown", () => {
  const parts: Line[] = [
    line(1, "a".repeat(50)),
    { stream: "stdout", text: "b".repeat(50), continued: true },
    { stream: "stdout", text: "c".repeat(10), continued: true },
    line(2, "next"),
  ];
  const window = logWindow({ ...plain, limit: 40 });
  for (const part of parts) window.add([part]);
  assert.equal(window.result().log, `${"a".repeat(19)}[... 91 characters cut]\nnext`);
  const found = logWindow({ ...plain, limit: 40, contains: "b" });
  found.add(parts);
  const { log, first_time } = found.result();
  assert.deepEqual([log, first_time], [`${"b".repeat(40)}[... 20 characters cut]`, "2026-01-01T10:00:01.000000000Z"]);
});

Deno.test("what is hidden is not found by a filter", () => {
  const log = [line(1, "password=hunter2"), line(2, "-----BEGIN PRIVATE KEY-----"), line(3, "MIIE")];
  const found = (contains: string) => logWindow({ ...plain, limit: 1000, contains }).add(log);
  assert.deepEqual(found("password=h"), []);
  assert.deepEqual(found("mii"), []);
  assert.deepEqual(found("password="), ["password=hunter2"]);
});

Deno.test("a filter looks at the text and not at the time, in any case", () => {
  const window = logWindow({ ...plain, limit: 1000, contains: "2026" });
  assert.deepEqual(window.add([line(1, "nothing"), line(2, "year 2026")]), ["year 2026"]);
  const loud = logWindow({ ...plain, limit: 1000, contains: "ErRoR" });
  assert.deepEqual(loud.add([line(1, "an error", "stderr")]), ["[stderr] an error"]);
});

Deno.test("a line that Docker stored in pieces of 16 KiB is put together without the times between", () => {
  const window = logWindow({ ...plain, limit: 100_000 });
  const [a, b] = ["a".repeat(16_384), "b".repeat(100)];
  window.add([line(1, `${a}2026-01-01T10:00:01.000000001Z ${b}`)]);
  assert.equal(window.result().log, a + b);
  const short = logWindow({ ...plain, limit: 100_000 });
  short.add([line(1, "at 2026-01-01T10:00:01.000000001Z it ended")]);
  assert.equal(short.result().log, "at 2026-01-01T10:00:01.000000001Z it ended");
});

Deno.test("lines without a time, and no lines at all, are no trouble", () => {
  const window = logWindow({ ...plain, limit: 100 });
  assert.deepEqual(window.result(), { log: "", lines: 0 });
  window.add([{ stream: "stdout", text: "no time" }]);
  assert.deepEqual(window.result(), { log: "no time", lines: 1 });
});
