import assert from "node:assert/strict";
import { tokensOf } from "../bench/tokens.ts";
import type { Answer, Call } from "../../src/call/stage.ts";
import { answer, answered, call, door, failed, subject, wide } from "./fake_call.ts";

/** A subject whose calls end when `finish` is called, the oldest first. */
function held() {
  const atWork: { call: Call; end: (answer: Answer) => void }[] = [];
  const slow = subject({
    run: (call) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      atWork.push({ call, end: resolve });
      return promise;
    },
  });
  return { atWork, slow, finish: () => atWork.shift()?.end(answer({ done: true })) };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("limit() lets so many calls work at once, some more wait in order, and refuses the rest", async () => {
  const { atWork, slow, finish } = held();
  const { open } = door({ limits: { ...wide, concurrency: 2 } });
  const calls = Array.from({ length: 10 }, (_, i) => open(call({ id: `c${i}`, subject: slow })));
  const refused = failed(await open(call({ subject: slow })));
  assert.equal(refused.code, "DKR-017");
  assert.match(refused.why, /2 calls are at work/);
  await settle();
  assert.deepEqual(atWork.map(({ call }) => call.id), ["c0", "c1"]);
  finish();
  await settle();
  assert.deepEqual(atWork.map(({ call }) => call.id), ["c1", "c2"]);
  for (let i = 0; i < 9; i++) {
    finish();
    await settle();
  }
  for (const outcome of await Promise.all(calls)) answered(outcome);
  assert.equal(atWork.length, 0);
});

Deno.test("limit() counts the calls of each engine by themselves, so that one that hangs keeps none from the others", async () => {
  const { slow, finish } = held();
  const { open } = door({ limits: { ...wide, concurrency: 1 } });
  const hanging = Array.from({ length: 5 }, () => open(call({ subject: { ...slow, host: "down" } })));
  assert.equal(failed(await open(call({ subject: { ...slow, host: "down" } }))).code, "DKR-017");
  answered(await open(call({ subject: subject({ host: "lab" }) })));
  for (const outcome of hanging) {
    await settle();
    finish();
    answered(await outcome);
  }
});

Deno.test("limit() gives a place back when the work fails, and lets a waiting call be cancelled", async () => {
  const { open } = door({ limits: { ...wide, concurrency: 1 } });
  const failing = subject({ run: () => Promise.reject(new Error("broken")) });
  for (let i = 0; i < 3; i++) failed(await open(call({ subject: failing })));
  const { slow, finish, atWork } = held();
  const first = open(call({ subject: slow }));
  const controller = new AbortController();
  const second = open(call({ subject: slow, signal: controller.signal }));
  const third = open(call({ subject: slow }));
  await settle();
  controller.abort();
  assert.equal(failed(await second).code, "DKR-020");
  finish();
  await settle();
  assert.equal(atWork.length, 1);
  finish();
  answered(await first);
  answered(await third);
});

Deno.test("limit() counts the calls of each caller by the minute", async () => {
  let time = 0;
  const { open } = door({ limits: { ...wide, rate: 3 }, now: () => time });
  for (let i = 0; i < 3; i++) answered(await open(call()));
  const refused = failed(await open(call()));
  assert.equal(refused.code, "DKR-017");
  assert.match(refused.why, /more than 3 calls in a minute/);
  answered(await open(call({ caller: { name: "other" } })));
  time += 20_000;
  answered(await open(call()));
  failed(await open(call()));
  time += 600_000;
  for (let i = 0; i < 3; i++) answered(await open(call()));
  failed(await open(call()));
});

Deno.test("limit() ends a call at the deadline, even one that does not heed its signal", async () => {
  const seen: AbortSignal[] = [];
  const deaf = subject({
    run: ({ signal }) => {
      seen.push(signal);
      return new Promise(() => {});
    },
  });
  const failure = failed(await door({ limits: { ...wide, deadline: 20 } }).open(call({ subject: deaf })));
  assert.equal(failure.code, "DKR-010");
  assert.match(failure.why, /longer than 0.02 seconds/);
  assert.match(failure.next, /may have happened/);
  assert.equal(seen[0]?.aborted, true);
});

