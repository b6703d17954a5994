import type { StatsSample } from "../../engine/containers.ts";
import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import { memory, size } from "../format.ts";
import { pause } from "./signals.ts";

/** One container's use of resources; percent of one CPU, so that four busy CPUs are 400. */
export interface Stats {
  name: string;
  cpu_percent: number;
  memory_bytes: number;
  memory_limit_bytes: number;
  memory_percent: number;
  network_rx_bytes: number;
  network_tx_bytes: number;
  block_read_bytes: number;
  block_write_bytes: number;
  pids: number;
}

/** Milliseconds between the two samples that a CPU share needs; the kernel counts in steps of 10. */
const gap = 120;

/**
 * Two samples a short time apart and what they say; nothing where the container does not run. An Engine before 23.0
 * waits for its own sample of each second; later ones answer at once, so that a call takes some 150 ms instead of 2 s.
 */
export async function statsOf(engine: Engine, name: string, { signal }: { signal: AbortSignal }) {
  const before = await sampleOf(engine, name, { signal });
  if (!before) return undefined;
  const elapsed = Date.now() - Date.parse(before.read);
  if (elapsed < gap) await pause(gap - Math.max(0, elapsed), signal);
  const after = await sampleOf(engine, name, { signal });
  return after && computeStats(name, before, after);
}

/** Nothing for a container that does not run: its sample has zeros, read in year 1. Podman 4 sends an empty answer. */
async function sampleOf(engine: Engine, name: string, { signal }: { signal: AbortSignal }) {
  try {
    const sample = await engine.containers.sample(name, { signal });
    return runs(sample) ? sample : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.message.includes("(0 characters)")) return undefined;
    throw error;
  }
}

/** Podman 5 sends an error as if it were a sample. */
function runs(sample: Partial<StatsSample>): boolean {
  const { read = "0001", cpu_stats } = sample;
  return !read.startsWith("0001") && (cpu_stats?.cpu_usage.total_usage ?? 0) > 0;
}

/** The formulas of `docker stats` (docker/cli, cli/command/container/stats_helpers.go). */
export function computeStats(name: string, before: StatsSample, after: StatsSample): Stats {
  const memory = memoryOf(after);
  const limit = after.memory_stats.limit ?? 0;
  const networks = Object.values(after.networks ?? {});
  return {
    name,
    cpu_percent: round(cpuPercent(before, after)),
    memory_bytes: memory,
    memory_limit_bytes: limit,
    memory_percent: round(limit > 0 ? memory / limit * 100 : 0),
    network_rx_bytes: sum(networks.map((network) => network.rx_bytes)),
    network_tx_bytes: sum(networks.map((network) => network.tx_bytes)),
    block_read_bytes: blockBytes(after, "read"),
    block_write_bytes: blockBytes(after, "write"),
    pids: after.pids_stats?.current ?? 0,
  };
}

function cpuPercent(before: StatsSample, after: StatsSample): number {
  const used = after.cpu_stats.cpu_usage.total_usage - before.cpu_stats.cpu_usage.total_usage;
  const system = (after.cpu_stats.system_cpu_usage ?? 0) - (before.cpu_stats.system_cpu_usage ?? 0);
  const online = after.cpu_stats.online_cpus || (after.cpu_stats.cpu_usage.percpu_usage?.length ?? 1);
  return used > 0 && system > 0 ? used / system * online * 100 : 0;
}

/** Without the page cache that can be given back: cgroup v1 names it total_inactive_file, v2 inactive_file. */
function memoryOf({ memory_stats: { usage = 0, stats = {} } }: StatsSample): number {
  for (const cache of [stats["total_inactive_file"], stats["inactive_file"]]) {
    if (cache !== undefined && cache < usage) return usage - cache;
  }
  return usage;
}

function blockBytes(sample: StatsSample, operation: "read" | "write"): number {
  const entries = sample.blkio_stats?.io_service_bytes_recursive ?? [];
  return sum(entries.filter(({ op }) => op.toLowerCase() === operation).map(({ value }) => value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A row of the table, in the order of its head. */
export function statsRow(stats: Stats): string[] {
  return [
    stats.name,
    `${stats.cpu_percent}%`,
    memory(stats.memory_bytes),
    `${stats.memory_percent}%`,
    `${size(stats.network_rx_bytes)} / ${size(stats.network_tx_bytes)}`,
    `${size(stats.block_read_bytes)} / ${size(stats.block_write_bytes)}`,
    String(stats.pids),
  ];
}
