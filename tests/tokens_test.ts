import assert from "node:assert/strict";
import { charactersWithin } from "../src/tokens.ts";
import { tokensOf } from "./bench/tokens.ts";

/** The same in each run. */
function randomly(from: string, length: number): string {
  const characters = [...from];
  let seed = 7;
  return Array.from({ length }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return characters[Math.floor(seed / 2 ** 31 * characters.length)];
  }).join("");
}

function from(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");
}

const base64 = from(0x41, 0x5a) + from(0x61, 0x7a) + "0123456789+/";

/** Texts that cost much for their length. */
const texts: Record<string, string> = {
  "base64": randomly(base64, 6000),
  "hex": randomly("0123456789abcdef", 6000),
  "ids": Array.from({ length: 100 }, (_, i) => `${i} ${randomly("0123456789abcdef", 12 + i)}`).join("\n"),
  "small letters": randomly(from(0x61, 0x7a), 6000),
  "capitals": randomly(from(0x41, 0x5a), 6000),
  "all that can be printed": randomly(from(0x21, 0x7e), 6000),
  "control codes": randomly(from(1, 31), 6000),
  "single digits": "1 2 3 4 5 6 7 8 9 0 ".repeat(300),
  "Chinese": randomly(from(0x4e00, 0x9fff), 6000),
  "Korean": randomly(from(0xac00, 0xd7a3), 6000),
  "Western European": randomly(from(0xc0, 0xff), 6000),
  "Russian": randomly(from(0x430, 0x44f), 6000),
  "Hebrew": randomly(from(0x5d0, 0x5ea), 6000),
  "Thai": randomly(from(0xe01, 0xe2e), 6000),
  "rare letters": randomly(from(0x1400, 0x167f), 6000),
  "accents": randomly(from(0x300, 0x36f), 6000),
  "emoji": randomly(from(0x1f300, 0x1f5ff), 6000),
  "rare characters": randomly(from(0x20000, 0x20fff), 6000),
  "frames": randomly(from(0x2500, 0x257f), 6000),
};

for (const [what, text] of Object.entries(texts)) {
  Deno.test(`charactersWithin() never takes a text for shorter than it is: ${what}`, () => {
    const fitting = text.slice(0, charactersWithin(text, 1000));
    assert.ok(fitting.length > 100 && fitting.length < text.length);
    assert.ok(tokensOf(fitting) <= 1000, `${tokensOf(fitting)} tokens`);
  });
}

Deno.test("charactersWithin() lets pass what people write at up to twice its tokens", () => {
  const prose = Deno.readTextFileSync(new URL("../src/README.md", import.meta.url));
  assert.equal(charactersWithin(prose, 2 * tokensOf(prose)), prose.length);
  assert.equal(charactersWithin("=".repeat(20_000), 7000), 20_000);
  assert.equal(charactersWithin("", 0), 0);
});