Deno.test("limit() counts the wait for a place towards the deadline, and does not start what came too late", async () => {
  const { atWork, slow, finish } = held();
  const { open } = door({ limits: { ...wide, concurrency: 1, deadline: 30 } });
  const reading = { ...slow, risk: "read" } as const;
  const outcomes = await Promise.all([open(call({ subject: reading })), open(call({ subject: reading }))]);
  for (const outcome of outcomes) assert.equal(failed(outcome).code, "DKR-010");
  assert.doesNotMatch(failed(outcomes[0]).next, /may have happened/);
  assert.equal(atWork.length, 1);
  finish();
});

Deno.test("limit() does not start a call that was cancelled before", async () => {
  const { atWork, slow } = held();
  assert.equal(failed(await door().open(call({ subject: slow, signal: AbortSignal.abort() }))).code, "DKR-020");
  assert.equal(atWork.length, 0);
});

Deno.test("limit() cuts a long text at a line and says how much is missing", async () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
  const { open } = door({ limits: { ...wide, answer: 500 } });
  const cut = answered(await open(call({ subject: subject({ run: () => Promise.resolve(answer({}, lines)) }) })));
  assert.ok(cut.text.length <= 500);
  const [, kept = "", left] = /^(.*)\n\[(\d+) of 789 characters cut\. Ask for less\]$/s.exec(cut.text) ?? [];
  assert.ok(lines.startsWith(`${kept}\n`));
  assert.equal(kept.length + Number(left), 789);
});

Deno.test("limit() never cuts a character in two", async () => {
  const { open } = door({ limits: { ...wide, answer: 301 } });
  for (const lead of ["", "a"]) {
    const run = () => Promise.resolve(answer({}, lead + "\u{1F433}".repeat(300)));
    const { text } = answered(await open(call({ subject: subject({ run }) })));
    assert.ok(text.isWellFormed());
    assert.ok(text.length <= 301);
  }
});

Deno.test("limit() refuses data that is too large, and says whether the work was done", async () => {
  const run = () => Promise.resolve(answer({ lines: "x".repeat(1000) }));
  const { open } = door({ limits: { ...wide, answer: 500 } });
  const read = failed(await open(call({ subject: subject({ risk: "read", run }) })));
  assert.equal(read.code, "DKR-017");
  assert.match(read.why, /1012 characters.*at most 500/);
  assert.match(read.next, /^Ask for less/);
  const changed = failed(await open(call({ subject: subject({ risk: "execute", run }) })));
  assert.match(changed.next, /^It has been done; do not call again/);
  const told = () => Promise.resolve(answer({ lines: "x".repeat(1000) }, "Exit code 3\nstdout:\n|x"));
  const executed = failed(await open(call({ subject: subject({ risk: "execute", run: told }) })));
  assert.match(executed.why, /at most 500 are sent; it begins: Exit code 3$/);
});

Deno.test("limit() names the arguments that make an answer shorter", async () => {
  const run = () => Promise.resolve(answer({ lines: "x".repeat(1000) }));
  const { open } = door({ limits: { ...wide, answer: 500 } });
  const next = async (...inputs: string[]) =>
    failed(await open(call({ subject: subject({ risk: "read", inputs, run }) }))).next;
  assert.equal(await next("container", "tail", "since"), "Ask for less: with tail, since");
  assert.equal(await next("image", "raw"), "Ask for less: without raw");
  assert.equal(await next("container", "fields", "raw"), "Ask for less: with fields, or without raw");
});

Deno.test("limit() lets no answer out that a model would need more than 25,000 tokens for", async () => {
  const text = "\u6f22\u5b57".repeat(20_000);
  const { open } = door({ limits: { ...wide, answer: 50_000 } });
  const shown = answered(await open(call({ subject: subject({ run: () => Promise.resolve(answer({}, text)) }) })));
  assert.ok(tokensOf(shown.text) <= 25_000 && shown.text.length > 5000, `${tokensOf(shown.text)} tokens`);
  assert.match(shown.text, /of 40000 characters cut/);
  const run = () => Promise.resolve(answer({ text }));
  const refused = failed(await open(call({ subject: subject({ risk: "read", inputs: ["tail"], run }) })));
  assert.deepEqual([refused.why, refused.next], [
    "the answer may come to more than 25000 tokens",
    "Ask for less: with tail",
  ]);
});
