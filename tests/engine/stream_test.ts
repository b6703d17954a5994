import assert from "node:assert/strict";
import type { Fault } from "../../src/engine/errors.ts";
import { demultiplex, jsonLines, type Line, type Output, plain, textLines } from "../../src/engine/stream.ts";
import { failing } from "./daemons.ts";

const encoder = new TextEncoder();

function frame(type: number, payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const framed = new Uint8Array(8 + bytes.length);
  framed[0] = type;
  new DataView(framed.buffer).setUint32(4, bytes.length);
  framed.set(bytes, 8);
  return framed;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The bytes in pieces of `size`, all in the same memory, as a transport gives them. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    memory.fill(0xff);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}

/** What was written, neighbours of one stream joined. */
async function written(outputs: AsyncIterable<Output>): Promise<[string, string][]> {
  const parts: { stream: string; bytes: number[] }[] = [];
  for await (const { stream, bytes } of outputs) {
    const last = parts.at(-1);
    if (last?.stream === stream) last.bytes.push(...bytes);
    else parts.push({ stream, bytes: [...bytes] });
  }
  return parts.map(({ stream, bytes }) => [stream, new TextDecoder().decode(Uint8Array.from(bytes))]);
}

async function linesOf(outputs: AsyncIterable<Output>, maxLength?: number): Promise<string[]> {
  const lines: Line[] = [];
  for await (const batch of textLines(outputs, maxLength ? { maxLength } : {})) lines.push(...batch);
  return lines.map(({ stream, text }) => `${stream}:${text}`);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

const talk = joined(
  frame(1, "first line\n"),
  frame(2, "größer ✓ 🐳\r\n"),
  frame(1, ""),
  frame(1, "half "),
  frame(2, "trouble "),
  frame(1, "and half\n"),
  frame(2, "again\n"),
  frame(0, "echo\n\n"),
  frame(1, "no end"),
);

Deno.test("frames are the same however they are cut, at every size", async () => {
  const expected = [
    ["stdout", "first line\n"],
    ["stderr", "größer ✓ 🐳\r\n"],
    ["stdout", "half "],
    ["stderr", "trouble "],
    ["stdout", "and half\n"],
    ["stderr", "again\n"],
    ["stdout", "echo\n\nno end"],
  ];
  for (let size = 1; size <= talk.length; size++) {
    assert.deepEqual(await written(demultiplex(pieces(talk, size))), expected, `pieces of ${size} bytes`);
  }
});

Deno.test("lines are the same however their frames are cut, at every size", async () => {
  const expected = [
    "stdout:first line",
    "stderr:größer ✓ 🐳",
    "stdout:half and half",
    "stderr:trouble again",
    "stdout:echo",
    "stdout:",
    "stdout:no end",
  ];
  const sizes = Array.from({ length: talk.length }, (_, i) => i + 1);
  for (const size of sizes) {
    assert.deepEqual(await linesOf(demultiplex(pieces(talk, size))), expected, `pieces of ${size} bytes`);
  }
});

Deno.test("the frames of one stream in a chunk come as one piece, and leave the chunk as it was", async () => {
  const chunk = joined(frame(1, "a\n"), frame(1, "b\n"), frame(2, "c\n"), frame(2, "d\n"));
  const before = chunk.slice();
  const seen = [];
  for await (const { stream, bytes } of demultiplex(pieces(chunk, chunk.length))) {
    seen.push([stream, new TextDecoder().decode(bytes)]);
  }
  assert.deepEqual(seen, [["stdout", "a\nb\n"], ["stderr", "c\nd\n"]]);
  assert.deepEqual(chunk, before);
});

Deno.test("a frame may be longer than a chunk", async () => {
  const text = "0123456789abcdef".repeat(20_000);
  const outputs = demultiplex(pieces(joined(frame(2, text), frame(1, "x")), 64 * 1024));
  assert.deepEqual(await written(outputs), [["stderr", text], ["stdout", "x"]]);
});

Deno.test("output that ends in the middle of a frame is interrupted", async () => {
  const expected = { fault: { kind: "interrupted" } as Fault, says: "ended in the middle of a frame" };
  const two = joined(frame(1, "whole\n"), frame(1, "cut"));
  const whole = frame(1, "whole\n").length;
  for (let length = whole + 1; length < two.length; length++) {
    await failing(written(demultiplex(pieces(two.subarray(0, length), 5))), expected);
  }
  assert.deepEqual(await written(demultiplex(pieces(two.subarray(0, whole), 5))), [["stdout", "whole\n"]]);
});

Deno.test("output that has no frames is malformed", async () => {
  const fault: Fault = { kind: "malformed" };
  const raw = encoder.encode("plain text of a TTY");
  const says = '"706c61696e207465" is not the head of a frame';
  await failing(written(demultiplex(pieces(raw, 3))), { fault, says });
  for (const at of [1, 2, 3]) {
    const bad = frame(1, "x");
    bad[at] = 1;
    await failing(written(demultiplex(pieces(bad, 100))), { fault, says: "not the head of a frame" });
  }
});

Deno.test("what the daemon itself reports between the frames is an error with its words", async () => {
  const bytes = joined(frame(1, "a\n"), frame(3, "Error grabbing logs: unexpected EOF\n"));
  for (const size of [1, 7, 100]) {
    const says = "Error grabbing logs: unexpected EOF";
    const error = await failing(all(demultiplex(pieces(bytes, size))), { fault: { kind: "stream" }, says });
    assert.equal(error.message, says);
  }
});

Deno.test("the output of a TTY is all stdout", async () => {
  const raw = encoder.encode("\x1b[1mone\x1b[0m\r\ntwo\r\n\x01\x00\x00\x00 three");
  for (let size = 1; size <= raw.length; size++) {
    const lines = await linesOf(plain(pieces(raw, size)));
    assert.deepEqual(lines, ["stdout:\x1b[1mone\x1b[0m", "stdout:two", "stdout:\x01\x00\x00\x00 three"]);
  }
});

Deno.test("a line that is too long comes in parts, and no character is cut in two", async () => {
  const text = `${"x".repeat(25)}\r\nz${"🐳".repeat(7)}\nshort\n${"y".repeat(21)}`;
  const expected = ["x".repeat(10), "x".repeat(10), "xxxxx", "z🐳🐳🐳🐳", "🐳🐳🐳", "short"];
  expected.push("y".repeat(10), "y".repeat(10), "y");
  const bytes = encoder.encode(text);
  for (const size of [bytes.length, 1000]) {
    const lines = await linesOf(plain(pieces(bytes, size)), 10);
    assert.deepEqual(lines, expected.map((line) => `stdout:${line}`));
  }
  for (let size = 1; size < bytes.length; size++) {
    const lines = await linesOf(plain(pieces(bytes, size)), 10);
    assert.deepEqual(lines.join("").replaceAll("stdout:", ""), text.replace(/\r?\n/g, ""), `pieces of ${size} bytes`);
    for (const line of lines) assert.ok(line.length <= 17 && !/\p{Surrogate}/u.test(line), line);
  }
});

Deno.test("a line without an end is given on before it fills the memory", async () => {
  let longest = 0;
  let given = 0;
  async function* endless() {
    const bytes = new Uint8Array(64 * 1024).fill(120);
    for (let i = 0; i < 200; i++) {
      yield bytes;
      // All but one line and one chunk must have come by now.
      assert.ok(given >= i * bytes.length - 64 * 1024, `${given} characters after ${i} chunks`);
    }
  }
  for await (const batch of textLines(plain(endless()))) {
    for (const { text } of batch) {
      given += text.length;
      longest = Math.max(longest, text.length);
    }
  }
  assert.equal(given, 200 * 64 * 1024);
  assert.equal(longest, 64 * 1024);
});

Deno.test("the further parts of a long line say that they are", async () => {
  const bytes = encoder.encode("abcdefg\nabcd\nabcdefgh");
  for (let size = 1; size <= bytes.length; size++) {
    const lines: Line[] = [];
    for await (const batch of textLines(plain(pieces(bytes, size)), { maxLength: 3 })) lines.push(...batch);
    const told = lines.map(({ text, continued }) => continued ? `+${text}` : text);
    assert.deepEqual(told, ["abc", "+def", "+g", "abc", "+d", "abc", "+def", "+gh"], `pieces of ${size} bytes`);
  }
});

Deno.test("bytes that are no UTF-8 are shown, not fatal", async () => {
  const bytes = Uint8Array.from([0x61, 0xff, 0x62, 10, 0xe2, 0x9c]);
  assert.deepEqual(await linesOf(plain(pieces(bytes, 1))), ["stdout:a\ufffdb", "stdout:\ufffd"]);
});

Deno.test("JSON lines are the same however they are cut, at every size", async () => {
  const documents = [{ status: "größer\n" }, { id: "🐳", progressDetail: { current: 1 } }, [], 5, { last: true }];
  const text = `${documents.map((document) => JSON.stringify(document)).join("\r\n").replace("\r\n[]", "\n\n \n[]")}`;
  for (const bytes of [encoder.encode(text), encoder.encode(`${text}\n`)]) {
    for (let size = 1; size <= bytes.length; size++) {
      assert.deepEqual(await all(jsonLines(pieces(bytes, size))), documents, `pieces of ${size} bytes`);
    }
  }
});

Deno.test("JSON that is wrong or cut short is malformed, after all that came before it", async () => {
  for (const tail of ['{"cut":', "<html>\n{}"]) {
    const seen: unknown[] = [];
    const reading = async () => {
      for await (const document of jsonLines(pieces(encoder.encode(`{"a":1}\n${tail}`), 4))) seen.push(document);
    };
    await failing(reading(), { fault: { kind: "malformed" }, says: "is not valid JSON" });
    assert.deepEqual(seen, [{ a: 1 }]);
  }
});
