import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { created, refused } from "./created.ts";

Deno.test("bytes are numbers or what Docker writes", async () => {
  const table: [string | number, number][] = [
    ["512m", 536_870_912],
    ["512M", 536_870_912],
    ["1.5g", 1_610_612_736],
    ["64KiB", 65_536],
    ["1GB", 1_073_741_824],
    ["10 mb", 10_485_760],
    [1_048_576, 1_048_576],
    ["1048576", 1_048_576],
  ];
  for (const [memory, sent] of table) assert.equal((await created({ memory })).HostConfig?.Memory, sent, `${memory}`);
  for (const memory of ["lots", "", "1e9", -1, "-512m", "5 apples"]) {
    const why = `"memory": expected bytes like 512m, 1.5g or 1073741824, got "${memory}"`;
    assert.equal(await refused({ memory }), why);
  }
});

Deno.test("only swap can be without limit", async () => {
  assert.equal((await created({ memory_swap: -1 })).HostConfig?.MemorySwap, -1);
  assert.equal((await created({ memory_swap: "-1" })).HostConfig?.MemorySwap, -1);
  assert.equal((await created({ memory_swap: "1g" })).HostConfig?.MemorySwap, 1_073_741_824);
  assert.match(await refused({ memory_swap: -2 }), /expected bytes/);
});

Deno.test("CPUs are numbers above 0", async () => {
  for (const cpu of [0.5, "0.5"]) assert.equal((await created({ cpu })).HostConfig?.NanoCpus, 500_000_000);
  for (const cpu of [0, -1, "half", "", 1e30]) {
    assert.equal(await refused({ cpu }), `"cpu": expected a number of CPUs like 0.5 or 2, got "${cpu}"`);
  }
});

Deno.test("durations are seconds or what Go writes", async () => {
  const table: [string | number, number][] = [
    ["30s", 30e9],
    ["1m30s", 90e9],
    ["500ms", 0.5e9],
    ["1h", 3600e9],
    [5, 5e9],
    ["2.5", 2.5e9],
    [0, 0],
  ];
  for (const [interval, sent] of table) {
    const { Healthcheck } = await created({ health_check: { cmd: "true", interval } });
    assert.equal(Healthcheck?.Interval, sent, `${interval}`);
  }
  const field = '"health_check.interval": expected a duration';
  assert.equal(
    await refused({ health_check: { cmd: "true", interval: "soon" } }),
    `${field} like 30s, 1m30s or a number of seconds, got "soon"`,
  );
  assert.equal(await refused({ health_check: { cmd: "true", interval: -3 } }), `${field} of 0 or more, got -3`);
  assert.match(await refused({ health_check: { cmd: "true", interval: "-3s" } }), /got "-3s"/);
});

Deno.test("moments are times, seconds since 1970, or durations back from now", async () => {
  await using connected = await connect();
  await connected.text("docker_create_container", { image: "busybox:1.37", name: "web" });
  const since = async (moment: string | number) => {
    await connected.text("docker_container_logs", { container: "web", since: moment });
    return connected.daemon.seen.findLast(({ path }) => path.endsWith("/logs"))?.query["since"];
  };
  assert.equal(await since("2026-01-31T12:00:00Z"), "1769860800.000000000");
  // A time out of a log is sent back with all its digits.
  assert.equal(await since("2026-01-31T12:00:00.123456789Z"), "1769860800.123456789");
  assert.equal(await since("2026-01-31T13:00:00+01:00"), "1769860800.000000000");
  assert.equal(await since(1_769_860_800), "1769860800");
  const back = Date.now() / 1000 - Number(await since("10m"));
  assert.ok(back > 599 && back < 660, `${back} s back`);
  const text = await connected.text("docker_container_logs", { container: "web", since: "2026-99-99" });
  assert.match(text, /"since": expected a time like 2026-01-31T12:00:00Z, got "2026-99-99"/);
});
