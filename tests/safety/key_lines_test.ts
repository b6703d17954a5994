import assert from "node:assert/strict";
import { hider } from "../../src/safety/secrets.ts";

const hide = hider({ show: false });

/** As openssl writes them: lines of 64 characters, a shorter one at last. */
const body = [
  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
  "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu",
  "NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ",
  "qgtzJ6GR3eqoYSW9b9UMvkBpZODSctWSNGj3P7jRFDO5VoTwCQAWbFnOjDfH5Ulg",
  "p2PKSQnSJP3AJLQNFNe7",
];
const begin = "-----BEGIN PRIVATE KEY-----";
const end = "-----END PRIVATE KEY-----";

function linesOf(texts: readonly string[], { cut }: { cut: boolean }): string[] {
  return hide.lines({ cut })(texts.map((text) => ({ stream: "stdout", text }))).map(({ text }) => text);
}

Deno.test("lines: a key is one word, wherever its log is cut", () => {
  const log = ["started", begin, ...body, end, "done"];
  assert.deepEqual(linesOf(log, { cut: false }), ["started", "[redacted]", "done"]);
  for (let from = 1; from < 6; from++) {
    assert.deepEqual(linesOf(log.slice(from), { cut: true }), ["[redacted]", "done"], `from line ${from}`);
    assert.deepEqual(linesOf(log.slice(from, -2), { cut: true }), ["[redacted]"], `from line ${from}, without the end`);
  }
});

Deno.test("lines: a key behind what a logger puts in front, and with its own head, is hidden", () => {
  const log = [begin, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", "", ...body, end];
  assert.deepEqual(linesOf(log, { cut: false }), ["[redacted]"]);
  const told = [begin, ...body.slice(0, 4), end].map((line) => `2026-01-01 INFO key: ${line}`);
  assert.deepEqual(linesOf([...told, "x"], { cut: false }), ["2026-01-01 INFO key: [redacted]", "x"]);
  assert.deepEqual(linesOf(told.slice(2), { cut: true }), ["[redacted]"]);
});

Deno.test("lines: a key in pieces, and with lines of the other stream between, is hidden", () => {
  const lines = hide.lines({ cut: false });
  const heard = [begin, ...body, end, "out"].flatMap((text, i) => [
    ...lines([{ stream: "stdout", text }]),
    ...lines([{ stream: "stderr", text: `err ${i}` }]),
  ]);
  const texts = heard.map(({ text }) => text);
  assert.deepEqual(texts.filter((text) => !text.startsWith("err")), ["[redacted]", "out"]);
  assert.equal(texts.length, 10);
});

Deno.test("lines: what is no part of a key ends it, and words, digests, names and paths are none", () => {
  assert.deepEqual(linesOf([`no ${begin} found`, "in /run/key.pem", "a"], { cut: false }), [
    ...["no [redacted]", "in /run/key.pem", "a"],
  ]);
  const innocent = [
    "started",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pushed 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    "/usr/local/lib/application/plugins/authentication/providers/Default",
    "",
  ];
  for (const line of innocent) assert.deepEqual(linesOf([line, "next"], { cut: true }), [line, "next"]);
  const certificate = ["-----BEGIN CERTIFICATE-----", ...body, "-----END CERTIFICATE-----"];
  assert.deepEqual(linesOf(certificate, { cut: true }), certificate);
});

Deno.test("lines are left as they are where secrets are shown", () => {
  const shown = hider({ show: true }).lines({ cut: true })([{ text: begin }, { text: "x" }]);
  assert.deepEqual(shown.map(({ text }) => text), [begin, "x"]);
});

Deno.test("hide.text() hides what is left of a key, also behind a logger's words, and keeps the shape of JSON", () => {
  const left = [...body.slice(2), end].join("\n");
  assert.equal(hide.text(`${left}\nnext`), "[redacted]\nnext");
  assert.equal(hide.text(`a b\n${left} next`), "a b\n[redacted] next");
  assert.equal(hide.text(left.replaceAll(/^/gm, "12:00 key: ")), "12:00 key: [redacted]");
  const json = JSON.stringify({ log: left, n: 1 });
  assert.deepEqual(JSON.parse(hide.text(json)), { log: "[redacted]", n: 1 });
  const certificate = left.replace("PRIVATE KEY", "CERTIFICATE");
  assert.equal(hide.text(certificate), certificate);
});
