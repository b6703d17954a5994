import type { Observed } from "../observe.ts";
import type { Operation } from "../operation.ts";
import type { Wanted } from "../wanted.ts";
import { digestOf } from "./digest.ts";
import { planDown } from "./down.ts";
import type { Draft, Obstacle } from "./draft.ts";
import { planRestart, planStart, planStop } from "./lifecycle.ts";
import { planBuilds, planPulls } from "./transfers.ts";
import { planUp } from "./up.ts";

/** What is to be done, in an order that works. It is never changed; with an obstacle it is not carried out. */
export interface Plan {
  readonly project: string;
  readonly verb: Wanted["verb"];
  readonly operations: readonly Operation[];
  readonly obstacles: readonly Obstacle[];
  /** What is not done though it may be expected. */
  readonly warnings: readonly string[];
  /** Names this plan on this state of the engine. */
  readonly digest: string;
  readonly observed: Observed;
  /** The ids of the containers that are in slots before anything is done. */
  readonly slots: ReadonlyMap<string, string>;
}

export type { Obstacle };

/** What it takes to get from what is there to what is wanted. Pure: the same always gives the same. */
export function plan(wanted: Wanted, observed: Observed): Plan {
  const { operations, obstacles, warnings, slots } = draftFor(wanted, observed);
  const { verb } = wanted;
  const digest = digestOf(operations, observed);
  return { project: observed.project, verb, operations, obstacles, warnings, digest, observed, slots };
}

function draftFor(wanted: Wanted, observed: Observed): Draft {
  switch (wanted.verb) {
    case "up":
      return planUp(wanted, observed);
    case "down":
      return planDown(wanted, observed);
    case "stop":
      return planStop(wanted, observed);
    case "start":
      return planStart(wanted, observed);
    case "restart":
      return planRestart(wanted, observed);
    case "pull":
      return planPulls(wanted, observed);
    case "build":
      return planBuilds(wanted, observed);
  }
}

/** Whether carrying it out loses data. */
export function losesData({ operations }: Plan): boolean {
  return operations.some(({ cost }) => cost === "data_loss");
}
