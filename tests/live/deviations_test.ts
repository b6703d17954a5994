import assert from "node:assert/strict";
import { expectDeviation } from "./deviations.ts";

const known = { fails: /past events are empty/, reason: "It keeps no events." };

Deno.test("a deviation holds where its test fails as it is known to", async () => {
  await expectDeviation(known, () => Promise.reject(new Error("past events are empty")));
});

Deno.test("a deviation that is gone, or is another one, is a failure", async () => {
  await assert.rejects(expectDeviation(known, () => {}), /It passes: take it out of tests\/live\/deviations\.json/);
  const other = () => Promise.reject(new Error("no such container"));
  await assert.rejects(expectDeviation(known, other), /It fails in another way than the known one/);
});
