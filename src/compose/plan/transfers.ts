import type { Observed } from "../observe.ts";
import type { Build, Pull } from "../wanted.ts";
import type { Draft } from "./draft.ts";
import { planBuild } from "./builds.ts";
import { groundFor } from "./ground.ts";
import { ownImage, planPull } from "./images.ts";

/** Pulls the images of services that are not built here, unless their own policy says never. */
export function planPulls({ project, services = [] }: Pull, observed: Observed): Draft {
  const ground = groundFor(project, observed, { services, noDeps: true });
  const seen = new Set<string>();
  for (const [name, service] of ground.services) {
    const own = ownImage(project, name, service);
    const isLocal = service.build !== undefined || service.provider !== undefined;
    if (isLocal || seen.has(own.image) || service.pull_policy === "never" || service.pull_policy === "build") continue;
    seen.add(own.image);
    planPull(ground, own, "asked for");
  }
  return ground.draft;
}

/** Builds the images of services that have a build. */
export function planBuilds({ project, services = [], noCache, pull }: Build, observed: Observed): Draft {
  const ground = groundFor(project, observed, { services, noDeps: true });
  for (const [name, service] of ground.services) {
    if (!service.build) continue;
    const build = { ...service.build, ...(noCache ? { no_cache: true } : {}), ...(pull ? { pull: true } : {}) };
    planBuild(ground, ownImage(project, name, { ...service, build }), "asked for");
  }
  return ground.draft;
}
