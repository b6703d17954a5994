import type { ContainerSummary } from "../../engine/containers.ts";
import type { NetworkSummary } from "../../engine/networks.ts";
import type { DiskUsage } from "../../engine/system.ts";
import { shortId } from "../format.ts";
import { isActive, kinds, storedOf, usageOf } from "./disk_usage.ts";
import { plainText } from "./text.ts";

/** Containers that want attention, and why. */
export interface Trouble {
  container: string;
  problem: string;
}

/** Containers that are unhealthy, restart, or ended with an error in the last two days; the worst first. */
export function troubles(containers: readonly ContainerSummary[]): Trouble[] {
  const told = (problem: (container: ContainerSummary) => string | undefined) =>
    containers.flatMap((container) => {
      const found = problem(container);
      return found === undefined ? [] : [{ container: nameOf(container), problem: plainText(found) }];
    });
  return [
    ...told(({ State, Status }) => State === "restarting" || State === "dead" ? Status : undefined),
    ...told(({ Status }) => Status.includes("(unhealthy)") ? Status : undefined),
    ...told(({ State, Status }) => State === "paused" ? Status : undefined),
    ...told(({ State, Status }) => State === "exited" && isRecentError(Status) ? Status : undefined),
  ];
}

/** `Exited (1) 5 minutes ago`. A stop on request ends with 0 or 143, and from two days on the engine counts in days. */
function isRecentError(status: string): boolean {
  const [, code] = /^Exited \((\d+)\) .*\b(second|minute|hour)s? ago/.exec(status) ?? [];
  return code !== undefined && code !== "0" && code !== "143";
}

/** The containers that run as they should. */
export function wellRunning(containers: readonly ContainerSummary[]): ContainerSummary[] {
  return containers.filter(({ State, Status }) => State === "running" && !Status.includes("(unhealthy)"));
}

/** How many things of each kind nobody uses, and the bytes they hold. */
export function unusedOf(disk: DiskUsage, networks: readonly NetworkSummary[]) {
  const idle = kinds.map((kind) => {
    const { count, active, reclaimable_bytes } = usageOf(disk)[kind];
    return { kind, count: count - active, bytes: reclaimable_bytes };
  });
  const unused = unusedNetworks(disk.Containers ?? [], networks);
  return [...idle, { kind: "networks" as const, count: unused.length, bytes: 0 }].filter(({ count }) => count > 0);
}

/** Those that somebody made, and that no container is in, running or not. */
function unusedNetworks(containers: readonly ContainerSummary[], networks: readonly NetworkSummary[]) {
  const used = new Set(containers.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings?.Networks ?? {})));
  return networks.filter(({ Name, Scope }) => Scope === "local" && !builtIn.has(Name) && !used.has(Name));
}

const builtIn = new Set(["bridge", "host", "none", "podman"]);

/** The biggest things on the disk. */
export function biggestOf(disk: DiskUsage, limit: number) {
  return storedOf(disk).filter(({ bytes }) => bytes > 0).slice(0, limit)
    .map((one) => ({ ...one, name: plainText(one.name).slice(0, 80) }));
}

/** How many containers are in each state. */
export function countsOf(containers: readonly ContainerSummary[]) {
  const of = (state: string) => containers.filter(({ State }) => State === state).length;
  return {
    total: containers.length,
    running: of("running"),
    paused: of("paused"),
    restarting: of("restarting"),
    stopped: containers.filter(({ State }) => !isActive(State)).length,
  };
}

/** The first of its names, or its id. */
export function nameOf({ Names, Id }: ContainerSummary): string {
  return Names[0]?.slice(1) ?? shortId(Id);
}
