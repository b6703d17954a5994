import assert from "node:assert/strict";
import { at, type Scene, sceneTest, until } from "./scene.ts";

/** A diagnosis, held to its bound: about 500 tokens are 1,700 characters of this kind. */
async function diagnosis(s: Scene, container: string) {
  const { data, text, failed } = await s.call("docker_diagnose_container", { container });
  assert.equal(failed, false, text);
  assert.ok(text.length < 1700, `${text.length} characters:\n${text}`);
  return { verdict: data.verdict, cause: String(data.cause), next: String(data.next), text };
}

/** Runs a shell line to its end. */
async function ended(s: Scene, what: string, line: string, args: Record<string, unknown> = {}): Promise<string> {
  return await s.run(what, { command: ["sh", "-c", line], wait: "exit", ...args });
}

async function unstartable(s: Scene, what: string, args: Record<string, unknown>): Promise<string> {
  const container = await s.create(what, args);
  assert.equal((await s.call("docker_start_container", { container })).failed, true);
  return container;
}

sceneTest("docker_diagnose_container tells out of memory from every other SIGKILL", async (s) => {
  const hog = "tail /dev/zero";
  const limits = { memory: "16m", memory_swap: "16m" };
  const killed = await ended(s, "killed", `exec ${hog}`, limits);
  const found = await diagnosis(s, killed);
  assert.equal(found.verdict, "failing");
  assert.match(found.cause, /^Out of memory: it reached its memory limit of 16 MiB, and the kernel killed it$/);
  assert.match(found.next, /docker_update_container/);
  const child = await ended(s, "child", `sh -c '${hog}'; exit 3`, limits);
  assert.match(
    (await diagnosis(s, child)).cause,
    /^Out of memory: .* killed a process in it, and it ended with code 3$/,
  );

  const limited = await s.run("limited", limits);
  await s.data("docker_kill_container", { container: limited });
  await until("it is dead", async () => at(await s.inspect(limited), "State", "Status") === "exited");
  const byUser = await diagnosis(s, limited);
  assert.deepEqual([byUser.verdict, byUser.cause], [
    "ended",
    "Killed on request: Docker was told to send it SIGKILL",
  ]);
});

sceneTest("docker_diagnose_container knows a stop on request, whether it was heeded or not", async (s) => {
  const deaf = await s.run("deaf");
  await s.data("docker_stop_container", { container: deaf, timeout: 1 });
  const found = await diagnosis(s, deaf);
  assert.equal(found.verdict, "ended");
  assert.match(found.cause, /^Stopped on request; it did not heed the stop signal and was killed/);

  const polite = await s.run("polite", { command: ["sh", "-c", "trap 'exit 143' TERM; while :; do sleep 0.1; done"] });
  await s.data("docker_stop_container", { container: polite });
  assert.equal((await diagnosis(s, polite)).cause, "Stopped on request; it ended with code 143");
  const signalled = await s.run("signalled", {
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
  });
  await s.data("docker_kill_container", { container: signalled, signal: "SIGTERM" });
  await until("it ended", async () => at(await s.inspect(signalled), "State", "Status") === "exited");
  assert.equal((await diagnosis(s, signalled)).cause, "Killed on request: Docker was told to send it SIGTERM");
  // Nobody asked for this one.
  const itself = await ended(s, "itself", "exit 143");
  assert.match((await diagnosis(s, itself)).cause, /^Ended by SIGTERM \(exit code 143\), not by way of Docker/);
});

sceneTest("docker_diagnose_container tells a missing command from one that may not be run", async (s) => {
  const missing = await unstartable(s, "missing", { command: ["no-such-program"] });
  const found = await diagnosis(s, missing);
  assert.equal(found.verdict, "failing");
  assert.match(found.cause, /^It cannot start\. Command not found: the image holds no "no-such-program"/);
  const forbidden = await unstartable(s, "forbidden", { command: ["/www/index.html"] });
  assert.match((await diagnosis(s, forbidden)).cause, /^It cannot start\. Not executable: "\/www\/index\.html"/);
  const inShell = await ended(s, "in-shell", "no-such-program");
  const said = 'A command was not found in the image (exit code 127): "sh: no-such-program: not found"';
  assert.equal((await diagnosis(s, inShell)).cause, said);
  const denied = await ended(s, "denied", "/www/index.html");
  assert.match((await diagnosis(s, denied)).cause, /^A command was found but may not be executed.*\(exit code 126\)/);
  const user = await unstartable(s, "user", { user: "nobody-at-all" });
  assert.match((await diagnosis(s, user)).cause, /^It cannot start\. The image knows no user or group "nobody-at-all"/);
});

