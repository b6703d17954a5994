import * as z from "zod";
import type { Project } from "../../compose/project.ts";
import type { Up } from "../../compose/wanted.ts";
import { present } from "../spec/resources.ts";
import { services, untold } from "./fields.ts";

/** What docker_compose_up and its plan take alike: the digest of one is the digest of the other. */
export const upFields = {
  services: services.optional(),
  build: z.boolean().optional(),
  pull: z.enum(["always", "missing", "never"]).optional(),
  force_recreate: z.boolean().optional(),
  no_recreate: z.boolean().optional(),
  no_deps: untold(z.boolean().optional()),
  remove_orphans: z.boolean().optional(),
  scale: z.record(z.string(), z.number().int().min(0).max(1000)).optional(),
  wait: z.boolean().optional(),
};

/** The same, of which a model has been told with docker_compose_up. */
export const plannedFields = {
  services: upFields.services,
  scale: upFields.scale,
  remove_orphans: untold(upFields.remove_orphans),
  build: untold(upFields.build),
  pull: untold(upFields.pull),
  force_recreate: untold(upFields.force_recreate),
  no_recreate: untold(upFields.no_recreate),
  no_deps: upFields.no_deps,
  wait: untold(upFields.wait),
};

type UpInput = z.output<z.ZodObject<typeof upFields>> & { wait_timeout?: number | undefined };

export function upOf(project: Project, given: UpInput): Up {
  return {
    verb: "up",
    project,
    ...present({
      services: given.services,
      build: given.build,
      pull: given.pull,
      forceRecreate: given.force_recreate,
      noRecreate: given.no_recreate,
      noDeps: given.no_deps,
      removeOrphans: given.remove_orphans,
      scale: given.scale && new Map(Object.entries(given.scale)),
      wait: given.wait,
      waitTimeout: given.wait_timeout,
    }),
  };
}
