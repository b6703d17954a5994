import assert from "node:assert/strict";
import { at, type Scene, sceneTest, until } from "./scene.ts";

/** The names that a list gives, in the order of the alphabet. */
async function listed(scene: Scene, args: Record<string, unknown>): Promise<string[]> {
  const { containers } = await scene.data("docker_list_containers", args);
  assert.ok(Array.isArray(containers));
  return containers.map((row: unknown) => String(at(row, "name"))).sort();
}

sceneTest("docker_list_containers finds containers by state, label, name, network and image", async (s) => {
  const network = await s.network("net");
  const up = await s.run("up", { network, labels: { tier: "front" } });
  const paused = await s.run("paused", { labels: { tier: "back" } });
  await s.data("docker_pause_container", { container: paused });
  const made = await s.create("made", { network });
  const done = await s.run("done", { command: "true", wait: "exit" });
  const mine = { label: s.label };
  assert.deepEqual(await listed(s, mine), [paused, up].sort());
  assert.deepEqual(await listed(s, { ...mine, all: true }), [done, made, paused, up].sort());
  assert.deepEqual(await listed(s, { ...mine, status: "paused" }), [paused]);
  assert.deepEqual(await listed(s, { ...mine, status: ["created", "exited"] }), [done, made].sort());
  assert.deepEqual(await listed(s, { label: { "docker-mcp.test": s.label.split("=")[1], tier: "front" } }), [up]);
  assert.deepEqual(await listed(s, { label: [s.label, "tier"] }), [paused, up].sort());
  assert.deepEqual(await listed(s, { name: `${s.prefix}-do`, all: true }), [done]);
  assert.deepEqual(await listed(s, { name: [`${s.prefix}-do`, `${s.prefix}-up`], all: true }), [done, up]);
  assert.deepEqual(await listed(s, { network }), [up]);
  assert.deepEqual(await listed(s, { network, all: true }), [made, up]);
  assert.deepEqual(await listed(s, { ...mine, ancestor: s.image }), [paused, up].sort());
  assert.deepEqual(await listed(s, { ...mine, name: "no-such-part" }), []);
  assert.match(await s.text("docker_list_containers", { label: `${s.label}-not` }), /^No containers match\./);
});

sceneTest("docker_list_containers finds containers by health", async (s) => {
  const check = { interval: "200ms", timeout: "5s", retries: 1 };
  const well = await s.run("well", { health_check: { cmd: "true", ...check }, wait: "healthy" });
  const ill = await s.run("ill", { health_check: { cmd: ["false"], ...check }, wait: "healthy" });
  const slow = await s.run("slow", { health_check: { cmd: "true", interval: "1h" } });
  const plain = await s.run("plain");
  const of = (health: string | string[]) => listed(s, { label: s.label, health });
  assert.deepEqual(await of("healthy"), [well]);
  assert.deepEqual(await of("unhealthy"), [ill]);
  assert.deepEqual(await of("starting"), [slow]);
  assert.deepEqual(await of("none"), [plain]);
  assert.deepEqual(await of(["healthy", "unhealthy"]), [ill, well]);
});

sceneTest("docker_list_containers gives pages, and says where the next one starts", async (s) => {
  for (const what of ["a1", "a2", "a3", "a4", "a5"]) await s.create(what);
  const seen: string[] = [];
  const ends: unknown[] = [];
  for (let offset = 0; offset < 6; offset += 2) {
    const page = await s.data("docker_list_containers", { label: s.label, all: true, limit: 2, offset });
    assert.equal(page.total, 5);
    ends.push(page.next_offset);
    seen.push(...await listed(s, { label: s.label, all: true, limit: 2, offset }));
  }
  assert.deepEqual(ends, [2, 4, undefined]);
  assert.deepEqual(seen.sort(), ["a1", "a2", "a3", "a4", "a5"].map((what) => `${s.prefix}-${what}`));
  const text = await s.text("docker_list_containers", { label: s.label, all: true, limit: 2 });
  assert.match(text, /^NAME IMAGE STATUS PORTS\n/);
  assert.match(text, /\n5 in all; the next page: offset 2$/);
});

