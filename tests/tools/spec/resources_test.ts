import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { created, refused } from "./created.ts";

Deno.test("the restart policy is what docker run takes", async () => {
  const table: [string, unknown][] = [
    ["no", { Name: "no" }],
    ["always", { Name: "always" }],
    ["unless-stopped", { Name: "unless-stopped" }],
    ["on-failure", { Name: "on-failure", MaximumRetryCount: 0 }],
    ["on-failure:3", { Name: "on-failure", MaximumRetryCount: 3 }],
  ];
  for (const [restart, sent] of table) assert.deepEqual((await created({ restart })).HostConfig?.RestartPolicy, sent);
  for (const restart of ["never", "always:3", "on-failure:x"]) {
    const why = `"restart": expected no, always, unless-stopped, on-failure or on-failure:3, got "${restart}"`;
    assert.equal(await refused({ restart }), why);
  }
});

Deno.test("limits reach the engine at creation and in an update, in the same spelling", async () => {
  const limits = {
    cpu: 0.5,
    memory: "512m",
    memory_reservation: "256m",
    memory_swap: "1g",
    cpu_shares: 512,
    cpuset: "0-2,4",
    pids_limit: 100,
  };
  const sent = {
    NanoCpus: 500_000_000,
    Memory: 536_870_912,
    MemoryReservation: 268_435_456,
    MemorySwap: 1_073_741_824,
    CpuShares: 512,
    CpusetCpus: "0-2,4",
    PidsLimit: 100,
  };
  assert.deepEqual((await created({ ...limits, shm_size: "64m" })).HostConfig, { ...sent, ShmSize: 67_108_864 });
  await using connected = await connect();
  await connected.text("docker_create_container", { image: "busybox:1.37", name: "web" });
  await connected.text("docker_update_container", { container: "web", ...limits, restart: "always" });
  const { body } = connected.daemon.seen.at(-1) ?? {};
  assert.deepEqual(body, { ...sent, RestartPolicy: { Name: "always" } });
});

Deno.test("limits out of range are refused", async () => {
  assert.equal(await refused({ cpuset: "a" }), '"cpuset": expected CPUs like 0-2,4');
  assert.equal(await refused({ pids_limit: -2 }), '"pids_limit": expected at least -1');
  assert.equal(
    await refused({ pids_limit: "many", cpu_shares: -5 }),
    '"cpu_shares": expected at least 0; "pids_limit": expected a number, got a string',
  );
});

Deno.test("ulimits are numbers, soft:hard, or objects", async () => {
  const ulimits = { nofile: "1024:2048", nproc: 64, core: { soft: 0, hard: -1 }, memlock: "-1" };
  assert.deepEqual((await created({ ulimits })).HostConfig?.Ulimits, [
    { Name: "nofile", Soft: 1024, Hard: 2048 },
    { Name: "nproc", Soft: 64, Hard: 64 },
    { Name: "core", Soft: 0, Hard: -1 },
    { Name: "memlock", Soft: -1, Hard: -1 },
  ]);
  for (const nofile of ["many", "", "1:2:3", 1.5]) {
    const why = `"ulimits": expected a limit like 1024 or 1024:2048 for "nofile", got "${nofile}"`;
    assert.equal(await refused({ ulimits: { nofile } }), why);
  }
});

Deno.test("devices are what docker run takes", async () => {
  const device = (PathOnHost: string, PathInContainer: string, CgroupPermissions: string) => ({
    PathOnHost,
    PathInContainer,
    CgroupPermissions,
  });
  const table: [string, unknown][] = [
    ["/dev/snd", device("/dev/snd", "/dev/snd", "rwm")],
    ["/dev/sda:/dev/xvda", device("/dev/sda", "/dev/xvda", "rwm")],
    ["/dev/sda:/dev/xvda:r", device("/dev/sda", "/dev/xvda", "r")],
    ["/dev/sda:r", device("/dev/sda", "/dev/sda", "r")],
  ];
  for (const [text, sent] of table) assert.deepEqual((await created({ devices: [text] })).HostConfig?.Devices, [sent]);
  for (const text of ["snd", "/dev/sda:/dev/xvda:x", "/dev/sda:/dev/xvda:r:w"]) {
    const why = `"devices": expected a device like /dev/snd or /dev/sda:/dev/xvda:rwm, got "${text}"`;
    assert.equal(await refused({ devices: [text] }), why);
  }
});

Deno.test("GPUs are all, a count, or chosen ones", async () => {
  const table: [unknown, unknown][] = [
    ["all", { Count: -1, Capabilities: [["gpu"]] }],
    [2, { Count: 2, Capabilities: [["gpu"]] }],
    ["2", { Count: 2, Capabilities: [["gpu"]] }],
    [{}, { Count: -1, Capabilities: [["gpu"]] }],
    [{ count: 1 }, { Count: 1, Capabilities: [["gpu"]] }],
    [{ ids: ["0"], capabilities: ["gpu", "utility"] }, { DeviceIDs: ["0"], Capabilities: [["gpu", "utility"]] }],
  ];
  for (const [gpus, sent] of table) assert.deepEqual((await created({ gpus })).HostConfig?.DeviceRequests, [sent]);
  for (const gpus of ["some", "", "0"]) {
    assert.equal(await refused({ gpus }), `"gpus": expected "all" or a number of GPUs, got "${gpus}"`);
  }
  assert.equal(await refused({ gpus: 0 }), '"gpus": expected at least 1');
});
