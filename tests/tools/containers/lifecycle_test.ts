import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

async function stopped(connected: Connected): Promise<void> {
  await running(connected);
  await connected.text("docker_stop_container", { container: "web" });
}

async function paused(connected: Connected): Promise<void> {
  await running(connected);
  await connected.text("docker_pause_container", { container: "web" });
}

golden("docker_start_container", { args: { container: "web" }, before: stopped });
golden("docker_stop_container", { args: { container: "web", timeout: 3 }, before: running });
golden("docker_restart_container", { args: { container: "web" }, before: running });
golden("docker_kill_container", { args: { container: "web", signal: "SIGHUP" }, before: running });
golden("docker_pause_container", { args: { container: "web" }, before: running });
golden("docker_unpause_container", { args: { container: "web" }, before: paused });
golden("docker_rename_container", { args: { container: "web", new_name: "www" }, before: running });
golden("docker_update_container", { args: { container: "web", memory: "128m" }, before: running });
golden("docker_wait_container", { args: { container: "job" }, before: ended });

Deno.test("docker_start_container and docker_stop_container say when there was nothing to do", async () => {
  await using connected = await connect();
  await running(connected);
  const web = { container: "web" };
  assert.equal(await connected.text("docker_start_container", web), "web was running already.");
  assert.equal(await connected.text("docker_stop_container", web), "Stopped web.");
  assert.equal(await connected.text("docker_stop_container", web), "web was stopped already.");
  assert.equal(await connected.text("docker_start_container", web), "Started web.");
});

Deno.test("a container is found by its name with a slash in front, and never by one that reads as a path", async () => {
  await using connected = await connect();
  await running(connected);
  assert.equal(await connected.text("docker_kill_container", { container: "/web" }), "Sent SIGKILL to web.");
  for (const container of ["../web", "web/../web", "web/", "//web"]) {
    const text = await connected.text("docker_start_container", { container });
    assert.match(text, /^\[DKR-004\] Cannot do "Start a container": "[^"]+" is not a name\nNext: Mend the argument/);
  }
});

Deno.test("what no name can be is told as such, and a long one is not compared or repeated", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  const tools = {
    docker_start_container: "container",
    docker_inspect_image: "image",
    docker_inspect_network: "network",
    docker_remove_volume: "volume",
    docker_diagnose_container: "container",
  };
  for (const [tool, kind] of Object.entries(tools)) {
    for (const name of ["we\nb", "web\x00", "\x1b[1mweb", "w\u0085b"]) {
      const text = await connected.text(tool, { [kind]: name });
      assert.match(
        text,
        new RegExp(`^\\[DKR-004\\] .*: "${kind}": expected a name or an id, got text with a line break`),
        tool,
      );
    }
    const text = await connected.text(tool, { [kind]: "w".repeat(60_000) });
    assert.match(text, new RegExp(`^\\[DKR-004\\] .*: "${kind}": expected at most 1000 characters\n`), tool);
  }
});

Deno.test("docker_stop_container and docker_restart_container wait as long as told, else as the container wants", async () => {
  await using connected = await connect();
  await running(connected);
  await connected.text("docker_run_container", { image: "busybox:1.37", name: "slow", stop_timeout: 40 });
  for (const verb of ["stop", "restart"]) {
    const grace = async (args: Record<string, unknown>) => {
      await connected.text(`docker_${verb}_container`, args);
      return connected.daemon.seen.findLast(({ path }) => path.endsWith(`/${verb}`))?.query;
    };
    assert.deepEqual(await grace({ container: "web" }), { t: "10" });
    assert.deepEqual(await grace({ container: "slow" }), { t: "40" });
    assert.deepEqual(await grace({ container: "slow", timeout: 0 }), { t: "0" });
  }
  assert.match(
    await connected.text("docker_stop_container", { container: "web", timeout: -1 }),
    /^\[DKR-004\] .*: "timeout": expected at least 0\n/,
  );
});

Deno.test("docker_kill_container sends SIGKILL unless told, and no words that are no signal", async () => {
  await using connected = await connect();
  await running(connected);
  assert.match(
    await connected.text("docker_kill_container", { container: "web", signal: "hang up" }),
    /"signal": expected a signal like SIGHUP or 9/,
  );
  assert.equal(await connected.text("docker_kill_container", { container: "web" }), "Sent SIGKILL to web.");
  assert.deepEqual(connected.daemon.seen.at(-1)?.query, { signal: "SIGKILL" });
  assert.match(
    await connected.text("docker_kill_container", { container: "web" }),
    /^\[DKR-014\] .* is not running\nNext: Start it first with docker_start_container/,
  );
});

