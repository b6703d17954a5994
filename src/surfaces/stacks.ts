import * as z from "zod";
import * as lifecycle from "../tools/compose/lifecycle.ts";
import * as read from "../tools/compose/read.ts";
import { type Alias, type Route, route } from "./alias.ts";
import { amount, objectOrList, onOff, seconds, text } from "./fields.ts";

/** Seconds that `follow: true` goes on reading. */
const followed = 5;

/** A Compose file is a path, or its text: only the text has several lines or a key. */
function sourceOf(file: string | undefined): { file?: string; compose_yaml?: string } {
  if (file === undefined) return {};
  return /\n|:\s/.test(file) ? { compose_yaml: file } : { file };
}

const project = {
  project_name: text.optional(),
  compose_file: text.optional().describe("Path or text"),
};
const services = z.array(text).optional();

/** The Compose names of the classic vocabulary. */
export const classicStacks: readonly Alias[] = [
  single(
    "deploy-compose",
    "Bring a Compose project up.",
    route({
      tool: lifecycle.composeUp,
      input: z.strictObject({
        compose_yaml: text.optional(),
        ...project,
        services,
        environment: objectOrList.optional(),
        build: onOff.optional(),
      }),
      args: ({ compose_file, ...same }) => ({ ...same, ...sourceOf(compose_file) }),
    }),
  ),
  single(
    "compose-down",
    "Take a Compose project down; volumes with their data only if asked.",
    route({
      tool: lifecycle.composeDown,
      input: z.strictObject({ ...project, volumes: onOff.optional(), remove_orphans: onOff.optional() }),
      args: ({ compose_file, ...same }) => ({ ...same, ...sourceOf(compose_file) }),
    }),
  ),
  single(
    "compose-logs",
    `Read a project's logs: the last lines, or new ones for ${followed} seconds with follow.`,
    route({
      tool: read.composeLogs,
      input: z.strictObject({
        ...project,
        services,
        tail: amount.optional().describe("Lines, default 100, or all"),
        follow: onOff.optional(),
        since: amount.optional().describe("A time, or 10m ago"),
        timestamps: onOff.optional(),
      }),
      args: ({ compose_file, tail, follow, ...same }) => ({
        ...same,
        ...sourceOf(compose_file),
        tail: typeof tail === "string" && /^\d+$/.test(tail) ? Number(tail) : tail,
        follow: follow ? followed : undefined,
      }),
    }),
  ),
  single("compose-ps", "List a project's containers.", ofProject(read.composePs)),
  single("compose-start", "Start a project's stopped services.", ofProject(lifecycle.composeStart)),
  single("compose-stop", "Stop a project's services.", stopping(lifecycle.composeStop)),
  single("compose-restart", "Restart a project's services.", stopping(lifecycle.composeRestart)),
];

/** The Compose tool of the compact vocabulary. */
export const compactStacks: readonly Alias[] = [
  {
    name: "compose-stack",
    title: "Manage a Compose project",
    description: "`build` goes with up. All but up, plan and config do with `project_name` alone.",
    routes: {
      up: stack(lifecycle.composeUp, { build: onOff.optional() }),
      down: stack(lifecycle.composeDown),
      ps: stack(read.composePs),
      logs: stack(read.composeLogs),
      start: stack(lifecycle.composeStart),
      stop: stack(lifecycle.composeStop),
      restart: stack(lifecycle.composeRestart),
      pull: stack(lifecycle.composePull),
      config: stack(read.composeConfig),
      plan: stack(read.composePlan, { build: onOff.optional() }),
    },
  },
];

function single(name: string, description: string, only: Route): Alias {
  return { name, title: only.tool.title, description, routes: { "": only } };
}

function ofProject(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ ...project, services }),
    args: ({ compose_file, ...same }) => ({ ...same, ...sourceOf(compose_file) }),
  });
}

function stopping(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ ...project, services, timeout: seconds.optional() }),
    args: ({ compose_file, ...same }) => ({ ...same, ...sourceOf(compose_file) }),
  });
}

function stack(tool: Route["tool"], more: z.core.$ZodLooseShape = {}): Route {
  return route({
    tool,
    input: z.strictObject({ ...project, services, ...more }),
    args: ({ compose_file, ...same }) => ({ ...same, ...sourceOf(compose_file) }),
  });
}
