import type { PublishedPort } from "../observe.ts";
import { locate } from "../project.ts";
import { isUp } from "./draft.ts";
import type { Fates } from "./fate.ts";
import type { Ground } from "./ground.ts";

/** A port of the host that is or will be taken. */
interface Claim extends Pick<PublishedPort, "published" | "protocol"> {
  ip?: string | undefined;
  /** Whose it is, for people. */
  owner: string;
}

/** Says which ports of the host two containers would want at once. */
export function checkPorts(ground: Ground, fates: ReadonlyMap<string, Fates>): void {
  const { draft, project } = ground;
  const taken = held(ground, fates);
  for (const { name, service, places } of fates.values()) {
    for (const place of places) {
      for (const [i, port] of (service.ports ?? []).entries()) {
        const { published = "", host_ip: ip, protocol = "tcp" } = port;
        // A range, or 0, is any port that is free.
        if (!/^\d+$/.test(published) || Number(published) === 0) continue;
        const claim = { published: Number(published), ip, protocol, owner: `"${place.name}"` };
        const other = taken.find((held) => clash(held, claim));
        taken.push(claim);
        if (!other) continue;
        const message = `Cannot publish port ${published}/${protocol} for "${place.name}": ${other.owner} has it`;
        draft.obstacles.push({ message, at: locate(project, ["services", name, "ports", i]) });
      }
    }
  }
}

/** The ports of all containers that run and are not touched. */
function held({ observed, draft, services }: Ground, fates: ReadonlyMap<string, Fates>): Claim[] {
  const touched = new Set([...fates.values()].flatMap(({ places, surplus }) => [
    ...surplus.map(({ id }) => id),
    ...places.flatMap(({ current }) => current ? [current.id] : []),
  ]));
  const own = observed.containers.filter(({ id, service, oneoff }) =>
    !touched.has(id) && !draft.removed.has(id) && (oneoff || !services.has(service))
  );
  const others = [...observed.foreign, ...own].filter(isUp);
  return others.flatMap(({ name, ports }) => ports.map((port) => ({ ...port, owner: `the container "${name}"` })));
}

function clash(a: Claim, b: Claim): boolean {
  if (a.published !== b.published || a.protocol !== b.protocol) return false;
  return isEverywhere(a.ip) || isEverywhere(b.ip) || a.ip === b.ip;
}

function isEverywhere(ip: string | undefined): boolean {
  return ip === undefined || ip === "" || ip === "0.0.0.0" || ip === "::";
}
