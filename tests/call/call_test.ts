import assert from "node:assert/strict";
import { policy } from "../../src/safety/policy.ts";
import { hider } from "../../src/safety/secrets.ts";
import type { CallEvent } from "../../src/telemetry/event.ts";
import { answer, answered, call, door, failed, subject } from "./fake_call.ts";

Deno.test("openDoor() hands the arguments to the work as the subject reads them", async () => {
  const reads = subject({
    parse: (args) => ({ ...Object(args), timeout: 10 }),
    run: ({ args }) => Promise.resolve(answer(args)),
  });
  const { data } = answered(await door().open(call({ subject: reads, args: { container: "web" } })));
  assert.deepEqual(data, { container: "web", timeout: 10 });
});

Deno.test("openDoor() refuses what the policy denies, before the arguments are looked at", async () => {
  const judge = policy({ destructive: "confirm", readOnly: false, allowTools: [], denyTools: ["docker_stop_*"] });
  const { open, events } = door({ decide: (_caller, judged) => judge(judged) });
  const untouched = subject({
    parse: () => {
      throw new Error("must not be asked");
    },
  });
  const failure = failed(await open(call({ subject: untouched })));
  assert.equal(failure.code, "DKR-011");
  assert.match(failure.why, /switched it off/);
  assert.match(failure.next, /--deny-tools/);
  assert.equal(events[0]?.code, "DKR-011");
});

Deno.test("openDoor() records one event for each call, with secrets hidden and long arguments cut", async () => {
  let time = Date.UTC(2026, 0, 2, 3, 4, 5);
  const { open, events } = door({ now: () => time });
  const slow = subject({
    run: () => {
      time += 250;
      return Promise.resolve(answer({}));
    },
  });
  const args = { container: "web", env: ["A=1", "DB_PASSWORD=hunter2"], content: "y".repeat(5000) };
  await open(call({ subject: slow, args }));
  assert.deepEqual(events, [{
    time: "2026-01-02T03:04:05.250Z",
    id: "c1",
    name: "docker_stop_container",
    risk: "change",
    caller: "local",
    outcome: "answer",
    duration: 250,
    args: {
      container: "web",
      env: ["A=1", "DB_PASSWORD=[redacted]"],
      content: `${"y".repeat(1000)} ... (5000 characters)`,
    },
  }]);
});

Deno.test("openDoor() records arguments that could not be read, with the code and the reason", async () => {
  const { open, events } = door();
  const strict = subject({
    parse: () => {
      throw Object.assign(new Error("expected text"), { name: "InputError", field: "container" });
    },
  });
  await open(call({ subject: strict, args: { container: 5 } }));
  const { outcome, code, why, args, error } = events[0] ?? {};
  assert.deepEqual({ outcome, code, why, args, error }, {
    outcome: "failure",
    code: "DKR-004",
    why: '"container": expected text',
    args: { container: 5 },
    error: undefined,
  });
});

Deno.test("openDoor() tells the other sinks and answers the call when one sink throws", async () => {
  const events: CallEvent[] = [];
  const broken = () => {
    throw new Error("disk full");
  };
  const { open } = door({ sinks: [broken, (event) => events.push(event)] });
  answered(await open(call()));
  assert.equal(events.length, 1);
});

Deno.test("openDoor() hides secrets in data, text and errors, unless the operator shows them", async () => {
  const leaking = subject({
    run: () => Promise.resolve(answer({ env: { DB_PASSWORD: "hunter2" } }, "DB_PASSWORD=hunter2")),
  });
  const hidden = answered(await door().open(call({ subject: leaking })));
  assert.deepEqual(hidden, answer({ env: { DB_PASSWORD: "[redacted]" } }, "DB_PASSWORD=[redacted]"));
  const shown = answered(await door({ hide: hider({ show: true }) }).open(call({ subject: leaking })));
  assert.deepEqual(shown, answer({ env: { DB_PASSWORD: "hunter2" } }, "DB_PASSWORD=hunter2"));
  const failing = subject({
    parse: () => {
      throw Object.assign(new Error('Cannot use "postgres://me:hunter2@db"'), { name: "InputError", field: "env" });
    },
  });
  assert.match(failed(await door().open(call({ subject: failing }))).why, /postgres:\/\/me:\[redacted\]@db/);
});

Deno.test("openDoor() hides secrets in the notes of progress too: a followed log is read there first", async () => {
  const notes: string[] = [];
  const follows = subject({
    run({ progress }) {
      progress({ progress: 1, message: "connecting with DB_PASSWORD=hunter2" });
      progress({ progress: 2 });
      return Promise.resolve(answer({}));
    },
  });
  const progress = (note: { message?: string }) => notes.push(note.message ?? "-");
  answered(await door().open(call({ subject: follows, progress })));
  assert.deepEqual(notes, ["connecting with DB_PASSWORD=[redacted]", "-"]);
});

Deno.test("openDoor() hides secrets that the call came to know, in the record of a fault too", async () => {
  const { open, events } = door();
  const failing = subject({
    run({ learn, progress }) {
      progress({ progress: 1, message: "before, hunter2" });
      learn?.({ variables: new Map([["DB_PASSWORD", "hunter2"]]), names: [] });
      progress({ progress: 2, message: "then, hunter2" });
      throw new TypeError("cannot do hunter2");
    },
  });
  const notes: unknown[] = [];
  failed(await open(call({ subject: failing, progress: ({ message }) => notes.push(message) })));
  assert.deepEqual(notes, ["before, hunter2", "then, [redacted]"]);
  assert.match(events[0]?.error ?? "", /^TypeError: cannot do \[redacted\]\n/);
});

Deno.test("openDoor() refuses a key that would be lost on the way, wherever it stands, and runs nothing", async () => {
  const args = JSON.parse('{"labels": {"a": "b", "__proto__": "x"}, "list": [{"__proto__": 1}]}');
  const untouched = subject({ run: () => Promise.reject(new Error("must not run")) });
  const { code, why } = failed(await door().open(call({ subject: untouched, args })));
  assert.equal(code, "DKR-004");
  assert.match(why, /"labels\.__proto__": expected another key.*"list\[0\]\.__proto__": expected another key/);
});
