import assert from "node:assert/strict";
import type { CallEvent } from "../../src/telemetry/event.ts";
import type { LogLevel } from "../../src/telemetry/log.ts";
import { telemetry } from "../../src/telemetry/telemetry.ts";

const answered: CallEvent = {
  time: "2026-01-02T03:04:05.000Z",
  id: "c1",
  name: "docker_list_containers",
  risk: "read",
  caller: "local",
  outcome: "answer",
  duration: 3,
  args: { all: true },
};
const failed: CallEvent = { ...answered, outcome: "failure", code: "DKR-002", why: 'No container named "wbe"' };
const broken: CallEvent = { ...answered, outcome: "failure", code: "DKR-021", error: "TypeError: x\n    at y" };

function logged(level: LogLevel): string[] {
  const lines: string[] = [];
  for (const sink of telemetry({ log: { level, write: (line) => lines.push(line) } })) {
    for (const event of [answered, failed, broken]) sink(event);
  }
  return lines;
}

Deno.test("telemetry() logs each call as one line of JSON", () => {
  const lines = logged("info");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    { level: "info", ...answered },
    { level: "warn", ...failed },
    { level: "error", ...broken },
  ]);
  for (const line of lines) assert.equal(line.indexOf("\n"), line.length - 1);
});

Deno.test("telemetry() logs no less than the level asks for", () => {
  const levels: LogLevel[] = ["debug", "info", "warn", "error", "off"];
  assert.deepEqual(levels.map((level) => logged(level).length), [3, 3, 2, 1, 0]);
});

Deno.test("telemetry() writes to stderr and never to stdout", async () => {
  const module = import.meta.resolve("../../src/telemetry/telemetry.ts");
  const code = `import { telemetry } from "${module}";
    for (const sink of telemetry({ log: { level: "info" } })) sink(${JSON.stringify(answered)});`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", code], stdin: "null" });
  const { stdout, stderr } = await child.output();
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stderr)), { level: "info", ...answered });
});
