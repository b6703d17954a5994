import assert from "node:assert/strict";
import { engine as engineOn } from "../../../../src/engine/engine.ts";
import { EngineError } from "../../../../src/engine/errors.ts";
import type { EngineRequest, EngineResponse } from "../../../../src/engine/request.ts";
import { containerLog } from "../../../../src/tools/facts/compose/container_log.ts";

/** Reads the log of a container once for each answer; gives what was heard, and the queries. */
async function readings(
  answers: readonly (string[] | number)[],
  { running = true, fleeting = false, tail = "5" } = {},
) {
  const queries: EngineRequest["query"][] = [];
  const state = { Config: { Tty: true }, State: { Running: running, StartedAt: "2026-01-01T10:00:00.2Z" } };
  const send = (request: EngineRequest): Promise<EngineResponse> => {
    if (request.path.endsWith("/json")) return Promise.resolve(responseOf(JSON.stringify(state)));
    const answer = answers[queries.length] ?? [];
    queries.push(request.query);
    if (typeof answer !== "number") return Promise.resolve(responseOf(answer.map((line) => `${line}\n`).join("")));
    const facts = { fault: { kind: "status", status: answer }, request: "GET /logs" } as const;
    return Promise.reject(new EngineError("It is gone", facts));
  };
  const engine = engineOn({ send, upgrade: () => Promise.reject(new Error("nothing is upgraded")) });
  const heard: string[] = [];
  const log = containerLog({ engine, signal: new AbortController().signal }, "web", {
    options: { tail, since: undefined, follow: true, fleeting },
    hear: (lines) => heard.push(...lines.map(({ text }) => text)),
  });
  for (const _ of answers) await log.read();
  return { heard, queries: queries.map((query) => [query?.["tail"], query?.["since"], query?.["follow"]]) };
}

function responseOf(text: string): EngineResponse {
  const body = new Response(text);
  return {
    status: 200,
    headers: new Headers(),
    text: () => body.text(),
    discard: () => Promise.resolve(),
    async *chunks() {
      yield new TextEncoder().encode(text);
    },
  };
}

Deno.test("containerLog() goes on behind the last line, to the nanosecond", async () => {
  const [first, second, third] = [1, 2, 3].map((at) => `2026-01-01T10:00:00.00000000${at}Z line ${at}`);
  const { heard, queries } = await readings([[`${first}`, `${third}`, `${second}`], [`${third}`, `${third} more`]]);
  assert.deepEqual(heard, [first, third, second, `${third} more`]);
  assert.deepEqual(queries, [["5", undefined, true], ["all", "1767261600.000000003", true]]);
});

Deno.test("containerLog() knows lines of one second by their number, where an engine tells no more", async () => {
  const at = "2026-01-01T10:00:00Z";
  const { heard } = await readings([[`${at} a`, `${at} b`], [`${at} a`, `${at} b`, `${at} c`], [
    `${at} a`,
    `${at} b`,
    `${at} c`,
    `${at} d`,
  ]]);
  assert.deepEqual(heard, [`${at} a`, `${at} b`, `${at} c`, `${at} d`]);
});

Deno.test("containerLog() reads from the start on where nothing was read before it", async () => {
  const { queries } = await readings([[], []], { tail: "0" });
  assert.deepEqual(queries, [["0", undefined, true], ["all", "1767261600.000", true]]);
});

Deno.test("containerLog() does not wait for lines of a container that does not run", async () => {
  assert.deepEqual((await readings([[]], { running: false })).queries, [["5", undefined, false]]);
});

Deno.test("containerLog() fails where the log is refused, unless it joined in or was read before", async () => {
  await assert.rejects(readings([409]), EngineError);
  assert.deepEqual((await readings([409], { fleeting: true })).heard, []);
  assert.deepEqual((await readings([["a"], 404])).heard, ["a"]);
});
