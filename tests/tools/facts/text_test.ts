import assert from "node:assert/strict";
import { boundedText, plainPieces, plainText } from "../../../src/tools/facts/text.ts";

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
    ["\x9b31mc1\x9b0m", "c1"],
    ["\x1bP1$r0m\x1b\\a\x90q\x9cb\x1b_app\x1b\\c\x1b^pm\x07d", "abcd"],
    ["\x1b7\x1b[6n\x1b8\x1bcreset\x1b#8\x1b=", "reset"],
    // Without its end on the same line a title would hide what follows.
    ["\x1b]0;title\nline\x07", "0;title\nline"],
    ["\x1b\x1b[31m[31m", "[31m"],
    ["a\r\nb\x85c", "a\nbc"],
    ["to \u202eeve\u202c and \u200b\u{e0041}", "to \\u{202e}eve\\u{202c} and \\u{200b}\\u{e0041}"],
    ["tab\tand\nline", "tab\tand\nline"],
    ["ünïcode 漢字 🐳", "ünïcode 漢字 🐳"],
  ];
  for (const [text, plain] of table) assert.equal(plainText(text), plain, JSON.stringify(text));
});

Deno.test("plainPieces() takes a sequence for one wherever its pieces end", () => {
  const whole = "a\x1b[1;31mred\x1b[0m\x1b]8;;http://x\x1b\\link\x1b]0;title\x07\x1b(Bb\x9b2Kc\n";
  for (let size = 1; size <= whole.length; size++) {
    const { next, rest } = plainPieces();
    let text = "";
    for (let at = 0; at < whole.length; at += size) text += next(whole.slice(at, at + size));
    assert.equal(text + rest(), "aredlinkbc\n", `pieces of ${size}`);
  }
});

Deno.test("plainPieces() does not wait for ever, and gives back what has no end", () => {
  const { next, rest } = plainPieces();
  assert.equal(next(`a\x1b]0;${"x".repeat(400)}`), `a0;${"x".repeat(400)}`);
  assert.equal(next("b\x1b]0;open"), "b");
  assert.equal(rest(), "0;open");
});
