import assert from "node:assert/strict";
import type { StatsSample } from "../../../src/engine/containers.ts";
import { computeStats } from "../../../src/tools/facts/stats_facts.ts";

const busy: StatsSample = {
  read: "2026-01-01T10:00:00Z",
  cpu_stats: { cpu_usage: { total_usage: 1_000_000_000 }, system_cpu_usage: 100_000_000_000, online_cpus: 4 },
  memory_stats: { usage: 200_000_000, limit: 1_000_000_000, stats: { inactive_file: 50_000_000 } },
  networks: { eth0: { rx_bytes: 100, tx_bytes: 200 }, eth1: { rx_bytes: 1, tx_bytes: 2 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: "Read", value: 10 },
      { op: "Write", value: 20 },
      { op: "read", value: 5 },
      { op: "Total", value: 999 },
    ],
  },
  pids_stats: { current: 7 },
};

function later(used: number, system: number): StatsSample {
  const { online_cpus = 0 } = busy.cpu_stats;
  const cpu_stats = {
    cpu_usage: { total_usage: 1_000_000_000 + used },
    system_cpu_usage: 100_000_000_000 + system,
    online_cpus,
  };
  return { ...busy, cpu_stats };
}

Deno.test("computeStats() counts as docker stats does", () => {
  assert.deepEqual(computeStats("web", busy, later(500_000_000, 4_000_000_000)), {
    name: "web",
    // An eighth of what four CPUs could do is half of one.
    cpu_percent: 50,
    memory_bytes: 150_000_000,
    memory_limit_bytes: 1_000_000_000,
    memory_percent: 15,
    network_rx_bytes: 101,
    network_tx_bytes: 202,
    block_read_bytes: 15,
    block_write_bytes: 20,
    pids: 7,
  });
});

Deno.test("computeStats() takes the page cache off, by its name in cgroup v1 and in v2", () => {
  const memory = (usage: number, stats: Record<string, number>) =>
    computeStats("web", busy, { ...busy, memory_stats: { usage, limit: 1000, stats } }).memory_bytes;
  assert.equal(memory(800, { total_inactive_file: 300, inactive_file: 1 }), 500);
  assert.equal(memory(800, { inactive_file: 200 }), 600);
  // A cache larger than the use would make it negative.
  assert.equal(memory(800, { inactive_file: 900 }), 800);
  assert.equal(memory(800, {}), 800);
});

Deno.test("computeStats() counts CPUs by the list of an older engine, and divides by nothing", () => {
  const old = (sample: StatsSample): StatsSample => ({
    ...sample,
    cpu_stats: {
      ...sample.cpu_stats,
      online_cpus: 0,
      cpu_usage: { ...sample.cpu_stats.cpu_usage, percpu_usage: [1, 2] },
    },
  });
  assert.equal(computeStats("web", old(busy), old(later(500_000_000, 4_000_000_000))).cpu_percent, 25);
  assert.equal(computeStats("web", busy, later(5, 0)).cpu_percent, 0);
  assert.equal(computeStats("web", busy, later(-5, 10)).cpu_percent, 0);
});

Deno.test("computeStats() takes what is not there as nothing", () => {
  const bare: StatsSample = { read: "", cpu_stats: { cpu_usage: { total_usage: 1 } }, memory_stats: {} };
  assert.deepEqual(computeStats("web", bare, bare), {
    name: "web",
    cpu_percent: 0,
    memory_bytes: 0,
    memory_limit_bytes: 0,
    memory_percent: 0,
    network_rx_bytes: 0,
    network_tx_bytes: 0,
    block_read_bytes: 0,
    block_write_bytes: 0,
    pids: 0,
  });
});