sceneTest("docker_inspect_container gives what counts, the fields that are asked for, or all", async (s) => {
  const volume = `${s.prefix}-data`;
  const name = await s.run("web", {
    environment: { MODE: "test", DB_PASSWORD: "hunter2-secret" },
    volumes: [`${volume}:/data:ro`],
    restart: "on-failure:3",
    memory: "64m",
    cpu: 0.5,
    user: "nobody",
    workdir: "/tmp",
  });
  const { container } = await s.data("docker_inspect_container", { container: name });
  assert.partialDeepStrictEqual(container, {
    name,
    image: s.image,
    state: { status: "running" },
    command: ["sleep", "600"],
    user: "nobody",
    workdir: "/tmp",
    mounts: [`volume ${volume} -> /data (read-only)`],
    restart_policy: "on-failure:3",
    limits: { cpu: 0.5, memory: "64 MiB" },
  });
  assert.deepEqual(at(container, "environment"), ["MODE=test", "DB_PASSWORD=[redacted]", "PATH=/bin"]);
  const fields = ["HostConfig.Memory", "State.Running", "Config.User"];
  assert.deepEqual(await s.data("docker_inspect_container", { container: name, fields }), {
    container: { "HostConfig.Memory": 67108864, "State.Running": true, "Config.User": "nobody" },
  });
  const raw = await s.call("docker_inspect_container", { container: name, raw: true });
  assert.equal(at(raw.data, "container", "Id"), at(await s.inspect(name), "Id"));
  assert.equal(at(raw.data, "container", "HostConfig", "NanoCpus"), 500000000);
  assert.doesNotMatch(raw.text + JSON.stringify(raw.data), /hunter2/);
});

sceneTest("docker_inspect_container names the fields that there are when one is wrong", async (s) => {
  const name = await s.create("web");
  const wrong = await s.fails("DKR-004", "docker_inspect_container", { container: name, fields: ["State.Helth"] });
  assert.match(wrong, /"fields": "State\.Helth" is not there: State has Status, Running, Paused/);
  const deep = await s.fails("DKR-004", "docker_inspect_container", { container: name, fields: ["Name.x"] });
  assert.match(deep, /"Name\.x" is not there: Name has nothing/);
});

sceneTest("--show-secrets shows them, as the operator chose", async (s) => {
  const name = await s.create("web", { environment: { DB_PASSWORD: "hunter2-secret" } });
  assert.match(await s.text("docker_inspect_container", { container: name }), /DB_PASSWORD=hunter2-secret/);
}, { args: ["--show-secrets"] });

sceneTest("a container that is not there is told with the closest names", async (s) => {
  const name = await s.create("webserver");
  const close = `${s.prefix}-webservre`;
  const told = await s.fails("DKR-002", "docker_inspect_container", { container: close });
  assert.match(told, new RegExp(`No container named "${close}"\\nNext: Closest: "${name}"`));
  const calls: [string, Record<string, unknown>][] = [
    ["docker_container_logs", {}],
    ["docker_start_container", {}],
    ["docker_stop_container", {}],
    ["docker_restart_container", {}],
    ["docker_kill_container", {}],
    ["docker_pause_container", {}],
    ["docker_unpause_container", {}],
    ["docker_wait_container", {}],
    ["docker_rename_container", { new_name: `${s.prefix}-x` }],
    ["docker_update_container", { memory: "64m" }],
    ["docker_exec_command", { command: ["true"] }],
    ["docker_container_top", {}],
    ["docker_container_diff", {}],
    ["docker_remove_container", {}],
    ["docker_copy_from_container", { path: "/etc/passwd" }],
    ["docker_copy_to_container", { path: "/tmp/x", content: "x" }],
  ];
  for (const [tool, args] of calls) {
    assert.match(await s.fails("DKR-002", tool, { container: close, ...args }), new RegExp(`"${name}"`), tool);
  }
  const stats = await s.fails("DKR-002", "docker_container_stats", { containers: [close] });
  assert.match(stats, new RegExp(`"${name}"`));
});

sceneTest("docker_container_stats tells a busy container from a bounded and an idle one", async (s) => {
  const command = ["sh", "-c", "while :; do :; done"];
  const busy = await s.run("busy", { command, memory: "32m" });
  const bounded = await s.run("bounded", { command, cpu: 0.2 });
  const idle = await s.run("idle");
  const sample = async () => (await s.data("docker_container_stats", { containers: [busy, bounded, idle] })).stats;
  let stats = await sample();
  assert.deepEqual([0, 1, 2].map((row) => at(stats, row, "name")), [busy, bounded, idle]);
  // The machine may have other things to do: one sample of many must show it.
  await until("the busy container shows more than half a CPU", async () => {
    return Number(at(stats = await sample(), 0, "cpu_percent")) > 50;
  });
  const [first, second, third] = [0, 1, 2].map((row) => Number(at(stats, row, "cpu_percent")));
  assert.ok(
    Number(first) < 150 && Number(second) > 2 && Number(second) < 40 && Number(third) < 2,
    `${[first, second, third]}`,
  );
  assert.equal(at(stats, 0, "memory_limit_bytes"), 33554432);
  assert.equal(at(stats, 0, "pids"), 1);
  assert.ok(Number(at(stats, 2, "memory_bytes")) > 0);
  assert.ok(Number(at(stats, 2, "memory_bytes")) < 32e6);
});

