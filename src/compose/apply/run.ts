import type { Engine } from "../../engine/engine.ts";
import type { ObservedImage } from "../observe.ts";
import type { ContainerRef } from "../operation.ts";
import type { Outside } from "../outside.ts";
import type { Lock } from "./lock.ts";

/** A plan while it is carried out. */
export interface Run {
  engine: Engine;
  outside: Outside;
  /** The version of the Engine API that is spoken. */
  api: string;
  /** The ids of the containers that are in slots by now. */
  slots: Map<string, string>;
  /** What they are called, for people. */
  names: ReadonlyMap<string, string>;
  /** Options of `security_opt` that name a file, with what is in it. */
  profiles: ReadonlyMap<string, string>;
  /** The images by now, by the names that the project gives them. */
  images: Map<string, ObservedImage>;
  signal: AbortSignal;
  lock: Lock;
  /** Tells what was not done, though nothing has failed. */
  warn(text: string): void;
  /** Tells how a long operation goes on. */
  note(text: string): void;
}

/** The id of the container that is meant, as things stand. */
export function idOf(run: Run, ref: ContainerRef): string {
  if ("id" in ref) return ref.id;
  const id = run.slots.get(ref.slot);
  if (id === undefined) throw new Error(`Cannot find the container of "${ref.slot}": it was not made`);
  return id;
}
