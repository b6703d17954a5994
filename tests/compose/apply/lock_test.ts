import assert from "node:assert/strict";
import { lockByName } from "../../../src/compose/apply/lock.ts";

Deno.test("work under one name goes on one at a time and in turn, also when some of it fails; other names do not wait", async () => {
  const lock = lockByName();
  const told: string[] = [];
  const work = (text: string, ms: number) => async () => {
    told.push(`${text} begins`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    told.push(`${text} ends`);
  };
  const failing = lock("shop", () => Promise.reject(new Error("it failed")));
  const all = [lock("shop", work("one", 30)), lock("shop", work("two", 1)), lock("other", work("three", 1))];
  await assert.rejects(failing, /it failed/);
  await Promise.all(all);
  assert.deepEqual(told.filter((text) => !text.startsWith("three")), [
    "one begins",
    "one ends",
    "two begins",
    "two ends",
  ]);
  assert.ok(told.indexOf("three ends") < told.indexOf("one ends"));
});

Deno.test("who gives up while waiting does not hold up those behind", async () => {
  const lock = lockByName();
  const gate = Promise.withResolvers<void>();
  const first = lock("shop", () => gate.promise);
  const cancel = new AbortController();
  const second = lock("shop", () => Promise.reject(new Error("it must not begin")), cancel.signal);
  const third = lock("shop", () => Promise.resolve("done"));
  cancel.abort(new Error("enough"));
  await assert.rejects(second, /enough/);
  let isOver = false;
  void third.then(() => isOver = true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(isOver, false, "it still waits for the first one");
  gate.resolve();
  await first;
  assert.equal(await third, "done");
});
