import assert from "node:assert/strict";
import type { EngineRequest } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import type { SafetyOptions } from "../../src/safety/safety.ts";
import { stubEngine } from "./stub_engine.ts";

const bind = (Source: string) => ({ Type: "bind", Source, Destination: "/x" });
const volume = (Name: string) => ({ Type: "volume", Name, Source: `/var/lib/docker/volumes/${Name}/_data` });

/** Containers and volumes that others made, each with one thing that a new container may not have. */
const known = {
  "/containers/agent/json": { HostConfig: {}, Mounts: [bind("/run/docker.sock")] },
  "/containers/keys/json": { HostConfig: {}, Mounts: [bind("/srv/app"), bind("/etc/ssl")] },
  "/containers/root/json": { HostConfig: {}, Mounts: [volume("host")] },
  "/containers/strong/json": { HostConfig: { Privileged: true } },
  "/containers/tracer/json": { HostConfig: { CapAdd: ["CAP_SYS_PTRACE"] } },
  "/containers/hostly/json": { HostConfig: { PidMode: "host", NetworkMode: "host", IpcMode: "host" } },
  "/containers/second/json": {
    HostConfig: { PidMode: "container:hostly", NetworkMode: "container:hostly", IpcMode: "container:hostly" },
  },
  // Renamed since: each names the other one.
  "/containers/ring/json": { HostConfig: { PidMode: "container:round" } },
  "/containers/round/json": { HostConfig: { PidMode: "container:ring" } },
  "/containers/plain/json": {
    HostConfig: { Privileged: false, CapAdd: null, PidMode: "", IpcMode: "private", NetworkMode: "bridge" },
    Mounts: [bind("/srv/app"), volume("data")],
  },
  "/volumes/host": { Options: { type: "none", o: "bind", device: "/" } },
  "/volumes/data": { Options: null },
};

function create(HostConfig: Record<string, unknown>): EngineRequest {
  return { method: "POST", path: "/containers/create", body: { kind: "json", value: { HostConfig } }, reply: "whole" };
}

async function refusalOf(request: EngineRequest, options: Partial<SafetyOptions> = {}): Promise<Refusal | undefined> {
  const { transport, changed } = stubEngine(known, options);
  const thrown = await transport.send(request).then(() => undefined, (thrown: unknown) => thrown);
  assert.equal(changed.length, thrown === undefined ? 1 : 0);
  if (thrown === undefined || thrown instanceof Refusal) return thrown;
  throw thrown;
}

const dangers: readonly [Record<string, unknown>, Partial<SafetyOptions>][] = [
  [{ VolumesFrom: ["agent:ro"] }, { allowDockerSocket: true }],
  [{ PidMode: "container:agent" }, { allowDockerSocket: true }],
  [{ volumesfrom: ["/keys"] }, { allowMounts: ["/etc/ssl"] }],
  [{ VolumesFrom: ["root"] }, { allowMounts: ["/"] }],
  [{ Binds: ["host:/host:ro"] }, { allowMounts: ["/"] }],
  [{ Mounts: [{ Type: "volume", Source: "host", Target: "/host" }] }, { allowMounts: ["/"] }],
  [{ PidMode: "container:strong" }, { allowPrivileged: true }],
  [{ PidMode: "container:tracer" }, { allowCapabilities: ["SYS_PTRACE"] }],
  ...["PidMode", "NetworkMode", "IpcMode"].flatMap((mode) =>
    ["hostly", "second"].map((name): [Record<string, unknown>, Partial<SafetyOptions>] => [
      { [mode]: `container:${name}` },
      { allowHostNamespaces: true },
    ])
  ),
];

Deno.test("what a new container would take over is refused as its own settings are, and allowed by the same flags", async () => {
  for (const [settings, allowed] of dangers) {
    const request = create(settings);
    assert.ok(await refusalOf(request), `was sent: ${JSON.stringify(settings)}`);
    assert.equal((await refusalOf(request, allowed))?.message, undefined);
  }
});

Deno.test("the refusal names what the request says, and what was found there", async () => {
  const refusal = await refusalOf(create({ PidMode: "container:second" }));
  assert.equal(refusal?.flag, "--allow-host-namespaces");
  assert.equal(
    refusal.message,
    'HostConfig.PidMode is "second": that container has HostConfig.PidMode "host", and it removes the wall between ' +
      "the container and the host",
  );
});

Deno.test("a build in the network of a container that has the host's is refused", async () => {
  const build = (name: string): EngineRequest => ({
    method: "POST",
    path: "/build",
    query: { networkmode: `container:${name}` },
    reply: "stream",
  });
  assert.equal((await refusalOf(build("hostly")))?.field, "networkmode");
  assert.equal(await refusalOf(build("plain")), undefined);
});

Deno.test("ordinary containers and volumes are shared as ever; what is not there is the engine's to say", async () => {
  const free = [
    { VolumesFrom: ["plain"], PidMode: "container:plain", NetworkMode: "container:plain", IpcMode: "container:plain" },
    { Binds: ["data:/data", "gone:/gone", "/srv/app:/app"] },
    { VolumesFrom: ["gone"] },
    { PidMode: "container:ring" },
    { NetworkMode: "container:agent" },
  ];
  for (const settings of free) assert.equal((await refusalOf(create(settings)))?.message, undefined);
});

Deno.test("a container that shares nothing costs no look at others", async () => {
  const { transport, asked } = stubEngine(known, {});
  await transport.send(create({ NetworkMode: "front", Binds: ["/srv/app:/app"] }));
  assert.deepEqual(asked, ["POST /containers/create"]);
});
