import assert from "node:assert/strict";
import { connect, type Connected, type ConnectOptions } from "../connect.ts";
import { temporaryFolder } from "../temporary.ts";
import { privateTest } from "./live.ts";
import { busyConnections, openConnections } from "./open_connections.ts";
import type { PrivateEngine } from "./private_engine.ts";
import { later } from "./tools/scene.ts";

const root = new URL("../..", import.meta.url).pathname;

/** A client on the engine whose ordinary calls wait two seconds. */
async function session(engine: PrivateEngine, use: (c: Connected) => Promise<void>, options: ConnectOptions = {}) {
  const args = ["--timeout", "2", "--destructive", "allow"];
  const connected = await connect({ host: engine.host, args, ...options });
  try {
    await use(connected);
  } finally {
    await connected.close();
  }
}

/** A container that prints a line every 100 ms, and ends at once when it is told to. */
async function ticking({ text }: Connected, image: string, name: string): Promise<void> {
  const command = ["sh", "-c", "trap exit TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.1; done"];
  assert.match(await text("docker_run_container", { image, name, command }), new RegExp(`${name} \\(.*\\) is running`));
}

privateTest(
  "a daemon killed in mid-stream is told as such, and the next call works once it is back",
  async (engine, image) => {
    await session(engine, async (c) => {
      await ticking(c, image, "killed-mid-stream");
      let lines = 0;
      const reading = c.client.callTool({
        name: "docker_container_logs",
        arguments: { container: "killed-mid-stream", follow: 60 },
      }, { onprogress: () => lines++ });
      while (lines < 3) await sleep(50);
      await engine.kill();
      const { isError, content } = await reading;
      assert.equal(isError, true);
      assert.match(JSON.stringify(content), /DKR-018/);
      assert.match(await c.text("docker_version"), /DKR-001[\s\S]*nothing is listening there/);
      await engine.up();
      assert.match(await c.text("docker_list_containers"), /killed-mid-stream/);
      await c.text("docker_remove_container", { container: "killed-mid-stream", force: true });
    });
  },
);

privateTest("a daemon killed under a command says that it may have happened", async (engine, image) => {
  await session(engine, async (c) => {
    await ticking(c, image, "killed-exec");
    const running = c.text("docker_exec_command", { container: "killed-exec", command: ["sleep", "30"] });
    await sleep(700);
    await engine.kill();
    assert.match(await running, /DKR-018[\s\S]*may have/);
    await engine.up();
    await c.text("docker_remove_container", { container: "killed-exec", force: true });
  });
});

privateTest("a run that cannot start says why, and leaves neither container nor connection", async (engine, image) => {
  // The tests ask the engine as well, over connections that stay.
  const before = await openConnections(engine);
  await session(engine, async (c) => {
    for (const args of [{}, { auto_remove: true }]) {
      const run = { image, name: "cannot-start", command: ["/nosuch"], wait: "exit", ...args };
      assert.match(await c.text("docker_run_container", run), /\/nosuch[\s\S]*Check the command/);
    }
    assert.match(await c.text("docker_inspect_container", { container: "cannot-start" }), /DKR-002/);
  });
  // The idle ones are closed with the session. Docker keeps its end of what was attached to a container that never ran,
  // one for each; a wait for its end that was not given up would be one more each.
  for (let tries = 0; await openConnections(engine) > before + 2; tries++) {
    assert.ok(tries < 100, `${await openConnections(engine)} connections to the daemon stay open`);
    await sleep(50);
  }
});

privateTest("a one-off that cannot start leaves nothing that keeps the program from its end", async (engine, image) => {
  const compose_yaml = `services: {job: {image: "${image}"}}`;
  const oneOff = { compose_yaml, project_name: "cannot-start", service: "job", command: ["/nosuch"] };
  const call = ["call", "docker_compose_run", JSON.stringify(oneOff), "--host", engine.host];
  // Killed where it does not end; nothing else gives this code.
  const signal = AbortSignal.timeout(30_000);
  const args = ["run", "-A", "main.ts", ...call];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: root, signal }).output();
  assert.match(new TextDecoder().decode(stdout), /\/nosuch[\s\S]*Check the command/);
  assert.equal(code, 1);
});

