import type { Position } from "../errors.ts";
import type { ObservedContainer } from "../observe.ts";
import type { Action, Operation, Resource, Step } from "../operation.ts";
import type { Hook } from "../project.ts";

/** A plan on its way. */
export interface Draft {
  operations: Operation[];
  obstacles: Obstacle[];
  warnings: string[];
  /** The operations that stop or remove containers, by the containers' ids: none is stopped twice. */
  stopped: Map<string, number>;
  removed: Map<string, number>;
  /** The ids of the containers that are in slots before anything is done. */
  slots: Map<string, string>;
  /** The operations after which images are there, by their names. */
  images: Map<string, number>;
}

/** Why a plan cannot be carried out. */
export interface Obstacle {
  message: string;
  /** The place in the files that asks for it, where one does. */
  at?: Position;
  /** The attribute there: `services.web.privileged`. */
  path?: string;
  /** The refusal, where a rule in front of the engine is what stands in the way. */
  cause?: Error;
}

export function emptyDraft(): Draft {
  return {
    operations: [],
    obstacles: [],
    warnings: [],
    stopped: new Map(),
    removed: new Map(),
    slots: new Map(),
    images: new Map(),
  };
}

type After = readonly (number | undefined)[];
export type Why = Pick<Step, "cause"> & Partial<Pick<Step, "changes" | "cost" | "onlyIf">> & { after?: After };

/** Adds an operation that comes after others, where those are there; gives its id. */
export function add(draft: Draft, action: Action, why: Why & { resource: Resource }): number {
  const { after = [], changes = [], cost = "nothing", onlyIf, ...rest } = why;
  const id = draft.operations.length + 1;
  const before = [...new Set([...after, ...imagesBefore(draft, action, after)].filter((other) => other !== undefined))];
  before.sort((a, b) => a - b);
  // What another one waits for already need not be said again.
  const said = new Set(before.flatMap((other) => draft.operations[other - 1]?.after ?? []));
  const step = { id, after: before.filter((other) => !said.has(other)), changes, cost, ...rest };
  draft.operations.push({ ...step, ...(onlyIf ? { onlyIf } : {}), ...action });
  return id;
}

/** All images come first: where one cannot be had nothing is touched, and whether one has changed is known. */
function imagesBefore({ images }: Draft, { kind }: Action, after: After): number[] {
  const all = [...images.values()];
  if (kind === "pull_image" || kind === "build_image") return [];
  return after.every((id) => id === undefined || all.includes(id)) ? all : [];
}

/** What a stop or a removal is about. */
export interface Ending extends Why {
  resource: Resource;
  container: ObservedContainer;
  /** Seconds. */
  timeout?: number | undefined;
  /** Commands that are run in it before. */
  hooks?: readonly Hook[] | undefined;
}

/** Stops a container that is up, unless that is planned already; gives the operation after which it is down. */
export function stop(draft: Draft, ending: Ending): number | undefined {
  const { container, timeout, hooks = [], after = [], ...why } = ending;
  const planned = draft.stopped.get(container.id);
  if (planned !== undefined || !isUp(container)) return planned;
  const ref = { id: container.id, name: container.name };
  let last = after;
  // A paused container cannot run anything.
  for (const hook of container.state === "running" ? hooks : []) {
    last = [
      add(draft, { kind: "run_hook", container: ref, hook, optional: true }, {
        ...why,
        cause: "pre_stop",
        after: last,
      }),
    ];
  }
  const action = { kind: "stop_container", container: ref, ...(timeout === undefined ? {} : { timeout }) } as const;
  const id = add(draft, action, { ...why, after: last });
  draft.stopped.set(container.id, id);
  return id;
}

/** Stops and removes a container, unless that is planned already. */
export function remove(draft: Draft, { volumes = false, ...ending }: Ending & { volumes?: boolean }): number {
  const planned = draft.removed.get(ending.container.id);
  if (planned !== undefined) return planned;
  const down = stop(draft, ending);
  const { container, timeout: _timeout, hooks: _hooks, after = [], ...why } = ending;
  const ref = { id: container.id, name: container.name };
  const action = { kind: "remove_container", container: ref, volumes, force: true } as const;
  const id = add(draft, action, { ...why, after: down === undefined ? after : [...after, down] });
  draft.removed.set(container.id, id);
  return id;
}

/** Whether there is something to stop. */
export function isUp({ state }: { state: string }): boolean {
  return state === "running" || state === "restarting" || state === "paused";
}