sceneTest("docker_container_stats takes one, several or all running containers, and names the stopped", async (s) => {
  const up = await s.run("up");
  const made = await s.create("made");
  const one = await s.call("docker_container_stats", { containers: [up] });
  assert.deepEqual([at(one.data, "stats", 0, "name"), at(one.data, "stats", 1)], [up, undefined]);
  assert.match(one.text, new RegExp(`^NAME +CPU +MEMORY .*\\n${up} `));
  const both = await s.data("docker_container_stats", { containers: [made, up] });
  assert.deepEqual([at(both, "stats", 0, "name"), both.not_running], [up, [made]]);
  assert.match(
    await s.text("docker_container_stats", { containers: [made] }),
    new RegExp(`^No container is running.\\nNot running: ${made}$`),
  );
  const all = await s.data("docker_container_stats");
  assert.ok(Array.isArray(all.stats));
  const names = all.stats.map((row: unknown) => at(row, "name"));
  assert.deepEqual([names.includes(up), names.includes(made)], [true, false]);
});

sceneTest("docker_container_stats counts the network", async (s) => {
  const network = await s.network("net");
  const server = await s.run("server", { network, command: ["httpd", "-f", "-h", "/www"] });
  const client = await s.run("client", { network });
  await until("the server answers", async () => {
    return !(await s.call("docker_exec_command", { container: client, shell: `wget -qO- http://${server}/ || exit 1` }))
      .text.startsWith("Exit code 1");
  });
  const { stats } = await s.data("docker_container_stats", { containers: [server] });
  assert.ok(Number(at(stats, 0, "network_rx_bytes")) > 100, JSON.stringify(stats));
  assert.ok(Number(at(stats, 0, "network_tx_bytes")) > 100, JSON.stringify(stats));
});

sceneTest("docker_container_top lists the processes, with the columns that ps is asked for", async (s) => {
  const name = await s.run("two", { command: ["sh", "-c", "sleep 333 & sleep 444 & wait"] });
  await until(
    "both run",
    async () => (await s.text("docker_container_top", { container: name })).includes("sleep 444"),
  );
  const { titles, processes } = await s.data("docker_container_top", { container: name, ps_args: "-eo pid,args" });
  assert.deepEqual(titles, ["PID", "COMMAND"]);
  assert.ok(Array.isArray(processes));
  const commands = processes.map((row: unknown) => at(row, 1)).sort();
  assert.deepEqual(commands, ["sh -c sleep 333 & sleep 444 & wait", "sleep 333", "sleep 444"]);
  const made = await s.create("made");
  await s.fails("DKR-014", "docker_container_top", { container: made });
});

sceneTest("docker_container_diff tells changed, added and deleted files, in a folder and within a limit", async (s) => {
  const name = await s.run("changes");
  await s.sh(name, "echo x >> /etc/group && mkdir /srv2 && echo y > /srv2/new && rm /www/index.html");
  assert.deepEqual(await s.data("docker_container_diff", { container: name, path: "/www" }), {
    changes: [{ kind: "changed", path: "/www" }, { kind: "deleted", path: "/www/index.html" }],
    total: 2,
  });
  const { changes, total } = await s.data("docker_container_diff", { container: name });
  assert.ok(Array.isArray(changes));
  const lines = changes.map((change: unknown) => `${at(change, "kind")} ${at(change, "path")}`);
  for (const line of ["changed /etc/group", "added /srv2", "added /srv2/new", "deleted /www/index.html"]) {
    assert.ok(lines.includes(line), `${line} in ${lines}`);
  }
  const text = await s.text("docker_container_diff", { container: name, limit: 1 });
  assert.match(text, new RegExp(`\\n1 of ${total}; `));
  const untouched = await s.create("untouched");
  assert.equal(await s.text("docker_container_diff", { container: untouched }), "No file differs from the image.");
});
