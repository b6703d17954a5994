import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { containerEvent } from "../../fake_events.ts";
import { ended, golden, running } from "../golden.ts";

async function failed(connected: Connected): Promise<void> {
  await ended(connected);
  const job = connected.daemon.container("job");
  job.log.push({ stream: "stderr", text: "\x1b[31mfatal:\x1b[0m no such table: users\n" });
  connected.daemon.events.push(
    containerEvent(job, "start", { time: "10:00:00" }),
    containerEvent(job, "exec_die", { time: "10:02:00", exitCode: "1" }),
    containerEvent(job, "die", { time: "10:05:00", exitCode: "3" }),
  );
}

golden("docker_diagnose_container", { args: { container: "job" }, before: failed });

Deno.test("docker_diagnose_container does without what the engine refuses to tell", async () => {
  await using connected = await connect();
  await failed(connected);
  for (const path of [/\/logs$/, /^\/events$/, /^\/networks$/, /^\/images\/.*\/json$/]) {
    connected.daemon.failNext({ method: "GET", path }, 500, "configured logging driver does not support reading");
  }
  const text = await connected.text("docker_diagnose_container", { container: "job" });
  assert.match(text, /^job: exited, exit code 3, .*\nCause: The program failed with exit code 3\n/);
  assert.match(text, /Fact: its log cannot be read \(driver unknown\)/);
});

Deno.test("docker_diagnose_container asks in one round", async () => {
  await using connected = await connect();
  await running(connected);
  connected.daemon.seen.length = 0;
  assert.match(
    await connected.text("docker_diagnose_container", { container: "web" }),
    /\nCause: Nothing wrong: running for \d+d and healthy\nNext: None\n/,
  );
  assert.equal(connected.daemon.seen.length, 7);
  assert.match(await connected.text("docker_diagnose_container", { container: "wbe" }), /^\[DKR-002\].*\n.*"web"/);
});
