import type { Operation } from "../operation.ts";
import { idOf, type Run } from "./run.ts";

/** The containers that are there and do not run, once all is done. */
export function stoppedBy(run: Run, done: readonly Operation[]): string[] {
  const stopped = new Set<string>();
  for (const operation of done) {
    if (operation.kind === "stop_container") stopped.add(idOf(run, operation.container));
    if (operation.kind === "start_container" || operation.kind === "remove_container") {
      stopped.delete(idOf(run, operation.container));
    }
  }
  return [...stopped];
}
