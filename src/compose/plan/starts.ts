import type { ImageCondition, WaitCondition } from "../operation.ts";
import type { Dependency } from "../project.ts";
import { locate } from "../project.ts";
import type { Made } from "./containers.ts";
import { add, type Why } from "./draft.ts";
import type { Place } from "./fate.ts";
import type { Ground } from "./ground.ts";

/** The starts, each behind what the service waits for, and at the end the wait for all of them. */
export function planStarts(ground: Ground, made: ReadonlyMap<string, Made>): void {
  const started = new Map<string, number[]>();
  const starting: Starting = { ground, made, started, waits: new Map() };
  for (const name of ground.order) {
    const own = made.get(name);
    if (own) started.set(name, own.fates.places.flatMap((place) => startPlace(starting, own, place)));
  }
  if (ground.options.wait) waitForAll(starting);
}

interface Starting {
  ground: Ground;
  made: ReadonlyMap<string, Made>;
  /** The last operations of each service's starts. */
  started: Map<string, number[]>;
  /** Waits that are planned already. */
  waits: Map<string, number>;
}

/** The operations after which it runs; none where it does so already. */
function startPlace(starting: Starting, made: Made, place: Place): number[] {
  const { ground: { draft } } = starting;
  const { fates: { name, service }, ready } = made;
  const { slot, number, current, reason } = place;
  const resource = { kind: "container", service: name, number, name: place.name } as const;
  const why = whyStarted(starting.ground, place);
  if (why === undefined) return [];
  if (current?.state === "paused" && !reason) {
    const container = { id: current.id, name: current.name };
    return [add(draft, { kind: "unpause_container", container }, { resource, cause: "it is paused" })];
  }
  const stopped = draft.stopped.get(current?.id ?? "");
  const after = [...ready.get(slot) ?? [], stopped, ...dependencies(starting, made)];
  const serial = (service.ports ?? []).some(({ published = "" }) => published === "" || published.includes("-"));
  let last = add(draft, { kind: "start_container", container: { slot }, serial }, { ...why, resource, after });
  for (const hook of service.post_start ?? []) {
    last = add(draft, { kind: "run_hook", container: { slot }, hook }, {
      ...why,
      cause: "post_start",
      resource,
      after: [last],
    });
  }
  return [last];
}

function whyStarted({ draft }: Ground, { current, reason }: Place): Why | undefined {
  if (!current || reason && !reason.onlyIf) return { cause: "it is new" };
  const isStopped = current.state === "exited" || current.state === "created";
  if (isStopped) return { cause: "it does not run" };
  if (current.state === "paused" && !reason) return { cause: "it is paused" };
  const onlyIf = conditionOf(draft, current.id);
  if (reason) {
    return { cause: "it is new", ...(reason.onlyIf ? { onlyIf: distinct([...reason.onlyIf, ...onlyIf ?? []]) } : {}) };
  }
  if (!draft.stopped.has(current.id)) return undefined;
  return { cause: "it was stopped", ...(onlyIf ? { onlyIf } : {}) };
}

function distinct(conditions: readonly ImageCondition[]): ImageCondition[] {
  return [...new Map(conditions.map((condition) => [`${condition.image} ${condition.id}`, condition])).values()];
}

function conditionOf(draft: Ground["draft"], id: string): readonly ImageCondition[] | undefined {
  const stopped = draft.stopped.get(id);
  return stopped === undefined ? undefined : draft.operations[stopped - 1]?.onlyIf;
}

/** The operations after which all that a service depends on is as it wants it. */
function dependencies(starting: Starting, { fates: { name, service } }: Made): number[] {
  return [...service.depends_on ?? []].flatMap(([other, dependency]) => {
    const places = starting.made.get(other)?.fates.places ?? [];
    if (places.length === 0) return [];
    if (dependency.condition === "service_started") return starting.started.get(other) ?? [];
    checkHealth(starting, { name, other, dependency });
    return [wait(starting, { name: other, condition: dependency.condition, required: dependency.required })];
  });
}

interface Waiting {
  name: string;
  condition: WaitCondition;
  required: boolean;
  timeout?: number | undefined;
}

function wait({ ground: { draft }, made, started, waits }: Starting, waiting: Waiting): number {
  const { name, condition, required, timeout } = waiting;
  const key = [name, condition, required].join(" ");
  const planned = waits.get(key);
  if (planned !== undefined) return planned;
  const containers = (made.get(name)?.fates.places ?? []).map(({ slot }) => ({ slot }));
  const action = {
    kind: "wait",
    containers,
    condition,
    required,
    ...(timeout === undefined ? {} : { timeout }),
  } as const;
  const cause = required ? "others wait for it" : "others wait for it, and go on without it";
  const id = add(draft, action, {
    resource: { kind: "service", service: name },
    cause,
    after: started.get(name) ?? [],
  });
  waits.set(key, id);
  return id;
}

/** Without a health check nothing ever is healthy: that is known before, and not found out by waiting. */
function checkHealth(
  { ground: { draft, observed, project }, made }: Starting,
  { name, other, dependency }: { name: string; other: string; dependency: Dependency },
): void {
  const { service, image } = made.get(other)?.fates ?? {};
  if (dependency.condition !== "service_healthy" || !dependency.required || !service) return;
  const { test, disable } = service.healthcheck ?? {};
  const isOff = disable === true || test?.[0] === "NONE";
  const inherited = observed.images.get(image ?? "")?.healthcheck ?? true;
  if (!isOff && (test !== undefined || inherited)) return;
  const message = `Cannot start the service "${name}": it waits until "${other}" is healthy, which has no health check`;
  draft.obstacles.push({ message, at: locate(project, ["services", name, "depends_on", other]) });
}

/** Jobs that others wait for are to end, and all else is to run. */
function waitForAll(starting: Starting): void {
  const { made, ground: { options } } = starting;
  const jobs = new Set([...made.values()].flatMap(({ fates: { service } }) => {
    const dependencies = [...service.depends_on ?? []];
    return dependencies.flatMap(([name, { condition }]) =>
      condition === "service_completed_successfully" ? [name] : []
    );
  }));
  for (const [name, { fates }] of made) {
    if (fates.places.length === 0) continue;
    const condition = jobs.has(name) ? "service_completed_successfully" : "running_or_healthy";
    wait(starting, { name, condition, required: true, timeout: options.waitTimeout });
  }
}
