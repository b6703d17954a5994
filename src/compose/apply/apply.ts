import { untilListed } from "../../engine/listed.ts";
import { ComposeError } from "../errors.ts";
import { type Operation, slotOf } from "../operation.ts";
import type { Plan } from "../plan/plan.ts";
import type { Project } from "../project.ts";
import { describe } from "../plan/render.ts";
import { perform } from "./perform.ts";
import { placeOf } from "./place.ts";
import type { Run } from "./run.ts";
import { stoppedBy } from "./stopped.ts";

/** What carrying out a plan came to. */
export interface Applied {
  /** The operations that were done, in the order in which they ended. */
  done: readonly Operation[];
  /** Those that were not needed in the end. */
  skipped: readonly Operation[];
  warnings: readonly string[];
}

/** How far a plan is carried out. */
export interface Note {
  /** Operations that have ended, with a fraction for one that goes on; each note has more than the one before. */
  progress: number;
  total: number;
  message: string;
}

export interface Applying extends Pick<Run, "engine" | "outside" | "signal" | "lock"> {
  /** What its files say, to tell where a failure comes from. */
  project: Project | undefined;
  progress(note: Note): void;
}

/** How many operations go on at once. */
const abreast = 8;

/**
 * Carries out all of a plan and nothing else: each operation once those before it have ended. When one fails, or the
 * signal ends, none is begun any more, those that go on are waited for, and the failure is thrown.
 */
export async function applyPlan(plan: Plan, applying: Applying): Promise<Applied> {
  const warnings: string[] = [];
  const noting = notes(plan, applying);
  const run = runFor(plan, { ...applying, warn: (text) => void warnings.push(text), note: noting.note });
  const ended = new Set<number>();
  const [done, skipped]: [Operation[], Operation[]] = [[], []];
  await schedule(plan.operations, ended, async (operation) => {
    applying.signal.throwIfAborted();
    if (isNeeded(run, operation)) {
      await performNamed(run, operation, { plan, project: applying.project });
      done.push(operation);
      noting.end(describe(operation));
    } else {
      skipped.push(operation);
    }
    ended.add(operation.id);
  });
  await untilListed(run.engine.containers, stoppedBy(run, done), run);
  return { done, skipped, warnings };
}

function runFor(plan: Plan, rest: Pick<Run, "engine" | "outside" | "signal" | "lock" | "warn" | "note">): Run {
  const { api, containers, images, profiles } = plan.observed;
  const own = containers.filter(({ oneoff }) => !oneoff).map((one) => ({
    ...one,
    slot: slotOf(one.service, one.number),
  }));
  const there = own.map(({ slot, id }) => [slot, id] as const);
  const names = [
    ...own.map(({ slot, name }) => [slot, name] as const),
    ...plan.operations.flatMap((operation) =>
      operation.kind === "create_container" ? [[operation.slot, operation.spec.name] as const] : []
    ),
  ];
  return {
    ...rest,
    api,
    profiles,
    slots: new Map([...there, ...plan.slots]),
    names: new Map(names),
    images: new Map(images),
  };
}

/** Whether one of its images has become another one; without a condition it is. */
function isNeeded({ images }: Run, { onlyIf }: Operation): boolean {
  return onlyIf === undefined || onlyIf.some(({ image, id }) => images.get(image)?.id !== id);
}

async function performNamed(
  run: Run,
  operation: Operation,
  { plan, project }: { plan: Plan; project: Project | undefined },
): Promise<void> {
  try {
    await perform(run, operation);
  } catch (cause) {
    run.signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = `Cannot go on with "${plan.project}": ${describe(operation)} failed: ${why}`;
    const place = project && placeOf(project, operation, cause);
    throw new ComposeError(what, { fault: "failed", operation: describe(operation), cause, ...place });
  }
}

/** Begins each operation once those before it have ended, a few at once. */
async function schedule(
  operations: readonly Operation[],
  ended: ReadonlySet<number>,
  work: (operation: Operation) => Promise<void>,
): Promise<void> {
  const waiting = [...operations];
  const going = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (;;) {
    while (failures.length === 0 && going.size < abreast) {
      const next = waiting.findIndex(({ after }) => after.every((id) => ended.has(id)));
      const [operation] = next < 0 ? [] : waiting.splice(next, 1);
      if (!operation) break;
      const begun = work(operation).catch((error) => void failures.push(error)).finally(() => going.delete(begun));
      going.add(begun);
    }
    if (going.size === 0) break;
    await Promise.race(going);
  }
  if (failures.length > 0) throw failures[0];
}

/** Milliseconds between two notes of one operation. */
const noteEvery = 300;

function notes({ operations }: Plan, { progress }: Applying) {
  const total = operations.length;
  let [count, told, noted] = [0, 0, 0];
  const tell = (message: string) => {
    // Each note must be further on than the last one, also within an operation.
    told = Math.max(count, told + (count + 1 - told) / 1000);
    progress({ progress: told, total, message });
  };
  return {
    end(message: string) {
      count++;
      tell(message);
    },
    note(message: string) {
      if (message === "" || Date.now() - noted < noteEvery) return;
      noted = Date.now();
      tell(message);
    },
  };
}
