import * as z from "zod";
import type { ObservedContainer } from "../../../compose/observe.ts";
import { oneLine } from "../../../safety/untrusted.ts";
import { InputError } from "../../input_error.ts";
import { portsOf } from "../container_facts.ts";

/** A container of a project in one line; its status is in words: `Up 3 minutes (healthy)`. */
export const member = z.object({
  name: z.string(),
  service: z.string(),
  state: z.string(),
  status: z.string(),
  ports: z.string().optional(),
});

export type Member = z.output<typeof member>;

/** The containers of a project by service and number, those of commands last; all services unless some are named. */
export function membersOf(containers: readonly ObservedContainer[], services?: readonly string[]): ObservedContainer[] {
  const known = new Set(containers.map(({ service }) => service));
  const unknown = services?.find((service) => !known.has(service));
  if (unknown !== undefined) {
    const there = [...known].sort().join(", ") || "none";
    throw new InputError("services", `the service "${unknown}" has no container; those that have some: ${there}`);
  }
  const wanted = containers.filter(({ service }) => services === undefined || services.includes(service));
  return wanted.sort((a, b) =>
    Number(a.oneoff) - Number(b.oneoff) || a.service.localeCompare(b.service) || a.number - b.number
  );
}

export function memberOf({ name, service, state, status, ports }: ObservedContainer): Member {
  const published = ports.map(({ ip, published, target, protocol }) => ({
    ...(ip === undefined ? {} : { IP: ip }),
    PublicPort: published,
    PrivatePort: target,
    Type: protocol,
  }));
  const row = { name, service, state, status };
  return published.length > 0 ? { ...row, ports: portsOf(published) } : row;
}

/** Without blanks to align it, which would cost a model half as much again. */
export function membersText(members: readonly Member[]): string {
  const rows = members.map(({ name, service, status, ports = "" }) =>
    [name, service, status, ports].map(oneLine).join(" ").trimEnd()
  );
  return ["NAME SERVICE STATUS PORTS", ...rows].join("\n");
}

/** A service's container of this number; the first one that runs where no number is given. */
export function indexOf(
  containers: readonly ObservedContainer[],
  service: string,
  index: number | undefined,
): ObservedContainer {
  const own = membersOf(containers, [service]).filter(({ oneoff }) => !oneoff);
  const found = index === undefined
    ? own.find(({ state }) => state === "running") ?? own[0]
    : own.find(({ number }) => number === index);
  if (found) return found;
  const numbers = own.map(({ number }) => number).join(", ") || "none";
  throw new InputError("index", `the service "${service}" has no container ${index ?? 1}; it has: ${numbers}`);
}
