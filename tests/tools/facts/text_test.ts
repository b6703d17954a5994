import assert from "node:assert/strict";
import { boundedText, plainText } from "../../../src/tools/facts/text.ts";

Deno.test("boundedText() gives all of it while it fits", () => {
  const bounded = boundedText(100);
  for (const piece of ["a".repeat(60), "b".repeat(40)]) bounded.add(piece);
  assert.deepEqual(bounded.result(), { text: "a".repeat(60) + "b".repeat(40), cut: 0 });
});

Deno.test("boundedText() keeps the first quarter and the end, however the text is cut into pieces", () => {
  const text = Array.from({ length: 1000 }, (_, i) => `${i} `).join("");
  for (const length of [1, 7, 100, 5000]) {
    const bounded = boundedText(100);
    for (let at = 0; at < text.length; at += length) bounded.add(text.slice(at, at + length));
    const { text: kept, cut } = bounded.result();
    assert.equal(kept, `${text.slice(0, 25)}\n[... ${text.length - 100} characters cut ...]\n${text.slice(-75)}`);
    assert.equal(cut, text.length - 100);
  }
});

Deno.test("plainText() drops what is for a screen", () => {
  const table: [string, string][] = [
    ["\x1b[31mred\x1b[0m", "red"],
    ["\x1b[1;32;48;5;7mbold\x1b[m", "bold"],
    ["\x1b]0;title\x07text", "text"],
    ["\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"],
    ["\x1b[2K\x1b[1Gprogress", "progress"],
    ["\x1b(Bplain", "plain"],
    ["a\rb\x08c\x00d\x07", "abcd"],
    ["\x9b31mc1", "31mc1"],
    ["tab\tand\nline", "tab\tand\nline"],
    ["ünïcode 漢字 🐳", "ünïcode 漢字 🐳"],
  ];
  for (const [text, plain] of table) assert.equal(plainText(text), plain, JSON.stringify(text));
});
