import assert from "node:assert/strict";
import { at, promptly, type Scene, sceneTest, until } from "./scene.ts";

async function status(s: Scene, container: string): Promise<unknown> {
  return at(await s.inspect(container), "State", "Status");
}

sceneTest("docker_start_container and docker_stop_container say when nothing was to be done", async (s) => {
  const container = await s.create("web", { command: ["sleep", "600"], stop_signal: "SIGKILL" });
  assert.deepEqual(await s.data("docker_start_container", { container }), { container, started: true });
  assert.equal(await status(s, container), "running");
  assert.equal(await s.text("docker_start_container", { container }), `${container} was running already.`);
  assert.deepEqual(await s.data("docker_stop_container", { container }), { container, stopped: true });
  assert.equal(await status(s, container), "exited");
  assert.equal(await s.text("docker_stop_container", { container }), `${container} was stopped already.`);
});

sceneTest("docker_stop_container lets a container end by itself, and kills it after the time-out", async (s) => {
  const line = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done";
  const polite = await s.run("polite", { command: ["sh", "-c", line] });
  await s.data("docker_wait_for", { container: polite, log: "ready" });
  await s.data("docker_stop_container", { container: polite });
  assert.equal(at(await s.inspect(polite), "State", "ExitCode"), 7);
  const deaf = await s.run("deaf", { command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"] });
  await s.data("docker_stop_container", { container: deaf, timeout: 1 });
  assert.equal(at(await s.inspect(deaf), "State", "ExitCode"), 137);
});

sceneTest("once an end is told, the list knows of it", async (s) => {
  const running = async () => (await s.text("docker_list_containers", { label: s.label })).split("\n").slice(1);
  for (let i = 0; i < 5; i++) {
    await s.run(`run-${i}`, { command: "true", wait: "exit" });
    assert.deepEqual(await running(), [], "after docker_run_container");
    const container = await s.run(`wait-${i}`, { command: ["sleep", "0.2"] });
    await s.data("docker_wait_container", { container });
    assert.deepEqual(await running(), [], "after docker_wait_container");
    await s.data("docker_start_container", { container });
    await s.data("docker_wait_for", { container, state: "exited" });
    assert.deepEqual(await running(), [], "after docker_wait_for");
    await s.data("docker_start_container", { container });
    await s.data("docker_stop_container", { container, timeout: 0 });
    assert.deepEqual(await running(), [], "after docker_stop_container");
  }
});

sceneTest("docker_stop_container waits longer than the time-out of ordinary calls where it is told to", async (s) => {
  const container = await s.run("deaf", { command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"] });
  assert.deepEqual(await s.data("docker_stop_container", { container, timeout: 4 }), { container, stopped: true });
  assert.equal(at(await s.inspect(container), "State", "ExitCode"), 137);
}, { args: ["--timeout", "2"] });

sceneTest("docker_stop_container and docker_restart_container wait as long as the container's own grace", async (s) => {
  const command = ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"];
  const container = await s.run("deaf", { command, stop_timeout: 4 });
  const before = at(await s.inspect(container), "State", "StartedAt");
  assert.deepEqual(await s.data("docker_restart_container", { container }), { container, restarted: true });
  assert.notEqual(at(await s.inspect(container), "State", "StartedAt"), before);
  assert.deepEqual(await s.data("docker_stop_container", { container }), { container, stopped: true });
  assert.equal(at(await s.inspect(container), "State", "ExitCode"), 137);
}, { args: ["--timeout", "2"] });

sceneTest(
  "docker_stop_container and docker_kill_container say that a container with auto_remove went with its end",
  async (s) => {
    const made = () => s.run("brief", { auto_remove: true, stop_signal: "SIGKILL", volumes: ["/data"] });
    for (const tool of ["docker_stop_container", "docker_kill_container"]) {
      const container = await made();
      assert.partialDeepStrictEqual(await s.data(tool, { container }), {
        container,
        removed: true,
        volumes_removed: 1,
      });
      assert.equal(await s.exists(container), false);
    }
    const container = await made();
    assert.deepEqual(await s.data("docker_kill_container", { container, signal: "SIGURG" }), {
      ...{ container, signal: "SIGURG", removed: false },
    });
    assert.deepEqual(await s.data("docker_restart_container", { container }), { container, restarted: true });
    assert.equal(await status(s, container), "running");
    const told = await s.text("docker_stop_container", { container });
    assert.match(
      told,
      /^Stopped .* made with auto_remove: .* its 1 anonymous volume are gone\. docker_restore_container/,
    );
    await s.data("docker_restore_container", { name: container });
    assert.equal(await status(s, container), "running");
  },
);

sceneTest("docker_restart_container starts a running or a stopped container again", async (s) => {
  const container = await s.run("web", { stop_signal: "SIGKILL" });
  const started = async () => at(await s.inspect(container), "State", "StartedAt");
  const first = await started();
  assert.deepEqual(await s.data("docker_restart_container", { container, timeout: 1 }), { container, restarted: true });
  assert.notEqual(await started(), first);
  await s.data("docker_stop_container", { container });
  assert.equal(await s.text("docker_restart_container", { container }), `Restarted ${container}.`);
  assert.equal(await status(s, container), "running");
});

sceneTest("docker_kill_container sends the signal that is named, in any spelling", async (s) => {
  const line = "trap 'echo got HUP' HUP; trap 'echo got USR1' USR1; echo ready; while :; do sleep 0.1; done";
  const container = await s.run("traps", { command: ["sh", "-c", line] });
  const says = (text: string) =>
    until(text, async () => (await s.text("docker_container_logs", { container })).includes(text));
  await says("ready");
  assert.deepEqual(await s.data("docker_kill_container", { container, signal: "SIGHUP" }), {
    container,
    signal: "SIGHUP",
  });
  await says("got HUP");
  await s.data("docker_kill_container", { container, signal: "usr1" });
  await says("got USR1");
  assert.equal(await status(s, container), "running");
  assert.equal(await s.text("docker_kill_container", { container }), `Sent SIGKILL to ${container}.`);
  await until("it is dead", async () => await status(s, container) === "exited");
  const stopped = await s.fails("DKR-014", "docker_kill_container", { container });
  assert.match(stopped, /is not running\nNext: Start it first with docker_start_container/);
  await s.fails("DKR-004", "docker_kill_container", { container, signal: "rm -rf" });
  await s.data("docker_start_container", { container });
  await s.fails("DKR-004", "docker_kill_container", { container, signal: "SIGNONE" });
});

sceneTest("docker_pause_container freezes a container until docker_unpause_container", async (s) => {
  const container = await s.run("web");
  assert.deepEqual(await s.data("docker_pause_container", { container }), { container, paused: true });
  assert.equal(await status(s, container), "paused");
  assert.match(await s.fails("DKR-014", "docker_pause_container", { container }), /already paused/);
  const exec = await s.fails("DKR-014", "docker_exec_command", { container, command: ["true"] });
  assert.match(exec, /docker_unpause_container/);
  assert.deepEqual(await s.data("docker_unpause_container", { container }), { container, paused: false });
  assert.equal(await status(s, container), "running");
  const again = await s.call("docker_unpause_container", { container });
  assert.equal(again.failed, true);
  assert.match(again.text, /is not paused/);
});

sceneTest("docker_rename_container gives another name, unless it is taken or no name at all", async (s) => {
  const container = await s.create("old");
  const other = await s.create("other");
  const new_name = `${s.prefix}-new`;
  const id = at(await s.inspect(container), "Id");
  assert.deepEqual(await s.data("docker_rename_container", { container, new_name }), { container, new_name });
  assert.equal(at(await s.inspect(new_name), "Id"), id);
  const taken = await s.fails("DKR-014", "docker_rename_container", { container: new_name, new_name: other });
  assert.match(taken, /is already in use[\s\S]*Next: Choose another name/);
  const wrong = await s.fails("DKR-004", "docker_rename_container", { container: new_name, new_name: "no name" });
  assert.match(wrong, /"new_name": expected letters, digits, _ \. -, at least two/);
});

sceneTest("docker_update_container changes the limits of a running container", async (s) => {
  const container = await s.run("web", { memory: "64m", memory_swap: "64m" });
  const started = at(await s.inspect(container), "State", "StartedAt");
  const change = { cpu: 0.25, memory: "32m", memory_swap: "48m", pids_limit: 50, cpu_shares: 512 };
  const told = await s.data("docker_update_container", { container, ...change, restart: "on-failure:2" });
  assert.partialDeepStrictEqual(told, { container, updated: true });
  assert.partialDeepStrictEqual(await s.inspect(container), {
    State: { Running: true, StartedAt: started },
    HostConfig: {
      NanoCpus: 250_000_000,
      Memory: 32 * 2 ** 20,
      MemorySwap: 48 * 2 ** 20,
      PidsLimit: 50,
      CpuShares: 512,
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 2 },
    },
  });
  assert.match(await s.fails("DKR-004", "docker_update_container", { container }), /nothing to change/);
  const wrong = await s.fails("DKR-004", "docker_update_container", { container, memory: "lots" });
  assert.match(wrong, /"memory": expected bytes like 512m, 1\.5g or 1073741824, got "lots"/);
  for (const zero of ["memory", "memory_reservation", "memory_swap", "cpu_shares"]) {
    assert.match(
      await s.fails("DKR-004", "docker_update_container", { container, [zero]: 0 }),
      /would leave it as it is/,
    );
    // So it is: the engine answers well, and nothing has changed.
    const field = { memory: "Memory", memory_reservation: "MemoryReservation", memory_swap: "MemorySwap" }[zero];
    const before = at(await s.inspect(container), "HostConfig", field ?? "CpuShares");
    await s.ask({ method: "POST", path: `/containers/${container}/update`, body: { [field ?? "CpuShares"]: 0 } });
    assert.equal(at(await s.inspect(container), "HostConfig", field ?? "CpuShares"), before, zero);
  }
  for (const pids_limit of [-1, 30, 0]) {
    await s.data("docker_update_container", { container, pids_limit });
    const now = Number(at(await s.inspect(container), "HostConfig", "PidsLimit"));
    assert.equal(Math.max(0, now), Math.max(0, pids_limit), "0 and -1 are no limit");
  }
  const small = await s.fails("DKR-004", "docker_update_container", { container, memory: "1m" });
  assert.match(small, /Minimum memory limit/i);
});

sceneTest("docker_wait_container gives the exit code, at once where the container has ended", async (s) => {
  const container = await s.run("soon", { command: ["sh", "-c", "sleep 0.7; exit 42"] });
  const exit = { container, exited: true, exit_code: 42 };
  assert.deepEqual(await s.data("docker_wait_container", { container }), exit);
  assert.deepEqual(await s.data("docker_wait_container", { container }), exit);
  assert.equal(await s.text("docker_wait_container", { container }), `${container} exited with code 42.`);
});

sceneTest("docker_wait_container gives up after its time-out, and the container goes on", async (s) => {
  const container = await s.run("long");
  const told = await promptly(15_000, s.call("docker_wait_container", { container, timeout: "500ms" }));
  assert.deepEqual(told.data, { container, exited: false });
  assert.match(told.text, /still runs/);
  assert.equal(await status(s, container), "running");
});

sceneTest("docker_wait_container waits longer than the time-out of ordinary calls", async (s) => {
  const container = await s.run("soon", { command: ["sh", "-c", "sleep 2.5; exit 3"] });
  assert.equal((await s.data("docker_wait_container", { container })).exit_code, 3);
}, { args: ["--timeout", "1"] });

sceneTest("docker_wait_container has no exit code for a container that has never run", async (s) => {
  const container = await s.create("new", { command: ["true"] });
  assert.match(await s.fails("DKR-004", "docker_wait_container", { container }), /never run: start it first/);
});

sceneTest("a container is found by the name that Docker writes with a slash, and by no path", async (s) => {
  const container = await s.run("slash");
  assert.equal(await s.text("docker_pause_container", { container: `/${container}` }), `Paused ${container}.`);
  for (const path of [`../${container}`, `x/../${container}`, `${container}/`]) {
    assert.match(await s.fails("DKR-004", "docker_unpause_container", { container: path }), /is not a name/);
  }
  assert.equal(at(await s.inspect(container), "State", "Paused"), true);
});

sceneTest("docker_update_container says that swap must be given too", async (s) => {
  const container = await s.run("swap");
  const text = await s.fails("DKR-004", "docker_update_container", { container, memory: "64m" });
  assert.match(text, /Next: Give memory_swap as well/);
  await s.data("docker_update_container", { container, memory: "64m", memory_swap: "-1" });
  await s.fails("DKR-004", "docker_update_container", { container, memory_swap: "16m" });
});
