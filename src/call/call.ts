import type { Decide } from "../safety/policy.ts";
import type { Hide } from "../safety/secrets.ts";
import type { Sink } from "../telemetry/event.ts";
import { authorize } from "./authorize.ts";
import { confirm } from "./confirm.ts";
import { explain } from "./explain.ts";
import { limit, type Limits } from "./limit.ts";
import type { NamesOn } from "./nearest.ts";
import { record } from "./record.ts";
import { redact } from "./redact.ts";
import { reveal } from "./reveal.ts";
import { around, type Call, type Outcome } from "./stage.ts";
import { validate } from "./validate.ts";

/** What the stages need. */
export interface DoorParts {
  decide: Decide;
  hide: Hide;
  /** Each gets one event for every call. */
  sinks: readonly Sink[];
  limits: Limits;
  names: NamesOn;
  /** Milliseconds since 1970; tests put a clock of their own in here. */
  now?: () => number;
}

/** The call door: every call of a tool, a resource or a prompt passes these stages, the first one outermost. */
export function openDoor({ decide, hide, sinks, limits, names, now = Date.now }: DoorParts): Door {
  const stages = [
    record({ sinks, hide, now }),
    reveal,
    redact(hide),
    explain(names),
    authorize(decide),
    validate,
    confirm(decide, now),
    limit(limits, now),
  ];
  return around(stages, async (call) => await call.subject.run(call));
}

export type Door = (call: Call) => Promise<Outcome>;
