import assert from "node:assert/strict";
import type { Outcome } from "../../src/call/stage.ts";
import { runCall } from "../../src/commands/call.ts";

function run(args: string, outcome: Outcome = { kind: "answer", data: {}, text: "done" }) {
  const seen: unknown[] = [];
  const call = (...given: unknown[]) => {
    seen.push(given);
    return Promise.resolve(outcome);
  };
  return { seen, result: runCall({ tool: "docker_version", args, call }) };
}

Deno.test("an answer is printed, and the tool got its arguments", async () => {
  const { seen, result } = run('{"all": true}');
  assert.deepEqual(await result, { text: "done\n", exitCode: 0 });
  assert.deepEqual(seen, [["docker_version", { all: true }]]);
});

Deno.test("a failure is printed with its code and the next step", async () => {
  const failure = { kind: "failure", code: "DKR-002", what: "No container", why: "gone", next: "List them" } as const;
  assert.deepEqual(await run("{}", failure).result, {
    text: "[DKR-002] No container: gone\nNext: List them\n",
    exitCode: 1,
  });
});

Deno.test("a question says how to go on from a shell", async () => {
  const { text, exitCode } = await run("{}", { kind: "question", message: "Remove web?", token: "t" }).result;
  assert.equal(text, "Remove web?\nNothing was done. To go on, repeat this call with --destructive=allow\n");
  assert.equal(exitCode, 1);
});

Deno.test("arguments that are not JSON are refused with the place of the fault, and nothing is called", async () => {
  const long = `{"name": "${"x".repeat(60)}", "all": yes, "more": "${"y".repeat(60)}"}`;
  const table: [string, number][] = [
    ["abc", 0],
    ['{"a":}', 5],
    ['{"a": tru}', 9],
    ["{a:1}", 1],
    ['{"a":1,}', 7],
    ['{"a":1} x', 8],
    ["[1,", 3],
    ['{"a": "b', 8],
    ["", 0],
    [long, long.indexOf("yes")],
  ];
  for (const [args, position] of table) {
    const { seen, result } = run(args);
    const { text, exitCode } = await result;
    assert.match(
      text,
      new RegExp(`^Cannot call "docker_version": the arguments are not JSON: .* at position ${position}\\b`),
    );
    assert.equal(exitCode, 2);
    assert.deepEqual(seen, []);
  }
});

Deno.test("arguments that are no object are refused", async () => {
  for (const args of ["[]", "null", '"web"', "3"]) {
    const { text, exitCode } = await run(args).result;
    assert.equal(
      text,
      `Cannot call "docker_version": the arguments must be a JSON object such as '{"all": true}', got ${args}\n`,
    );
    assert.equal(exitCode, 2);
  }
});