privateTest("a daemon that hangs times out: a read is only late, a change may have happened", async (engine, image) => {
  await session(engine, async (c) => {
    await ticking(c, image, "hung");
    await engine.pause();
    try {
      const read = await c.text("docker_list_containers");
      assert.match(read, /DKR-010/);
      assert.doesNotMatch(read, /may have/);
      assert.match(await c.text("docker_pause_container", { container: "hung" }), /DKR-010[\s\S]*may have/);
    } finally {
      engine.resume();
    }
    // Podman counts one that is paused, as it may be by now, among those that do not run.
    assert.match(await c.text("docker_list_containers", { all: true }), /hung/);
    await c.text("docker_remove_container", { container: "hung", force: true });
  });
});

privateTest("a follow on a daemon that hangs ends with its own time, and gives what it has", async (engine, image) => {
  await session(engine, async (c) => {
    await ticking(c, image, "silent");
    await sleep(300);
    const reading = c.text("docker_container_logs", { container: "silent", follow: 3 });
    await sleep(1000);
    await engine.pause();
    try {
      assert.match(await reading, /tick 1\n/);
    } finally {
      engine.resume();
    }
    await c.text("docker_remove_container", { container: "silent", force: true });
  });
});

privateTest("a socket that is gone, stale or no socket at all is told apart", async (engine) => {
  const away = `${engine.socket}.away`;
  await session(engine, async (c) => {
    await Deno.rename(engine.socket, away);
    try {
      assert.match(await c.text("docker_version"), /DKR-001[\s\S]*no socket|DKR-001[\s\S]*No such file/i);
      await Deno.writeTextFile(engine.socket, "");
      assert.match(await c.text("docker_version"), /DKR-001/);
      await Deno.remove(engine.socket);
    } finally {
      await Deno.rename(away, engine.socket);
    }
    assert.match(await c.text("docker_version"), /^Docker \d/);
  });
});

privateTest("a user without permission on the socket is told how to get it", async (engine) => {
  await Deno.chmod(engine.folder, 0o755);
  await Deno.chmod(engine.socket, 0o660);
  using home = temporaryFolder();
  await Deno.chmod(home.path, 0o755);
  const bundle = `${home.path}/docker-mcp.js`;
  const deno = `${home.path}/deno`;
  await Deno.copyFile(Deno.execPath(), deno);
  await run(Deno.execPath(), ["bundle", "--quiet", "-o", bundle, "main.ts"], { cwd: root });
  const flags = ["--no-config", "--no-lock", "--no-remote", "--no-npm", "-A"];
  const args = ["run", ...flags, bundle, "call", "docker_version", "{}", "--host", engine.host];
  const { code, stdout } = await run(deno, args, {
    uid: 65534,
    gid: 65534,
    cwd: home.path,
    env: { DENO_DIR: `${home.path}/cache` },
  });
  assert.equal(code, 1);
  assert.match(stdout, /DKR-005/);
  assert.match(stdout, /no permission on the socket[\s\S]*usermod -aG docker/);
});

privateTest("a cancelled call closes its request to the daemon", async (engine, image) => {
  await session(engine, async (c) => {
    await ticking(c, image, "cancelled");
    const abort = new AbortController();
    const told = Promise.withResolvers<void>();
    const call = { name: "docker_container_logs", arguments: { container: "cancelled", follow: 60 } };
    const reading = later(c.client.callTool(call, { signal: abort.signal, onprogress: () => told.resolve() }));
    await told.promise;
    // The tests ask the engine as well, over connections that stay.
    const before = await busyConnections(c.app, engine);
    abort.abort();
    await assert.rejects(reading);
    while (c.events.at(-1)?.name !== "docker_container_logs") await sleep(20);
    assert.equal(c.events.at(-1)?.code, "DKR-020");
    for (let waited = 0; await busyConnections(c.app, engine) >= before; waited += 50) {
      assert.ok(waited < 5000, "the daemon still has the connection of the cancelled call");
      await sleep(50);
    }
    await c.text("docker_remove_container", { container: "cancelled", force: true });
  });
});

interface RunOptions {
  uid?: number;
  gid?: number;
  cwd: string;
  env?: Record<string, string>;
}

async function run(program: string, args: string[], options: RunOptions) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, ...options }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (options.uid === undefined) assert.equal(code, 0, err);
  return { code, stdout: out || err };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
