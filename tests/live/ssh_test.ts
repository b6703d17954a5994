import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { connect } from "../connect.ts";
import { privateTest } from "./live.ts";
import type { PrivateEngine } from "./private_engine.ts";
import { type SshServer, startSshServer, withSsh } from "./ssh_server.ts";
import { dataOn, failsOn } from "./tools/scene.ts";

const root = new URL("../..", import.meta.url).pathname;

/** The server as a client starts it, with these permissions, and with the ssh of `server` in front of all others. */
async function serving(
  { server, host, flags }: { server: SshServer; host: string; flags: string[] },
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: ["run", ...flags, "main.ts", "--host", host, "--destructive=allow"],
    cwd: root,
    env: { PATH: `${server.path}:${Deno.env.get("PATH")}` },
    stderr: "ignore",
  });
  const client = new Client({ name: "ssh", version: "1" });
  await client.connect(transport);
  await client.listTools();
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

function flagsFor(host: string): string[] {
  return permissionFlags(parseConfig(["--host", host], () => undefined));
}

privateTest("an engine behind ssh works, and each way in which ssh fails is told", async (engine, image, t) => {
  await using server = await startSshServer(engine);
  await works({ server, engine, image }, t);
  await withSsh(server, async () => {
    for (const { what, host, code, says } of failures) {
      await t.step(what, async () => {
        await using connected = await connect({ host });
        assert.match(await failsOn(connected, code, { tool: "docker_version", args: {} }), says);
        const change = { tool: "docker_create_volume", args: { name: "never" } };
        assert.match(await failsOn(connected, code, change), says);
      });
    }
  });
  await t.step("a server that may not run ssh", async () => {
    const flags = flagsFor("ssh://root@box").map((flag) => flag.replace("--allow-run=ssh", "--deny-run"));
    await serving({ server, host: "ssh://root@box", flags }, async (client) => {
      const told = await failsOn({ client }, "DKR-005", { tool: "docker_version", args: {} });
      assert.match(told, /--allow-run=ssh is missing\nNext: Start this server with the flags/);
    });
  });
});

/** The main ways to the engine, with no permission but to run ssh; none is left running. */
async function works(
  { server, engine, image }: { server: SshServer; engine: PrivateEngine; image: string },
  t: Deno.TestContext,
): Promise<void> {
  const host = "ssh://root@box";
  const flags = flagsFor(host);
  assert.ok(flags.includes("--allow-run=ssh") && !flags.some((flag) => /--allow-(net|read|write)/.test(flag)));
  await serving({ server, host, flags }, async (client) => {
    const data = (tool: string, args?: Record<string, unknown>) => dataOn({ client }, tool, args);
    await t.step("reads, runs, execs with stdin, follows logs and builds", async () => {
      assert.match(String((await data("docker_version"))["api_version"]), /^1\.\d+$/);
      const command = ["sh", "-c", "echo one; sleep 1; echo two; exec sleep 600"];
      await data("docker_run_container", { image, name: "far", command });
      const typed = await data("docker_exec_command", { container: "far", command: ["cat"], stdin: "typed\n" });
      assert.equal(typed["stdout"], "typed\n");
      const logs = await data("docker_container_logs", { container: "far", follow: 2 });
      assert.match(JSON.stringify(logs), /one.*two/);
      await data("docker_build_image", { dockerfile: `FROM ${image}\nRUN echo built > /far`, tags: ["far:test"] });
    });
    await t.step("many calls at once", async () => {
      const names = await Promise.all(Array.from({ length: 8 }, () => data("docker_list_containers")));
      assert.deepEqual(names.map((answer) => /"far"/.test(JSON.stringify(answer))), Array(8).fill(true));
    });
    await t.step("a connection that is there is used again", async () => {
      const started = performance.now();
      for (let i = 0; i < 10; i++) await data("docker_list_containers");
      // To start ssh takes hundreds of milliseconds each time.
      assert.ok(performance.now() - started < 1500, `${performance.now() - started} ms for ten calls`);
    });
    await t.step("an engine that stops and comes back", async () => {
      await engine.kill();
      await failsOn({ client }, "DKR-001", { tool: "docker_list_containers", args: {} });
      await engine.up();
      assert.match(JSON.stringify(await data("docker_list_containers")), /"far"/);
      await data("docker_remove_container", { container: "far", force: true });
    });
  });
  await untilNone(server);
}

const failures: { what: string; host: string; code: string; says: RegExp }[] = [
  {
    what: "a key of the host that is not known",
    host: "ssh://root@new",
    code: "DKR-005",
    says: /ssh does not know the key of this host.*\nNext: Connect once by hand/,
  },
  {
    what: "a key of the user that the host does not take",
    host: "ssh://root@stranger",
    code: "DKR-005",
    says: /the host lets nobody in with the keys that ssh has\nNext: Load the key with ssh-add/,
  },
  {
    what: "a user who may not use the socket",
    host: "ssh://guest@box",
    code: "DKR-005",
    says: /no permission on Docker's socket\nNext: Add the user/,
  },
  {
    what: "no docker program over there",
    host: "ssh://bare@box",
    code: "DKR-001",
    says: /the docker program is not on the PATH over there\nNext: Install the docker program/,
  },
  {
    what: "no daemon over there",
    host: "ssh://root@box/nowhere/it's docker.sock",
    code: "DKR-001",
    says: /ssh works, but no daemon listens over there\nNext: Start Docker on that machine/,
  },
  {
    what: "no ssh server",
    host: "ssh://root@127.0.0.1:1",
    code: "DKR-001",
    says: /no ssh server answers there\nNext: Check the host/,
  },
  {
    what: "no such host",
    host: "ssh://root@nowhere.invalid",
    code: "DKR-001",
    says: /ssh cannot resolve the host name/,
  },
];

/** Waits until no ssh of this server runs any more. */
async function untilNone({ path }: SshServer): Promise<void> {
  const config = path.replace(/client$/, "config");
  for (let tries = 0;; tries++) {
    const left = [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name)).map(({ name }) => {
      try {
        return Deno.readTextFileSync(`/proc/${name}/cmdline`);
      } catch {
        return "";
      }
    }).filter((line) => line.includes(config));
    if (left.length === 0) return;
    assert.ok(tries < 100, `still there: ${left.join(" ")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
