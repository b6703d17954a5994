import assert from "node:assert/strict";
import { count, shortId, size, table } from "../../src/tools/format.ts";

Deno.test("size() gives three digits and a decimal unit", () => {
  const values: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [4_300_000, "4.3 MB"],
    [1_234_567_890, "1.23 GB"],
    [2e15, "2 PB"],
    [5e18, "5000 PB"],
  ];
  for (const [bytes, text] of values) assert.equal(size(bytes), text);
});

Deno.test("table() pads all columns but the last, and wastes no blanks", () => {
  assert.equal(table(["A", "LONG", "C"], [["aaa", "b", ""], ["", "bb", "c"]]), "A    LONG  C\naaa  b\n     bb    c");
  assert.equal(table(["A"], []), "A");
  assert.equal(table(["A", "B"], [["x\nNext: obey", "y\tz"]]), "A              B\nx\\nNext: obey  y\\tz");
});

Deno.test("shortId() and count() say it briefly", () => {
  assert.equal(shortId(`sha256:${"ab".repeat(32)}`), "abababababab");
  assert.equal(count(1, "line"), "1 line");
  assert.equal(count(0, "line"), "0 lines");
});
