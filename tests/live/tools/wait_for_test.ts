import assert from "node:assert/strict";
import { later, promptly, type Scene, sceneTest, until } from "./scene.ts";

/** What a wait came to, with the time left out: a bound of ten seconds is enough to find one that hangs. */
async function waited(s: Scene, args: Record<string, unknown>) {
  const { met, reason, state, exit_code } = await promptly(10_000, s.data("docker_wait_for", args));
  return { met, reason, state, ...(exit_code === undefined ? {} : { exit_code }) };
}

sceneTest("docker_wait_for waits until a container runs, or says that it has ended", async (s) => {
  const container = await s.create("web", { command: ["sleep", "600"] });
  const waiting = later(waited(s, { container, state: "running" }));
  await s.data("docker_start_container", { container });
  assert.deepEqual(await waiting, { met: true, reason: "it runs", state: "running" });
  const done = await s.run("done", { command: ["sh", "-c", "exit 3"], wait: "exit" });
  const ended = { met: false, reason: "it ended with exit code 3 before that", state: "exited", exit_code: 3 };
  assert.deepEqual(await waited(s, { container: done, state: "running" }), ended);
  await s.fails("DKR-002", "docker_wait_for", { container: `${s.prefix}-none`, state: "running" });
});

sceneTest(
  "docker_wait_for waits for health, and does not outlast a check that fails or a container that dies",
  async (s) => {
    const check = { interval: "300ms", timeout: "5s", retries: 2 };
    const line = "sleep 1; touch /tmp/ready; sleep 600";
    const slow = await s.run("slow", {
      command: ["sh", "-c", line],
      health_check: { cmd: "test -e /tmp/ready", ...check, retries: 20 },
    });
    const healthy = { met: true, reason: "it is healthy", state: "running, healthy" };
    assert.deepEqual(await waited(s, { container: slow, state: "healthy" }), healthy);
    const ill = await s.run("ill", { health_check: { cmd: "echo no db; exit 1", ...check } });
    const fails = { met: false, reason: 'its health check fails: "no db"', state: "running, unhealthy" };
    assert.deepEqual(await waited(s, { container: ill, state: "healthy" }), fails);
    // From here on it is known to be ill, and may get well.
    const late = await waited(s, { container: ill, state: "healthy", timeout: "1s" });
    assert.match(String(late.reason), /^not within 1 s; at last: running, unhealthy, \d+ failed probes$/);
    const dying = await s.run("dying", {
      command: ["sh", "-c", "sleep 1; exit 7"],
      health_check: { cmd: "true", interval: "1h" },
    });
    const dead = await waited(s, { container: dying, state: "healthy" });
    assert.deepEqual([dead.met, dead.exit_code], [false, 7]);
    const plain = await s.run("plain");
    const wrong = await s.fails("DKR-004", "docker_wait_for", { container: plain, state: "healthy" });
    assert.match(wrong, /the container has no health check/);
  },
);

sceneTest("docker_wait_for finds a line that was printed before, is printed later, or never", async (s) => {
  const line = "echo starting; sleep 1; echo Ready to serve; sleep 600";
  for (const tty of [false, true]) {
    const container = await s.run(`app-${tty}`, { command: ["sh", "-c", line], tty });
    const found = { met: true, reason: 'its log says "Ready to serve"', state: "running" };
    assert.deepEqual(await waited(s, { container, log: "ready TO" }), found);
    assert.deepEqual(await waited(s, { container, log: "ready TO" }), found);
    const late = await waited(s, { container, log: "goodbye", timeout: "500ms" });
    assert.deepEqual([late.met, late.state], [false, "running"]);
  }
  const dying = await s.run("dying", { command: ["sh", "-c", "echo one; sleep 1; echo two; exit 4"] });
  const dead = { met: false, reason: "it ended with exit code 4 before that", state: "exited", exit_code: 4 };
  assert.deepEqual(await waited(s, { container: dying, log: "three" }), dead);
  assert.deepEqual((await waited(s, { container: dying, log: "two" })).met, true);
});

