import assert from "node:assert/strict";
import type { ImageConfig } from "../../../../src/engine/images.ts";
import { blueprintOf, type Ground } from "../../../../src/tools/facts/recreate/blueprint.ts";
import { details, type Given, id } from "./details.ts";

const volume = "f".repeat(64);

function blueprint(given: Given, { image, ...ground }: Partial<Omit<Ground, "image">> & { image?: ImageConfig } = {}) {
  const container = details(given);
  const snapshot = { name: "box", taken: "", why: "recreate", container } as const;
  const there = { image: "busybox", sameImage: true, gone: new Set<string>(), oldCgroups: false, ...ground };
  return blueprintOf({ ...snapshot, ...(image ? { imageConfig: image } : {}) }, there);
}

Deno.test("what is not known here is sent as it was told", () => {
  const unknown = { BlkioWeight: 300, Runtime: "runc", Binds: null };
  const given = JSON.parse(JSON.stringify({ config: { StdinOnce: true, OnBuild: null }, host: unknown }));
  const { body, others } = blueprint(given);
  assert.deepEqual(others, []);
  assert.deepEqual(JSON.parse(JSON.stringify(body)), {
    ...{ Image: "busybox", Tty: false, StdinOnce: true, OnBuild: null },
    HostConfig: { NetworkMode: "bridge", ...unknown },
  });
});

Deno.test("what the engine adds to the rights of a container by itself is not asked for", () => {
  const SecurityOpt = ["label=disable", "no-new-privileges"];
  const options = (host: Given["host"]) => blueprint({ host: { SecurityOpt, ...host } }).body.HostConfig?.SecurityOpt;
  for (const host of [{ Privileged: true }, { PidMode: "host" }, { IpcMode: "host" }]) {
    assert.deepEqual(options(host), ["no-new-privileges"]);
  }
  assert.deepEqual(options({ PidMode: "container:web" }), SecurityOpt);
});

Deno.test("a size of shared memory goes only where the container has a memory of its own to share", () => {
  const size = (IpcMode: string) => blueprint({ host: { IpcMode, ShmSize: 1000 } }).body.HostConfig?.ShmSize;
  assert.deepEqual(["host", "container:abc"].map(size), [undefined, undefined]);
  assert.deepEqual(["private", "shareable", ""].map(size), [1000, 1000, 1000]);
});

Deno.test("a hostname is kept, the short id is not", () => {
  assert.equal(blueprint({}).body.Hostname, undefined);
  assert.equal(blueprint({ config: { Hostname: "web" } }).body.Hostname, "web");
  assert.equal(blueprint({ config: { Hostname: "web" }, host: { UTSMode: "host" } }).body.Hostname, undefined);
});

Deno.test("in the network of another container nothing of its own is sent", () => {
  const config = { Hostname: "other", Domainname: "x", ExposedPorts: { "80/tcp": {} } };
  const { body, others, left } = blueprint({ config, host: { NetworkMode: "container:abc" }, networks: {} });
  assert.deepEqual([body.Hostname, body.Domainname, body.ExposedPorts], [undefined, undefined, undefined]);
  assert.deepEqual([body.NetworkingConfig, others, left], [undefined, [], undefined]);
});

Deno.test("networks keep what was asked for; addresses that the engine chose are its choice again", () => {
  const front = {
    ...{ NetworkID: "a".repeat(64), IPAddress: "10.0.0.7", MacAddress: "02:42:00:00:00:01", GwPriority: 0 },
    ...{ Aliases: ["web", id.slice(0, 12)], IPAMConfig: { IPv4Address: "10.0.0.7" }, Links: null, DriverOpts: null },
  };
  const back = { IPAddress: "10.1.0.2", Aliases: [id.slice(0, 12)], IPAMConfig: null, GwPriority: 5 };
  const networks = { back, front };
  const asked = { Aliases: ["web"], IPAMConfig: { IPv4Address: "10.0.0.7" } };
  for (const mode of ["front", "a".repeat(64), "a".repeat(12)]) {
    const { body, others } = blueprint({ host: { NetworkMode: mode }, networks });
    assert.deepEqual(body.NetworkingConfig, { EndpointsConfig: { front: asked } });
    assert.deepEqual(others, [["back", { GwPriority: 5 }]]);
  }
  const without = blueprint({ host: { NetworkMode: "gone" }, networks });
  assert.deepEqual([without.left, without.others.length, without.body.NetworkingConfig], ["gone", 2, undefined]);
  assert.equal(blueprint({ host: { NetworkMode: "default" } }).left, undefined);
  const fresh = blueprint({ host: { NetworkMode: "front" }, networks: { front }, started: false });
  assert.equal(fresh.body.NetworkingConfig?.EndpointsConfig["front"]?.MacAddress, "02:42:00:00:00:01");
});

Deno.test("a MAC address goes where the engine takes it", () => {
  const MacAddress = "02:42:00:00:00:01";
  const old = blueprint({ config: { MacAddress } }).body;
  assert.deepEqual([old.MacAddress, old.NetworkingConfig], [MacAddress, undefined]);
  const young = blueprint({ config: { MacAddress }, networks: { bridge: { DNSNames: null } } }).body;
  assert.deepEqual([young.MacAddress, young.NetworkingConfig], [undefined, {
    EndpointsConfig: { bridge: { MacAddress } },
  }]);
});

