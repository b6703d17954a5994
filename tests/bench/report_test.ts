import assert from "node:assert/strict";
import { amount, difference, tables } from "./report.ts";

Deno.test("tables() aligns the columns and says of each aim whether it was met", () => {
  const rows = [
    { what: "CPU", floor: "35 ms", measured: "140 ms", compared: "4.0 x", aim: { text: "under 5 x", met: true } },
    { what: "peak", floor: "", measured: "200 MiB", compared: "", aim: { text: "under 150 MiB", met: false } },
    { what: "size", floor: "", measured: "", compared: "" },
  ];
  assert.equal(
    tables([{ title: "Start", how: "Spawned.", rows }]),
    `## Start

Spawned.

|      | floor | measured | compared | aim                        |
| ---- | ----- | -------- | -------- | -------------------------- |
| CPU  | 35 ms | 140 ms   | 4.0 x    | under 5 x: met             |
| peak |       | 200 MiB  |          | under 150 MiB: **not met** |
| size |       |          |          |                            |
`,
  );
});

Deno.test("amount() keeps three digits that count and groups thousands", () => {
  assert.deepEqual(
    [amount(0.123, "ms"), amount(12.34, "ms"), amount(123.4, "ms"), amount(1234567, "bytes"), difference(-1.234, "ms")],
    ["0.12 ms", "12.3 ms", "123 ms", "1,234,567 bytes", "-1.23 ms"],
  );
});
