import { placeOf } from "./apply/place.ts";
import type { Outside } from "./outside.ts";
import type { Obstacle, Plan } from "./plan/plan.ts";
import { containerBody } from "./plan/translate/container.ts";
import type { Project } from "./project.ts";

/** The plan, with what the rules in front of the engine would not let be made: it is told before anything is. */
export async function judged(plan: Plan, project: Project | undefined, outside: Outside): Promise<Plan> {
  return { ...plan, obstacles: [...plan.obstacles, ...await refusals(plan, project, outside)] };
}

async function refusals(
  { operations, observed, slots }: Plan,
  project: Project | undefined,
  { refusal }: Outside,
): Promise<Obstacle[]> {
  if (!refusal || !project) return [];
  const seen = new Set<string>();
  const found: Obstacle[] = [];
  for (const operation of operations) {
    // All containers of a service are alike.
    if (operation.kind !== "create_container" || seen.has(operation.spec.service)) continue;
    const { spec } = operation;
    seen.add(spec.service);
    const parents = new Map([...spec.parents].map(([service, slot]) => [service, slots.get(slot) ?? slot]));
    const cause = await refusal(containerBody(spec, { ...observed, image: observed.images.get(spec.image), parents }));
    if (cause === undefined) continue;
    const message = `Cannot make containers of the service "${spec.service}": ${cause.message}`;
    found.push({ message, cause, ...placeOf(project, operation, cause) });
  }
  return found;
}
