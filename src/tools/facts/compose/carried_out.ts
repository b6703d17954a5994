import * as z from "zod";
import type { Applied } from "../../../compose/apply/apply.ts";
import type { Operation } from "../../../compose/operation.ts";
import type { Plan } from "../../../compose/plan/plan.ts";
import { changeText, summaries } from "../../../compose/plan/render.ts";
import type { Target, Wanted } from "../../../compose/wanted.ts";
import type { Context } from "../../../define.ts";
import { oneLine } from "../../../safety/untrusted.ts";
import { count } from "../../format.ts";
import { noProject } from "./projects.ts";

/** What a tool tells of a plan that it carried out. */
export const carriedOut = z.object({
  project: z.string(),
  changes: z.array(z.string()),
  warnings: z.array(z.string()).optional(),
});

export type CarriedOut = z.output<typeof carriedOut>;

export function carriedOutText({ project, changes, warnings = [] }: CarriedOut): string {
  const head = changes.length === 0 ? `${project}: nothing to do.` : `${project}: ${count(changes.length, "change")}.`;
  return [head, ...changes, ...warnings.map((warning) => `Warning: ${warning}`)].join("\n");
}

export interface CarryOutOptions {
  /** Of the plan that was shown. */
  digest?: string | undefined;
}

/** Plans and does it, told as progress. Throws an InputError for a name that nothing on the engine has. */
export async function carryOut(
  context: Context,
  wanted: Wanted,
  { digest }: CarryOutOptions = {},
): Promise<CarriedOut> {
  const { compose, signal, progress } = context;
  const { plan, done, warnings } = await compose.apply(wanted, { digest, signal, progress });
  await expectProject(context, wanted, plan);
  return toldOf(plan.project, done, [...filesWarnings(wanted), ...plan.warnings, ...warnings]);
}

/** A project that is known by its name alone must have something on the engine. */
export async function expectProject(context: Context, wanted: Wanted, plan: Plan): Promise<void> {
  if (!("target" in wanted) || typeof wanted.target !== "string") return;
  if (plan.operations.length > 0 || plan.observed.containers.length > 0) return;
  throw await noProject(context, wanted.target);
}

function toldOf(project: string, done: Applied["done"], warnings: readonly string[]): CarriedOut {
  const told = warnings.map(oneLine);
  return { project, changes: changesOf(done), ...(told.length > 0 ? { warnings: told } : {}) };
}

/** A line for each thing that changed: `web-1: recreate (environment.LEVEL: info -> debug)`. */
function changesOf(done: readonly Operation[]): string[] {
  // In the order of the plan, since what goes on at once ends in any order. To wait changes nothing.
  const changing = done.filter(({ kind }) => kind !== "wait").toSorted((a, b) => a.id - b.id);
  return summaries(changing).map(({ subject, action, changes }) => {
    const why = changes.length > 0 ? ` (${changes.map(changeText).join("; ")})` : "";
    return oneLine(`${subject}: ${action}${why}`);
  });
}

/** What was odd about the files. */
function filesWarnings(wanted: Wanted): readonly string[] {
  return warningsOf("project" in wanted ? wanted.project : wanted.target);
}

function warningsOf(target: Target): readonly string[] {
  return typeof target === "string" ? [] : target.warnings;
}
