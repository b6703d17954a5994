import type { Observed } from "../observe.ts";
import type { Up } from "../wanted.ts";
import { checkServices } from "./checks.ts";
import { planContainers } from "./containers.ts";
import { type Draft, remove } from "./draft.ts";
import { decideFates } from "./fate.ts";
import { type Ground, groundFor } from "./ground.ts";
import { planImages } from "./images.ts";
import { planNetworks, planOutdated } from "./networks.ts";
import { checkPorts } from "./ports.ts";
import { planStarts } from "./starts.ts";
import { planVolumes } from "./volumes.ts";

/** From what is there to what is wanted. */
export function planUp({ project, ...options }: Up, observed: Observed): Draft {
  const ground = groundFor(project, observed, options);
  checkServices(ground);
  const images = planImages(ground);
  planOrphans(ground);
  const networks = planNetworks(ground);
  const volumes = planVolumes(ground);
  const prepared = { images, networks, volumes };
  const fates = decideFates(ground, prepared);
  for (const { places } of fates.values()) {
    for (const { slot, current } of places) if (current) ground.draft.slots.set(slot, current.id);
  }
  checkPorts(ground, fates);
  const made = planContainers(ground, prepared, fates);
  planOutdated(ground, networks);
  if (!options.noStart) planStarts(ground, made);
  return ground.draft;
}

/** Containers of services that the files do not have any more, and commands that have ended. */
function planOrphans({ draft, observed, project, options }: Ground): void {
  const orphans = observed.containers.filter(({ service, oneoff, state }) =>
    oneoff ? state === "exited" || state === "dead" : !project.services.has(service) && !project.disabled.has(service)
  );
  if (orphans.length === 0) return;
  if (!options.removeOrphans) {
    const names = orphans.map(({ name }) => `"${name}"`).join(", ");
    draft.warnings.push(`Left over from services that the files do not have: ${names}. remove_orphans removes them`);
    return;
  }
  for (const container of orphans) {
    const resource = { kind: "orphan", name: container.name } as const;
    const why = { resource, cause: "the files do not have its service", cost: "removal" } as const;
    remove(draft, { ...why, container, timeout: options.timeout });
  }
}
