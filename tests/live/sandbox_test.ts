import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { temporaryFolder } from "../temporary.ts";
import { liveTest } from "./live.ts";

const root = new URL("../..", import.meta.url).pathname;
const readme = Deno.readTextFileSync(`${root}README.md`);

/** The flags of the README's command line: what stands between `deno run` and the program. */
function readmeFlags(program: string): string[] {
  const commands = readme.replaceAll("\\\n", " ").split("\n");
  const line = commands.find((text) => text.includes("--allow-net") && text.includes(` ${program}`)) ?? "";
  const [, flags = ""] = new RegExp(`deno run (.*?) ${program}`).exec(line) ?? [];
  return flags.split(/\s+/).filter(Boolean);
}

Deno.test("the README's flags are the narrowest ones for the default socket", () => {
  const config = parseConfig(["--host", "unix:///var/run/docker.sock"], () => undefined);
  assert.deepEqual(readmeFlags("main.ts"), permissionFlags(config, { form: "source" }));
  assert.deepEqual(readmeFlags("docker-mcp.js"), permissionFlags(config, { form: "bundle" }));
});

Deno.test("the permission set in deno.json is the README's", () => {
  const { permissions: { serve } } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const flags = readmeFlags("main.ts");
  for (const kind of ["net", "read", "write", "env", "import"]) {
    assert.ok(
      flags.includes(`--allow-${kind}=${serve[kind].join(",")}`),
      `deno.json grants ${kind} as the README does`,
    );
  }
  assert.deepEqual(Object.keys(serve).sort(), ["env", "import", "net", "read", "write"]);
});

for (const form of ["source", "bundle"] as const) {
  liveTest(`the server works under the README's flags, and can do nothing else (${form})`, async ({ host }) => {
    using folder = temporaryFolder();
    const program = form === "source" ? "main.ts" : await bundle(folder.path);
    const socket = host.replace("unix://", "");
    const flags = readmeFlags(form === "source" ? "main.ts" : "docker-mcp.js")
      .map((flag) => flag.replaceAll("/var/run/docker.sock", socket));
    const preload = ["--preload", "tests/live/sandbox/probe.ts"];
    const transport = new StdioClientTransport({
      command: Deno.execPath(),
      args: ["run", ...flags, ...preload, program, "--host", host],
      cwd: root,
      stderr: "pipe",
    });
    const stderr: string[] = [];
    transport.stderr?.on("data", (chunk) => stderr.push(String(chunk)));
    const client = new Client({ name: "sandbox", version: "1" });
    await client.connect(transport).catch((cause) => assert.fail(`${cause}: ${stderr.join("")}`));
    const { structuredContent, isError } = await client.callTool({ name: "docker_version", arguments: {} });
    if (transport.pid !== null) Deno.kill(transport.pid, "SIGUSR1");
    const reports = await probes(stderr);
    await client.close();
    assert.equal(isError, undefined);
    assert.match(JSON.stringify(structuredContent), /"api_version":"1\.\d+"/);
    const outcomes: Record<string, string> = Object.assign({}, ...reports);
    assert.equal(Object.keys(outcomes).length, 10, stderr.join(""));
    for (const [attempt, outcome] of Object.entries(outcomes)) {
      assert.match(outcome, attempt.endsWith("Code") ? refusedImport : /^NotCapable: Requires/, attempt);
    }
  });
}

/** Both of the probe's lines. */
async function probes(stderr: readonly string[]): Promise<Record<string, string>[]> {
  for (let waited = 0;; waited += 50) {
    const lines = stderr.join("").split("\n").slice(0, -1).filter((text) => text.startsWith("PROBE "));
    if (lines.length === 2) return lines.map((line) => JSON.parse(line.slice("PROBE ".length)));
    assert.ok(waited < 30_000, `the probe did not report: ${stderr.join("")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Refused by a permission, or because nothing that is not there already may be fetched. Never a network's failure. */
const refusedImport =
  /Requires import access|lockfile is out of date|--cached-only|--no-remote|--no-npm|npm specifiers were requested|not found in cache/i;

/** Built for this test alone: dist/ may be older than the sources. */
async function bundle(folder: string): Promise<string> {
  const file = `${folder}/docker-mcp.js`;
  const args = ["bundle", "--quiet", "-o", file, "main.ts"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return file;
}
