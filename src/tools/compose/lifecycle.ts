import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { carriedOut, carriedOutText, carryOut } from "../facts/compose/carried_out.ts";
import { downLosses } from "../facts/compose/down_losses.ts";
import { member, memberOf, membersOf, membersText } from "../facts/compose/members.ts";
import { waitTime, wholeSeconds } from "../fields.ts";
import { present } from "../spec/resources.ts";
import {
  namedFields,
  plainSourceFields,
  projectFields,
  services,
  sourceFields,
  sourceOf,
  targetOf,
  untold,
  wholeSourceFields,
} from "./fields.ts";
import { upFields, upOf } from "./up_fields.ts";

const upInput = z.strictObject({
  ...wholeSourceFields,
  ...upFields,
  wait_timeout: waitTime.optional(),
  digest: z.string().optional(),
});

export const composeUp = defineTool({
  name: "docker_compose_up",
  title: "Bring a project up",
  description: "Create, update and start a project's services; loses no data. With a plan's `digest` only that plan.",
  risk: "execute",
  idempotent: true,
  openWorld: true,
  input: upInput,
  output: carriedOut.extend({ containers: z.array(member) }),
  text: (done) => [carriedOutText(done), membersText(done.containers)].join("\n"),
  async run(context, given) {
    const project = await sourceOf(context, given, given.services);
    const done = await carryOut(context, upOf(project, given), { digest: given.digest });
    const { containers } = await context.compose.observe(project.name, { signal: context.signal });
    return { ...done, containers: membersOf(containers).map(memberOf) };
  },
});

const downInput = z.strictObject({
  ...projectFields,
  services: services.optional(),
  volumes: z.boolean().optional(),
  images: z.enum(["local", "all"]).optional(),
  remove_orphans: z.boolean().optional(),
  timeout: untold(wholeSeconds.optional()),
});

export const composeDown = defineTool({
  name: "docker_compose_down",
  title: "Take a project down",
  description: "Remove a project's containers and networks; `volumes` with their data and `images` if asked.",
  risk: "destroy",
  idempotent: true,
  input: downInput,
  output: carriedOut,
  text: carriedOutText,
  async consequence(context, given) {
    return await downLosses(context, await downOf(context, given));
  },
  async run(context, given) {
    return await carryOut(context, await downOf(context, given));
  },
});

async function downOf(context: Context, { remove_orphans, ...given }: z.output<typeof downInput>) {
  const { services, volumes, images, timeout } = given;
  const target = await targetOf(context, given);
  const asked = present({ services, volumes, images, timeout, removeOrphans: remove_orphans });
  return { verb: "down", target, ...asked } as const;
}

const stopInput = z.strictObject({
  ...namedFields,
  services: services.optional(),
  timeout: wholeSeconds.optional(),
});

export const composeStart = defineTool({
  name: "docker_compose_start",
  title: "Start a project",
  description: "Start a project's stopped services in order.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ ...namedFields, services: services.optional() }),
  output: carriedOut,
  text: carriedOutText,
  async run(context, { services, ...source }) {
    const target = await targetOf(context, source);
    return await carryOut(context, { verb: "start", target, ...present({ services }) });
  },
});

export const composeStop = defineTool({
  name: "docker_compose_stop",
  title: "Stop a project",
  description: "Stop a project's services, dependents first.",
  risk: "change",
  idempotent: true,
  input: stopInput,
  output: carriedOut,
  text: carriedOutText,
  async run(context, { services, timeout, ...source }) {
    const target = await targetOf(context, source);
    return await carryOut(context, { verb: "stop", target, ...present({ services, timeout }) });
  },
});

export const composeRestart = defineTool({
  name: "docker_compose_restart",
  title: "Restart a project",
  description: "Restart a project's services; changed files take docker_compose_up.",
  risk: "change",
  input: stopInput,
  output: carriedOut,
  text: carriedOutText,
  async run(context, { services, timeout, ...source }) {
    const target = await targetOf(context, source);
    return await carryOut(context, { verb: "restart", target, ...present({ services, timeout }) });
  },
});

export const composePull = defineTool({
  name: "docker_compose_pull",
  title: "Pull a project's images",
  description: "Pull the images of a project's services.",
  risk: "change",
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ ...plainSourceFields, services: services.optional() }),
  output: carriedOut,
  text: carriedOutText,
  async run(context, { services, ...source }) {
    const project = await sourceOf(context, source, services);
    return await carryOut(context, { verb: "pull", project, ...present({ services }) });
  },
});

export const composeBuild = defineTool({
  name: "docker_compose_build",
  title: "Build a project's images",
  description: "Build the images of a project's services.",
  risk: "execute",
  openWorld: true,
  input: z.strictObject({
    ...sourceFields,
    services: services.optional(),
    no_cache: z.boolean().optional(),
    pull: z.boolean().optional(),
  }),
  output: carriedOut,
  text: carriedOutText,
  async run(context, { services, no_cache, pull, ...source }) {
    const project = await sourceOf(context, source, services);
    return await carryOut(context, { verb: "build", project, ...present({ services, noCache: no_cache, pull }) });
  },
});