sceneTest(
  "docker_wait_for reads the log of the run that is on, through restarts, and of one that is yet to start",
  async (s) => {
    const line =
      "echo run $(cat /tmp/n 2>/dev/null); echo x >> /tmp/n; [ $(wc -l < /tmp/n) = 3 ] && echo third && sleep 600; exit 1";
    const container = await s.create("loop", { command: ["sh", "-c", line], restart: "always" });
    const waiting = later(waited(s, { container, log: "third" }));
    await s.data("docker_start_container", { container });
    assert.deepEqual(await waiting, { met: true, reason: 'its log says "third"', state: "running" });
  },
);

sceneTest("docker_wait_for finds a port that is listened on, without connecting to it", async (s) => {
  const line = "sleep 1; exec httpd -f -v -p 8080 -h /www";
  const container = await s.run("web", { command: ["sh", "-c", line] });
  const found = { met: true, reason: "port 8080 is listened on", state: "running" };
  assert.deepEqual(await waited(s, { container, port: 8080 }), found);
  assert.equal((await waited(s, { container, port: 80, timeout: "300ms" })).met, false);
  assert.equal(await s.text("docker_container_logs", { container }), "No lines match.");
  const local = await s.run("local", { command: ["httpd", "-f", "-p", "127.0.0.1:9000"] });
  const loopback = "port 9000 is listened on, on the loopback address only, which no published port reaches";
  assert.equal((await waited(s, { container: local, port: 9000 })).reason, loopback);
  const dying = await s.run("dying", { command: ["sh", "-c", "sleep 1; exit 6"] });
  assert.equal((await waited(s, { container: dying, port: 80 })).exit_code, 6);
});

sceneTest("docker_wait_for says what it lacks to find a port: cat in the image, or the right to run it", async (s) => {
  const bare = await s.run("bare", { command: ["sh", "-c", "rm /bin/cat; exec sleep 600"] });
  await until(
    "it is bare",
    async () => (await s.text("docker_container_diff", { container: bare })).includes("/bin/cat"),
  );
  const lacking = await s.fails("DKR-004", "docker_wait_for", { container: bare, port: 80 });
  assert.match(lacking, /"port": cannot be looked for: the image holds no "cat"/);
  const reader = await s.also({ args: ["--read-only"] });
  assert.match(await reader.text("docker_wait_for", { container: bare, port: 80 }), /^\[DKR-011\]/);
  assert.match(await reader.text("docker_wait_for", { container: bare, state: "running" }), /^Yes/);
});

sceneTest("docker_wait_for waits for the end, also of a container that is removed with it", async (s) => {
  const container = await s.run("job", { command: ["sh", "-c", "sleep 1; exit 5"] });
  const ended = { met: true, reason: "it ended with exit code 5", state: "exited", exit_code: 5 };
  assert.deepEqual(await waited(s, { container, state: "exited" }), ended);
  const brief = await s.run("brief", { command: ["sh", "-c", "sleep 1; exit 5"], auto_remove: true });
  const gone = await waited(s, { container: brief, state: "exited" });
  assert.deepEqual([gone.met, gone.exit_code], [true, 5]);
  const removed = await s.run("removed");
  const waiting = later(waited(s, { container: removed, log: "never" }));
  await until("it watches", async () => (await s.text("docker_list_containers", { name: removed })).includes("Up"));
  await s.data("docker_remove_container", { container: removed, force: true });
  const { met, state } = await waiting;
  assert.equal(met, false);
  assert.match(String(state), /^remov(ing|ed)$/);
}, { args: ["--destructive=allow"] });

sceneTest("docker_wait_for tells how it stands every second, and stops when it is cancelled", async (s) => {
  const container = await s.run("web", { health_check: { cmd: "true", interval: "1h" } });
  const notes: string[] = [];
  const stop = new AbortController();
  const call = s.client.callTool({ name: "docker_wait_for", arguments: { container, state: "healthy" } }, {
    signal: stop.signal,
    onprogress: ({ message, total }) => {
      notes.push(`${message} of ${total}`);
      if (notes.length === 2) stop.abort("enough");
    },
  });
  await assert.rejects(promptly(10_000, call), /enough/);
  assert.deepEqual(notes, ["running, starting of 60", "running, starting of 60"]);
});