Deno.test("docker_stop_container and docker_kill_container say that a container with auto_remove went with its end", async () => {
  await using connected = await connect();
  const web = { image: "busybox:1.37", name: "web", command: ["sleep", "1d"], auto_remove: true };
  const gone = "It was made with auto_remove: the container, the files in it are gone. " +
    "docker_restore_container makes it anew, without them.";
  for (const [tool, done] of [["stop", "Stopped web."], ["kill", "Sent SIGKILL to web."]]) {
    await connected.text("docker_run_container", web);
    assert.equal(await connected.text(`docker_${tool}_container`, { container: "web" }), `${done} ${gone}`);
    assert.match(await connected.text("docker_restore_container", { name: "web" }), /^Restored web .*: running\.$/);
    await connected.text("docker_kill_container", { container: "web" });
  }
});

Deno.test("docker_rename_container refuses a name that Docker would refuse", async () => {
  await using connected = await connect();
  await running(connected);
  const text = await connected.text("docker_rename_container", { container: "web", new_name: "my web" });
  assert.match(text, /"new_name": expected letters, digits, _ \. -, at least two/);
  assert.equal(connected.daemon.container("web").Name, "web");
});

Deno.test("docker_update_container without a change is refused", async () => {
  await using connected = await connect();
  await running(connected);
  const text = await connected.text("docker_update_container", { container: "web" });
  assert.match(text, /^\[DKR-004\] .*: "cpu": nothing to change: give a limit or restart\n/);
});

Deno.test("docker_update_container refuses a 0 that the engine would take for nothing", async () => {
  await using connected = await connect();
  await running(connected);
  const update = (change: Record<string, unknown>) =>
    connected.text("docker_update_container", { container: "web", ...change });
  for (const change of [{ memory: 0 }, { memory: "0m" }, { memory_reservation: 0 }, { cpu_shares: 0, cpu: 1 }]) {
    const [name] = Object.keys(change);
    assert.match(
      await update(change),
      new RegExp(`^\\[DKR-004\\] .*: "${name}": 0 would leave it as it is: give a higher one, or take docker_recreate`),
    );
  }
  assert.match(await update({ memory_swap: 0 }), /"memory_swap": 0 would leave it as it is: -1 is no limit/);
  assert.ok(!connected.daemon.seen.some(({ path }) => path.endsWith("/update")));
  assert.match(await update({ pids_limit: 0 }), /^Updated web\./);
});

Deno.test("a wait of more than a week is refused: no timer here could keep it", async () => {
  await using connected = await connect();
  for (const timeout of ["1000000h", "169h", 3_000_000, 1e15]) {
    const told = await connected.text("docker_wait_container", { container: "web", timeout });
    assert.match(told, /^\[DKR-004\] .*"timeout": expected at most 168h/, `${timeout}`);
  }
});

Deno.test("docker_wait_container gives up after its time, and the container goes on", async () => {
  await using connected = await connect();
  await running(connected);
  const answer = await connected.client.callTool({
    name: "docker_wait_container",
    arguments: { container: "web", timeout: "100ms" },
  });
  assert.deepEqual(answer.structuredContent, { container: "web", exited: false });
  assert.equal(connected.daemon.container("web").state, "running");
});

Deno.test("a name that is not there is answered with the closest ones, by every tool of one container", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await running(connected);
  const { tools } = await connected.client.listTools();
  const ofOne = tools.filter(({ inputSchema }) => inputSchema.required?.includes("container"));
  const others: Record<string, Record<string, unknown>> = {
    docker_rename_container: { new_name: "www" },
    docker_update_container: { memory: "1g" },
    docker_exec_command: { command: ["true"] },
    docker_copy_to_container: { path: "/a", content: "a" },
    docker_copy_from_container: { path: "/a" },
    docker_connect_container: { network: "bridge" },
    docker_disconnect_container: { network: "bridge" },
  };
  for (const { name } of ofOne) {
    const text = await connected.text(name, { container: "wbe", ...others[name] });
    assert.match(text, /^\[DKR-002\] Cannot do ".+": No container named "wbe"\nNext: Closest: "web"\. /, name);
  }
  assert.equal(ofOne.length, 23);
});