sceneTest("docker_diagnose_container sees a crash loop, and why it crashes", async (s) => {
  const container = await s.run("loop", {
    command: ["sh", "-c", "echo loading; echo 'Error: no DATABASE_URL given' >&2; exit 3"],
    restart: "always",
  });
  await until("it was restarted", async () => Number(at(await s.inspect(container), "RestartCount")) >= 3);
  await until("it waits", async () => at(await s.inspect(container), "State", "Status") === "restarting");
  const { verdict, cause, text } = await diagnosis(s, container);
  assert.equal(verdict, "failing");
  assert.match(
    cause,
    /^Crash loop: restarted \d+ times by its policy "always"\. The program failed with exit code 3: "Error: no DATABASE_URL given"$/,
  );
  assert.match(
    text,
    /\nPrinted again and again, but for numbers: line 1: \d+ times, line 2: \d+ times\nLog .*\n\|Error: no DATABASE_URL given$/m,
  );
  assert.match(text, /die exit 3/);
  const spent = await s.run("spent", { command: ["sh", "-c", "exit 4"], restart: "on-failure:2" });
  await until("it gave up", async () => at(await s.inspect(spent), "State", "Status") === "exited");
  assert.match((await diagnosis(s, spent)).cause, /exit code 4\. Its restart policy gave up after 2 restarts$/);
  const brief = await s.run("brief", { command: ["true"], restart: "always" });
  await until("it was restarted", async () => Number(at(await s.inspect(brief), "RestartCount")) >= 3);
  await until("it waits", async () => at(await s.inspect(brief), "State", "Status") === "restarting");
  assert.match((await diagnosis(s, brief)).cause, /It ends without an error, and its restart policy starts it again/);
});

sceneTest("docker_diagnose_container gives the output of a failing health check", async (s) => {
  const check = { interval: "200ms", timeout: "2s", retries: 2 };
  const ill = await s.run("ill", { health_check: { cmd: "echo cannot reach db; exit 1", ...check }, wait: "healthy" });
  const found = await diagnosis(s, ill);
  assert.equal(found.verdict, "failing");
  assert.match(found.cause, /^Its health check fails, \d+ times in a row: exit 1, "cannot reach db"$/);
  assert.match(found.next, /^docker_exec_command runs the check by hand: "echo cannot reach db; exit 1"$/);
  const lacking = await s.run("lacking", { health_check: { cmd: ["curl", "localhost"], ...check }, wait: "healthy" });
  assert.match((await diagnosis(s, lacking)).cause, /the check's own command is not in the image: .*curl/);
  const slow = await s.run("slow", {
    health_check: { cmd: "sleep 5", interval: "200ms", timeout: "300ms", retries: 1 },
    wait: "healthy",
  });
  assert.match((await diagnosis(s, slow)).cause, /it takes longer than its time-out allows$/);
  const fresh = await s.run("fresh", { health_check: { cmd: "true", interval: "1h" } });
  const { verdict, next } = await diagnosis(s, fresh);
  assert.equal(verdict, "starting");
  assert.match(next, /docker_wait_for/);
});

sceneTest("docker_diagnose_container names who has the port, and the network or folder that is gone", async (s) => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const holder = await s.run("holder", { ports: [`${port}:80`] });
  const second = await unstartable(s, "second", { command: ["sleep", "600"], ports: [`${port}:80`] });
  const taken = await diagnosis(s, second);
  assert.equal(taken.cause, `It cannot start. Port ${port} of the host is taken: container "${holder}" publishes it`);

  const network = await s.network("gone");
  const lost = await s.create("lost", { network });
  await s.ask({ method: "DELETE", path: `/networks/${network}` });
  assert.match((await diagnosis(s, lost)).text, new RegExp(`Fact: network gone: ${network}`));
  await s.call("docker_start_container", { container: lost });
  assert.match((await diagnosis(s, lost)).cause, new RegExp(`Its network "${network}" does not exist any more`));

  const fresh = await s.create("fresh");
  const { verdict, cause } = await diagnosis(s, fresh);
  assert.deepEqual([verdict, cause], ["ended", "It was created and has never run"]);
});

