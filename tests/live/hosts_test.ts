import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { askEngine, mustAskEngine } from "./engine_api.ts";
import { type LiveEngine, liveEngine, putTestImage, startOwnEngine, unsharedTest } from "./live.ts";
import { dataOn, failsOn, until } from "./tools/scene.ts";

const root = new URL("../..", import.meta.url).pathname;

/** The server with these hosts, under the permissions that are printed for them. */
async function withServer(hosts: string[], work: (client: Client) => Promise<void>): Promise<void> {
  const args = hosts.flatMap((host) => ["--host", host]);
  const flags = permissionFlags(parseConfig(args, () => undefined));
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: ["run", ...flags, "main.ts", ...args, "--destructive=allow"],
    cwd: root,
    stderr: "ignore",
  });
  const client = new Client({ name: "hosts", version: "1" });
  await client.connect(transport);
  try {
    await client.listTools();
    await work(client);
  } finally {
    await client.close();
  }
}

/** Two engines, each with a container of the name that the other one has not. */
async function withTwo(
  shared: LiveEngine,
  work: (parts: { other: string; here: string; there: string }) => Promise<void>,
): Promise<void> {
  const engine = await startOwnEngine();
  const [here, there] = ["here", "there"].map((what) => `mcp-${what}-${crypto.randomUUID().slice(0, 8)}`);
  const made = [[shared.host, here], [engine.host, there]] as const;
  try {
    const image = await putTestImage(engine);
    for (const [host, name] of made) {
      const body = { Image: image, Cmd: ["sleep", "600"] };
      await mustAskEngine(host, { method: "POST", path: `/containers/create?name=${name}`, body });
    }
    await work({ other: engine.host, here: String(here), there: String(there) });
  } finally {
    await askEngine(shared.host, { method: "DELETE", path: `/containers/${here}?force=1` });
    await engine.stop();
  }
}

unsharedTest("one server works on two engines, each with its own rights, and a third that is down", async (t) => {
  const shared = liveEngine();
  assert.ok(shared, "where a private engine can be made there is a shared one as well");
  await withTwo(shared, async ({ other, here, there }) => {
    const hosts = [`a(ro)=${shared.host}`, `b(no-destroy)=${other}`, "gone=unix:///nowhere/docker.sock"];
    await withServer(hosts, async (client) => {
      const data = (tool: string, args: Record<string, unknown>) => dataOn({ client }, tool, args);
      const fails = (code: string, tool: string, args: Record<string, unknown>) =>
        failsOn({ client }, code, { tool, args });
      await t.step("reads go where they are told to, and to the first unless told", async () => {
        const all = { all: true, limit: 100 };
        const [first, a, b] = await Promise.all(
          [{}, { host: "a" }, { host: "b" }].map(async (host) =>
            JSON.stringify(await data("docker_list_containers", { ...all, ...host }))
          ),
        );
        assert.deepEqual([first, a, b].map((text) => [text?.includes(here), text?.includes(there)]), [
          [true, false],
          [true, false],
          [false, true],
        ]);
      });
      await t.step("changes go to the engine they name, and need one", async () => {
        await fails("DKR-004", "docker_start_container", { container: there });
        await fails("DKR-011", "docker_start_container", { container: here, host: "a" });
        await data("docker_start_container", { container: there, host: "b" });
        const typed = { container: there, host: "b", command: ["cat"], stdin: "typed" };
        assert.equal((await data("docker_exec_command", typed))["stdout"], "typed");
        assert.match(JSON.stringify(await data("docker_inspect_container", { container: here })), /"created"/);
      });
      await t.step("what loses data is refused on both", async () => {
        const gone = { container: there, force: true };
        await fails("DKR-011", "docker_remove_container", { ...gone, host: "b" });
        await data("docker_inspect_container", { container: there, host: "b" });
      });
      await t.step("addresses, prompts and completion are of the engine they name", async () => {
        const uri = `docker://containers/${there}/inspect`;
        await assert.rejects(client.readResource({ uri }), /No container named/);
        assert.match(JSON.stringify(await client.readResource({ uri: `${uri}?host=b` })), /running/);
        const { resources } = await client.listResources();
        const listed = resources.map(({ uri }) => uri);
        assert.deepEqual([listed.includes(`${uri}?host=b`), listed.includes(uri)], [true, false]);
        const name = "troubleshoot_container";
        const prompt = await client.getPrompt({ name, arguments: { container: there, host: "b" } });
        assert.match(JSON.stringify(prompt), new RegExp(`${there}.*running`));
        const argument = { name: "container", value: there };
        const ref = { type: "ref/prompt" as const, name };
        const { completion } = await client.complete({ ref, argument, context: { arguments: { host: "b" } } });
        assert.deepEqual(completion.values, [there]);
      });
      await t.step("who subscribes to an address hears of its engine alone", async () => {
        const told: string[] = [];
        client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(params.uri));
        const uris = ["docker://containers", "docker://containers?host=b"];
        for (const uri of uris) await client.subscribeResource({ uri });
        await data("docker_pause_container", { container: there, host: "b" });
        await until("the pause is told", () => Promise.resolve(told.length > 0));
        assert.deepEqual(told, ["docker://containers?host=b"]);
        await data("docker_unpause_container", { container: there, host: "b" });
      });
      await t.step("one that is down breaks its own calls alone", async () => {
        await fails("DKR-001", "docker_version", { host: "gone" });
        await data("docker_version", { host: "b" });
      });
    });
  });
});
