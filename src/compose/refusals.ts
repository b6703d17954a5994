import type { Engine } from "../engine/engine.ts";
import { commandOf } from "./apply/hook.ts";
import { hooksOf, placeIn } from "./apply/place.ts";
import type { Operation } from "./operation.ts";
import type { Outside } from "./outside.ts";
import type { Obstacle, Plan } from "./plan/plan.ts";
import { containerBody } from "./plan/translate/container.ts";
import type { ContainerSpec } from "./plan/translate/spec.ts";
import type { Hook, Project } from "./project.ts";

/** The plan, with what the rules in front of the engine would not let be done: it is told before anything is. */
export async function judged(plan: Plan, project: Project | undefined, outside: Outside): Promise<Plan> {
  return { ...plan, obstacles: [...plan.obstacles, ...await refusals(plan, project, outside)] };
}

async function refusals(plan: Plan, project: Project | undefined, { refusal }: Outside): Promise<Obstacle[]> {
  if (!refusal || !project) return [];
  // All containers of a service are alike.
  const asked = new Map(
    plan.operations.flatMap((operation) => asksOf(operation, plan, project)).map((ask) => [
      ask.path.join("."),
      ask,
    ]),
  );
  const found: Obstacle[] = [];
  for (const { what, path, ask } of asked.values()) {
    const cause = await refusal(ask);
    if (cause) found.push({ message: `${what}: ${cause.message}`, cause, ...placeIn(project, path, cause) });
  }
  return found;
}

/** What the engine is to be asked for, and what in the project wants it. */
interface Ask {
  what: string;
  path: readonly (string | number)[];
  ask(engine: Engine): Promise<unknown>;
}

function asksOf(operation: Operation, plan: Plan, project: Project): Ask[] {
  if (operation.kind === "create_container") return asksToMake(operation.spec, plan);
  if (operation.kind !== "run_hook" || operation.resource.kind !== "container") return [];
  const { service } = operation.resource;
  const definition = project.services.get(service);
  const hooks = definition ? hooksOf(service, definition) : [];
  return hooks.filter(({ hook }) => hook === operation.hook).map((own) => askToRun(service, own));
}

/** Its commands as well, those too that are run when it is stopped: they would never be. */
function asksToMake(spec: ContainerSpec, { observed, slots }: Plan): Ask[] {
  const { service, definition } = spec;
  const parents = new Map([...spec.parents].map(([parent, slot]) => [parent, slots.get(slot) ?? slot]));
  const body = containerBody(spec, { ...observed, image: observed.images.get(spec.image), parents });
  const container: Ask = {
    what: `Cannot make containers of the service "${service}"`,
    path: ["services", service],
    ask: (engine) => engine.containers.create(body),
  };
  return [container, ...hooksOf(service, definition).map((own) => askToRun(service, own))];
}

function askToRun(service: string, { hook, path }: { hook: Hook; path: Ask["path"] }): Ask {
  return {
    what: `Cannot run a command of "${path.at(2)}" in the service "${service}"`,
    path,
    ask: (engine) => engine.exec.create(service, commandOf(hook)),
  };
}