Deno.test("anonymous volumes get their names, unless they are gone; other mounts stay as they were", () => {
  const named = { Type: "volume", Name: "data", Source: "/v/data", Destination: "/data", Mode: "z", RW: true };
  const at = (Destination: string, rest: { Name?: string }) => {
    return { Type: "volume", Source: `/x/volumes/${volume}/_data`, Destination, Mode: "", RW: true, ...rest };
  };
  const given: Given = {
    config: { Volumes: { "/declared/": {}, "/data": {}, "/tmpfs": {}, "/elsewhere": {} } },
    host: {
      Binds: ["/bound", "data:/data:ro"],
      Mounts: [{ Type: "volume", Target: "/mounted" }, { Type: "bind", Source: "/srv", Target: "/srv" }],
      Tmpfs: { "/tmpfs": "" },
    },
    mounts: [named, at("/bound", {}), at("/mounted", { Name: volume }), at("/declared", { Name: volume })],
  };
  const [, bind] = given.host?.Mounts ?? [];
  const { HostConfig } = blueprint(given).body;
  assert.deepEqual(HostConfig?.Binds, [`${volume}:/bound`, "data:/data:ro"]);
  assert.deepEqual(HostConfig?.Mounts, [
    { Type: "volume", Source: volume, Target: "/mounted" },
    bind,
    { Type: "volume", Source: volume, Target: "/declared" },
  ]);
  const gone = blueprint(given, { gone: new Set([volume]) }).body.HostConfig;
  assert.deepEqual([gone?.Binds, gone?.Mounts], [given.host?.Binds, given.host?.Mounts]);
});

Deno.test("the cgroup namespace that old cgroups come with is no choice of anyone's", () => {
  const host = { CgroupnsMode: "host" };
  assert.equal(blueprint({ host }, { oldCgroups: true }).body.HostConfig?.CgroupnsMode, undefined);
  assert.equal(blueprint({ host }).body.HostConfig?.CgroupnsMode, "host");
  const own = { CgroupnsMode: "private" };
  assert.equal(blueprint({ host: own }, { oldCgroups: true }).body.HostConfig?.CgroupnsMode, "private");
});

Deno.test("of another image nothing of the old one stays, and what was given does", () => {
  const image: ImageConfig = {
    ...{ Env: ["PATH=/bin", "A=1"], Labels: { kind: "old" }, ExposedPorts: { "80/tcp": {}, "81/tcp": {} } },
    ...{ Cmd: ["serve"], Entrypoint: ["entry"], User: "app", WorkingDir: "/srv", StopSignal: "SIGINT" },
    ...{ Volumes: { "/data": {} }, Healthcheck: { Test: ["CMD", "true"], Interval: 7, Retries: 2 } },
  };
  const inherited: Given["config"] = {
    ...{ Env: ["PATH=/bin", "A=1"], Labels: { kind: "old" }, ExposedPorts: { "80/tcp": {}, "81/tcp": {} } },
    ...{ Cmd: ["serve"], Entrypoint: ["entry"], User: "app", WorkingDir: "/srv", StopSignal: "SIGINT" },
    ...{ Volumes: { "/data": {} }, Healthcheck: { Test: ["CMD", "true"], Interval: 7, Retries: 2 } },
  };
  const of = (config: Given["config"], host = {}) =>
    blueprint({ config: { ...inherited, ...config }, host }, { image, sameImage: false }).body;
  const bare = { Env: [], ExposedPorts: {}, HostConfig: { NetworkMode: "bridge" }, Image: "busybox", Labels: {} };
  assert.deepEqual(of({}), { ...bare, Tty: false, Volumes: {} });
  assert.deepEqual(of({ Env: ["B=2", "A=2", "PATH=/bin"], Labels: { kind: "old", own: "1" } }), {
    ...bare,
    ...{ Env: ["B=2", "A=2"], Labels: { own: "1" }, Tty: false, Volumes: {} },
  });
  const published = of({}, { PortBindings: { "80/tcp": [{ HostPort: "" }] } });
  assert.deepEqual(published.ExposedPorts, { "80/tcp": {} });
  assert.deepEqual(of({ Healthcheck: { Test: ["NONE"], Interval: 7, Retries: 3 } }).Healthcheck, {
    Test: ["NONE"],
    Retries: 3,
  });
  const given = of({ User: "me", WorkingDir: "/", StopSignal: "SIGTERM" });
  assert.deepEqual([given.User, given.WorkingDir, given.StopSignal], ["me", "/", "SIGTERM"]);
});

Deno.test("entrypoint and command are told apart from the image's together", () => {
  const image = { Cmd: ["serve"], Entrypoint: ["entry"] };
  const nothing = JSON.parse("null");
  const table: [given: Given["config"], sent: unknown[]][] = [
    [{ Cmd: ["serve"], Entrypoint: ["entry"] }, [undefined, undefined]],
    [{ Cmd: ["other"], Entrypoint: ["entry"] }, [undefined, ["other"]]],
    [{ Cmd: nothing, Entrypoint: ["entry"] }, [["entry"], undefined]],
    [{ Cmd: ["serve"], Entrypoint: ["own"] }, [["own"], ["serve"]]],
    [{ Cmd: ["serve"], Entrypoint: nothing }, [[""], ["serve"]]],
  ];
  for (const [config, sent] of table) {
    const { body } = blueprint({ config: config ?? {} }, { image, sameImage: false });
    assert.deepEqual([body.Entrypoint, body.Cmd], sent, JSON.stringify(config));
  }
  assert.deepEqual(blueprint({ config: { Cmd: ["x"], Entrypoint: nothing } }, { image }).body.Entrypoint, [""]);
});
