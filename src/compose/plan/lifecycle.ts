import type { Observed, ObservedContainer } from "../observe.ts";
import type { WaitCondition } from "../operation.ts";
import type { Restart, Start, Stop } from "../wanted.ts";
import { add, type Draft, emptyDraft, isUp, stop } from "./draft.ts";
import { chosen, type KnownService, knownServices, resourceFor, withDependencies } from "./known.ts";

/** Stops what is up, each service before those it depends on. */
export function planStop({ target, services, timeout }: Stop, observed: Observed): Draft {
  const draft = emptyDraft();
  const all = chosen(knownServices(target, observed), { project: observed.project, names: services }).toReversed();
  const down = new Map<string, (number | undefined)[]>();
  for (const { name, containers, definition } of all) {
    const dependents = all.filter(({ dependencies }) => dependencies.some(({ service }) => service === name));
    const after = dependents.flatMap((other) => down.get(other.name) ?? []);
    const ending = { cause: "asked for", cost: "stop", timeout, hooks: definition?.pre_stop, after } as const;
    const stopOne = (container: ObservedContainer) =>
      stop(draft, { ...ending, resource: resourceFor(container), container });
    down.set(name, containers.map(stopOne));
  }
  return draft;
}

/** Starts what does not run, each service behind those it depends on, once they are as it wants them. */
export function planStart({ target, services }: Start, observed: Observed): Draft {
  const draft = emptyDraft();
  const known = knownServices(target, observed);
  const started = new Map<string, number[]>();
  const waits = new Map<string, number>();
  const named = chosen(known, { project: observed.project, names: services });
  for (const service of withDependencies(known, named)) {
    const after = (): number[] => waitsOf(draft, service, { known, started, waits });
    started.set(service.name, startAll(draft, service, after));
  }
  return draft;
}

function startAll(draft: Draft, { containers, definition }: KnownService, after: () => number[]): number[] {
  const idle = containers.filter(({ state }) => state !== "running" && state !== "restarting");
  if (idle.length === 0) return [];
  const before = after();
  return idle.map((container) => {
    const { id, name, state } = container;
    const why = { resource: resourceFor(container), cause: "asked for", after: before };
    if (state === "paused") return add(draft, { kind: "unpause_container", container: { id, name } }, why);
    const last = add(draft, { kind: "start_container", container: { id, name }, serial: false }, why);
    return withHooks(draft, { last, container, hooks: definition?.post_start });
  });
}

function withHooks(
  draft: Draft,
  { last, container, hooks = [] }: {
    last: number;
    container: ObservedContainer;
    hooks: NonNullable<KnownService["definition"]>["post_start"] | undefined;
  },
): number {
  const ref = { id: container.id, name: container.name };
  return hooks.reduce(
    (after, hook) =>
      add(draft, { kind: "run_hook", container: ref, hook }, {
        resource: resourceFor(container),
        cause: "post_start",
        after: [after],
      }),
    last,
  );
}

interface Starting {
  known: readonly KnownService[];
  started: ReadonlyMap<string, number[]>;
  /** Waits that are planned already. */
  waits: Map<string, number>;
}

/** The operations after which a service's dependencies are as it wants them. */
function waitsOf(draft: Draft, { dependencies, definition }: KnownService, starting: Starting): number[] {
  const { known, started, waits } = starting;
  return dependencies.flatMap(({ service, condition }) => {
    const before = started.get(service) ?? [];
    const wanted = conditions.get(condition);
    const containers = known.find(({ name }) => name === service)?.containers.map(({ id, name }) => ({ id, name })) ??
      [];
    if (wanted === undefined || containers.length === 0) return before;
    // A label does not tell whether it is required.
    const required = definition?.depends_on?.get(service)?.required ?? false;
    const cause = required ? "others wait for it" : "others wait for it, and go on without it";
    const why = { resource: { kind: "service", service }, cause, after: before } as const;
    const key = `${service} ${wanted} ${required}`;
    const id = waits.get(key) ?? add(draft, { kind: "wait", containers, condition: wanted, required }, why);
    waits.set(key, id);
    return [id];
  });
}

const conditions = new Map<string, WaitCondition>([
  ["service_healthy", "service_healthy"],
  ["service_completed_successfully", "service_completed_successfully"],
]);

/** Restarts containers, and what is to be taken along by them. */
export function planRestart({ target, services, noDeps, timeout }: Restart, observed: Observed): Draft {
  const draft = emptyDraft();
  const known = knownServices(target, observed);
  const named = chosen(known, { project: observed.project, names: services });
  const names = new Set(named.map(({ name }) => name));
  const takenAlong = ({ enabled, dependencies }: KnownService) =>
    enabled && dependencies.some(({ service, restart }) => restart && names.has(service));
  if (!noDeps) known.filter(takenAlong).forEach(({ name }) => names.add(name));
  const done = new Map<string, number[]>();
  for (const service of known.filter(({ name }) => names.has(name))) {
    const after = service.dependencies.flatMap((other) => other.restart ? done.get(other.service) ?? [] : []);
    done.set(service.name, restartAll(draft, service, { after, timeout, asked: named.includes(service) }));
  }
  return draft;
}

function restartAll(
  draft: Draft,
  { containers, definition }: KnownService,
  { after, timeout, asked }: { after: number[]; timeout: number | undefined; asked: boolean },
): number[] {
  return containers.map((container) => {
    const ref = { id: container.id, name: container.name };
    const cause = asked ? "asked for" : "a service that it depends on is restarted";
    const why = { resource: resourceFor(container), cause, cost: isUp(container) ? "restart" : "nothing" } as const;
    let before = after;
    for (const hook of container.state === "running" ? definition?.pre_stop ?? [] : []) {
      before = [
        add(draft, { kind: "run_hook", container: ref, hook, optional: true }, {
          ...why,
          cause: "pre_stop",
          after: before,
        }),
      ];
    }
    const action = {
      kind: "restart_container",
      container: ref,
      ...(timeout === undefined ? {} : { timeout }),
    } as const;
    const last = add(draft, action, { ...why, after: before });
    return withHooks(draft, { last, container, hooks: definition?.post_start });
  });
}
