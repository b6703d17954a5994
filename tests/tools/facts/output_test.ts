import assert from "node:assert/strict";
import { capture, outputLines } from "../../../src/tools/facts/output.ts";

async function captured(...chunks: Uint8Array[]) {
  const captured = capture();
  await captured.read(ReadableStream.from(chunks.map((bytes) => ({ stream: "stdout" as const, bytes }))));
  return captured.soFar();
}

const bytes = (...values: number[]) => new Uint8Array(values);

Deno.test("capture() counts what is no text, also a character that is cut by a chunk or by the end", async () => {
  const whole = await captured(bytes(0x61, 0xc3), bytes(0xa4, 0x62));
  assert.deepEqual(whole, { stdout: "a\u00e4b", stderr: "", cut: 0, undecoded: 0 });
  const broken = await captured(bytes(0x61, 0xff, 0x62), bytes(0xc3));
  assert.deepEqual(broken, { stdout: "a\ufffdb\ufffd", stderr: "", cut: 0, undecoded: 2 });
  assert.deepEqual(outputLines({ ...broken, stderr: "" })[0]?.split(" no UTF-8")[0], "2 pieces of the output are");
});

Deno.test("capture() keeps both streams within what a model can be given, and a short one whole", async () => {
  const costly = capture();
  const noise = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919 + (i >> 8) * 31) % 256);
  await costly.read(ReadableStream.from([
    { stream: "stdout", bytes: noise },
    { stream: "stderr", bytes: new TextEncoder().encode("short\n") },
  ]));
  const { stdout, stderr, cut, undecoded } = costly.soFar();
  assert.ok(stdout.length > 2000 && stdout.length < 20_000, String(stdout.length));
  assert.ok(undecoded > 1000 && cut > 1000);
  assert.equal(stderr, "short\n");
});
