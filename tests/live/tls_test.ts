import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { temporaryFolder } from "../temporary.ts";
import { putTestImage, startOwnEngine, unsharedTest } from "./live.ts";
import { type Relay, startRelay } from "./relay.ts";
import { callOn, dataOn, failsOn } from "./tools/scene.ts";

const folder = new URL("../engine/tls/", import.meta.url).pathname;

/** An engine that wants a certificate of one of two authorities, and the port that leads to it. */
async function withTlsEngine(work: (relay: Relay, image: string) => Promise<void>): Promise<void> {
  using own = temporaryFolder();
  const authorities = `${own.path}/authorities.pem`;
  const [ca, old] = await Promise.all(["ca", "old-ca"].map((name) => Deno.readTextFile(`${folder}${name}.pem`)));
  await Deno.writeTextFile(authorities, `${ca}${old}`);
  const certificates = ["--tlsverify", "--tlscacert", authorities, "--tlscert", `${folder}server.pem`];
  const flags = ["--host", "tcp://127.0.0.1:2376", ...certificates, "--tlskey", `${folder}server-key.pem`];
  const engine = await startOwnEngine({ flags });
  try {
    const image = await putTestImage(engine);
    await using relay = await startRelay({ pid: engine.pid(), port: 2376, folder: engine.folder });
    await work(relay, image);
  } finally {
    await engine.stop();
  }
}

/** A client of the engine with these files as ca.pem, cert.pem and key.pem. */
async function withCertificates(
  { host, files }: { host: string; files: Record<string, string> },
  work: (connected: Connected) => Promise<void>,
): Promise<void> {
  using certs = temporaryFolder();
  for (const [name, file] of Object.entries(files)) {
    await Deno.copyFile(`${folder}${file}.pem`, `${certs.path}/${name}.pem`);
  }
  await using connected = await connect({
    host,
    args: ["--cert-path", certs.path, "--destructive=allow", "--timeout=20"],
  });
  await work(connected);
}

const right = { ca: "ca", cert: "client", key: "client-key" };

unsharedTest("an engine with --tlsverify works with the right certificates, and each wrong one is told", async (t) => {
  await withTlsEngine(async ({ port }, image) => {
    const host = `tcp://127.0.0.1:${port}`;
    await t.step("reads, runs, execs with stdin, follows logs and builds", async () => {
      await withCertificates({ host, files: right }, async (connected) => {
        await everything(connected, image);
      });
    });
    for (const { what, at = "127.0.0.1", files, says } of wrong) {
      await t.step(what, async () => {
        await withCertificates({ host: `tcp://${at}:${port}`, files }, async (connected) => {
          const told = await failsOn(connected, "DKR-001", { tool: "docker_version", args: {} });
          assert.match(told, says);
          assert.match(told, /\nNext: Check DOCKER_CERT_PATH/);
          const change = { tool: "docker_create_volume", args: { name: "never" } };
          assert.match(await failsOn(connected, "DKR-001", change), says);
        });
      });
    }
    await t.step("without TLS", async () => {
      await using connected = await connect({ host });
      const told = await failsOn(connected, "DKR-001", { tool: "docker_version", args: {} });
      assert.match(told, /HTTP request to an HTTPS server/);
      assert.match(told, /Next: .*--tls-verify/);
    });
  });
});

const wrong: { what: string; at?: string; files: Record<string, string>; says: RegExp }[] = [
  {
    what: "an authority that has not signed the engine's certificate",
    files: { ...right, ca: "old-ca" },
    says: /TLS failed: the engine's certificate is not signed by the authority in ca\.pem/,
  },
  {
    what: "no client certificate",
    files: { ca: "ca" },
    says: /TLS failed: the engine (wants a|refuses the) client certificate/,
  },
  {
    what: "a client certificate that has expired",
    files: { ca: "ca", cert: "old-client", key: "old-client-key" },
    says: /TLS failed: the engine (says that the client certificate has expired|refuses the client certificate)/,
  },
  {
    what: "a certificate that is not for clients",
    files: { ca: "ca", cert: "server", key: "server-key" },
    says: /TLS failed: the engine refuses the client certificate/,
  },
  {
    what: "a name that is not in the engine's certificate",
    at: "127.0.0.2",
    files: right,
    says: /TLS failed: the engine's certificate is for another host name/,
  },
];

/** What takes each of the ways to an engine: pooled and single requests, upgrades, streams down and up. */
async function everything(connected: Connected, image: string): Promise<void> {
  await connected.client.listTools();
  assert.match(String((await dataOn(connected, "docker_version"))["api_version"]), /^1\.\d+$/);
  const command = ["sh", "-c", "echo one; sleep 1; echo two; exec sleep 600"];
  await dataOn(connected, "docker_run_container", { image, name: "tls", command });
  const listed = await dataOn(connected, "docker_list_containers");
  assert.match(JSON.stringify(listed), /"tls"/);
  const typed = { container: "tls", command: ["cat"], stdin: "typed\n" };
  assert.equal((await dataOn(connected, "docker_exec_command", typed))["stdout"], "typed\n");
  const found = await dataOn(connected, "docker_wait_for", { container: "tls", log: "two" });
  assert.match(JSON.stringify(found), /two/);
  const logs = await connected.text("docker_container_logs", { container: "tls", follow: 1 });
  assert.match(logs, /one[\s\S]*two/);
  const dockerfile = `FROM ${image}\nRUN echo built > /tls`;
  const built = await callOn(connected, "docker_build_image", { dockerfile, tags: ["tls:test"] });
  assert.equal(built.failed, false, built.text);
  await dataOn(connected, "docker_remove_container", { container: "tls", force: true });
}
