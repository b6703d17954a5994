import * as z from "zod";
import * as generate from "../tools/compose/generate.ts";
import * as lifecycle from "../tools/compose/lifecycle.ts";
import * as read from "../tools/compose/read.ts";
import * as run from "../tools/compose/run.ts";
import { type Alias, type Route, route } from "./alias.ts";
import { object, text } from "./fields.ts";

/** Beside the tools themselves: all of Compose under one name, for who would rather choose an action than a tool. */
export const operations: readonly Alias[] = [
  {
    name: "docker_compose_operations",
    title: "Any Compose operation",
    description: "docker_compose_<action>, with its other arguments in `options`.",
    routes: {
      up: of(lifecycle.composeUp),
      down: of(lifecycle.composeDown),
      ps: of(read.composePs),
      ls: of(read.composeLs),
      logs: of(read.composeLogs),
      start: of(lifecycle.composeStart),
      stop: of(lifecycle.composeStop),
      restart: of(lifecycle.composeRestart),
      pull: of(lifecycle.composePull),
      build: of(lifecycle.composeBuild),
      run: of(run.composeRun),
      exec: of(run.composeExec),
      config: of(read.composeConfig),
      plan: of(read.composePlan),
      generate: of(generate.composeGenerate),
    },
  },
];

function of(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({
      project_name: text.optional(),
      file: text.optional(),
      compose_yaml: text.optional(),
      services: z.array(text).optional(),
      options: object.optional(),
    }),
    args: ({ options, ...same }) => ({ ...options, ...same }),
  });
}
