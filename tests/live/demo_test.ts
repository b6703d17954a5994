import assert from "node:assert/strict";
import { demo } from "../../src/commands/demo.ts";
import { askEngine } from "./engine_api.ts";
import { type LiveEngine, liveTest } from "./live.ts";

const main = new URL("../../main.ts", import.meta.url).pathname;
const name = `docker-mcp-demo-${Deno.pid}`;

/** The demo with a server of these arguments: its exit code, its transcript, and whether its container is gone. */
async function played({ host }: LiveEngine, args: readonly string[] = []) {
  let transcript = "";
  const serve = [Deno.execPath(), "run", "-A", main, "--host", host, ...args] as const;
  try {
    const code = await demo({ serve, write: (text) => void (transcript += text) });
    return { code, transcript, gone: (await askEngine(host, { path: `/containers/${name}/json` })).status === 404 };
  } finally {
    await askEngine(host, { method: "DELETE", path: `/containers/${name}?force=1&v=1` });
  }
}

/** What a reader of the transcript sees, in this order. */
const steps = [
  /The server offers \d+ tools\./,
  /> docker_version \{\}\n {2}(Docker|Podman) /,
  /> docker_run_container .*\n {2}docker-mcp-demo-\d+ \([0-9a-f]{12}\) is running, healthy\./,
  /> docker_exec_command .*\n {2}Exit code 0\n.*\n {2}\|<h1>hello from the demo<\/h1>/,
  /> docker_container_logs .*\n[^>]*200/,
  /> docker_container_stats .*\n {2}NAME .*\n {2}docker-mcp-demo-/,
  /\[DKR-002\] .*No container named "docker-mcp-dmeo-\d+"\n {2}Next: Closest: "docker-mcp-demo-\d+"/,
  /\[DKR-011\] Refused: "Run a container"/,
  /> docker_stop_container .*\n {2}Stopped docker-mcp-demo-/,
  /\[the server asks\] .*will be deleted\.\n {2}\[the user answers\] yes\n {2}Removed docker-mcp-demo-/,
  /\nAll as expected\.\n$/,
];

liveTest("the demo drives the server over stdio, tells each step, and leaves nothing", async (engine) => {
  const { code, transcript, gone } = await played(engine);
  let at = 0;
  for (const step of steps) {
    const found = step.exec(transcript.slice(at));
    assert.ok(found, `${step} is not there after\n${transcript.slice(0, at)}\n--- but\n${transcript.slice(at)}`);
    at += found.index;
  }
  assert.deepEqual([code, gone], [0, true]);
});

liveTest("the demo counts what did not go as expected", async (engine) => {
  const { code, transcript } = await played(engine, ["--destructive", "deny"]);
  assert.match(
    transcript,
    /> docker_remove_container [^>]*\n {2}Cannot call [^>]*\n1 calls did not go as expected\.\n$/,
  );
  assert.equal(code, 1);
});

Deno.test("the demo ends where its server does", async () => {
  const serve = [Deno.execPath(), "eval", "0"] as const;
  await assert.rejects(demo({ serve, write: () => {} }), /The server ended before it answered/);
});