sceneTest("docker_diagnose_container knows the codes of faults in programs", async (s) => {
  const segfault = await ended(s, "segfault", "sh -c 'kill -SEGV $$'; exit $?");
  const found = await diagnosis(s, segfault);
  assert.equal(found.verdict, "failing");
  assert.match(found.cause, /^Segmentation fault \(SIGSEGV\).*\(exit code 139\)$/);
  const abort = await ended(s, "abort", "sh -c 'kill -ABRT $$'; exit $?");
  assert.match((await diagnosis(s, abort)).cause, /^SIGABRT: .*\(exit code 134\)$/);
});

const trace = `echo 'listening on 80'
echo 'Traceback (most recent call last):' >&2
echo '  File "/app/main.py", line 12, in <module>' >&2
echo '    connect()' >&2
echo 'ConnectionRefusedError: [Errno 111] Connection refused: db:5432' >&2
exit 1`;

sceneTest("docker_diagnose_container finds the line that tells in a stack trace, also of a terminal", async (s) => {
  for (const tty of [false, true]) {
    const container = await ended(s, `trace-${tty}`, trace, { tty });
    const { verdict, cause, next } = await diagnosis(s, container);
    assert.equal(verdict, "failing");
    assert.equal(
      cause,
      'The program failed with exit code 1: "ConnectionRefusedError: [Errno 111] Connection refused: db:5432". ' +
        "What it connects to does not listen there (yet)",
    );
    assert.match(next, /docker_wait_for/);
  }
  const silent = await ended(s, "silent", "exit 9");
  const { cause, next } = await diagnosis(s, silent);
  assert.deepEqual([cause, next], ["The program failed with exit code 9", "It printed nothing: check its command"]);
});

sceneTest("docker_diagnose_container finds nothing wrong where nothing is", async (s) => {
  const well = await s.run("well");
  const found = await diagnosis(s, well);
  assert.equal(found.verdict, "ok");
  assert.match(found.cause, /^Nothing wrong: running for \d+s$/);
  const healthy = await s.run("healthy", { health_check: { cmd: "true", interval: "200ms" }, wait: "healthy" });
  assert.match((await diagnosis(s, healthy)).cause, /^Nothing wrong: running for \d+s and healthy$/);
  const done = await ended(s, "done", "echo done");
  assert.equal((await diagnosis(s, done)).verdict, "ended");
  // The engine tells of an end a moment after it shows it.
  await until(
    "its end is told",
    async () => /^It ended without an error, by itself/.test((await diagnosis(s, done)).cause),
  );
  await s.data("docker_pause_container", { container: well });
  assert.match((await diagnosis(s, well)).cause, /^Paused/);
  await s.fails("DKR-002", "docker_diagnose_container", { container: `${s.prefix}-none` });
});

sceneTest("docker_diagnose_container sees a container that is near its limits, or has died lately", async (s) => {
  const full = await s.run("full", {
    command: ["sh", "-c", "dd if=/dev/zero of=/dev/shm/fill bs=1M count=30 && sleep 600"],
    memory: "32m",
    memory_swap: "32m",
  });
  await until("it is near its limit", async () => (await diagnosis(s, full)).cause.includes("near its memory limit"));
  const shaky = await s.run("shaky", {
    command: ["sh", "-c", "[ -e /tmp/once ] && sleep 600; touch /tmp/once; echo 'fatal: no luck'; exit 5"],
    restart: "on-failure",
  });
  await until("it runs again", async () => Number(at(await s.inspect(shaky), "RestartCount")) === 1);
  await until(
    "it is told",
    async () => /died 1 time in the last 10 minutes \(exit code 5\)/.test((await diagnosis(s, shaky)).cause),
  );
});

sceneTest(
  "docker_diagnose_container hides secrets and terminal codes, and stays small however much is logged",
  async (s) => {
    const line =
      "i=0; while [ $i -lt 2000 ]; do echo \"error $i: $(printf 'x%.0s' 1 2 3 4 5 6 7 8 9) token=hunter2secret\"; " +
      "i=$((i+1)); done; printf '\\033[31mfatal: DB_PASSWORD=hunter2secret was refused\\033[0m\\n'; exit 1";
    const container = await ended(s, "noisy", line);
    const { text } = await diagnosis(s, container);
    assert.ok(!text.includes("hunter2secret") && !text.includes("\x1b"), text);
    assert.match(text, /fatal: DB_PASSWORD=\[redacted\]/);
  },
);
