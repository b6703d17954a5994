import type { Engine } from "./engine.ts";
import { containerOf, eventHub, isNamed } from "./event_hub.ts";
import { logHub } from "./log_hub.ts";
import type { EngineEvent } from "./system.ts";

/** What to look out for. */
export interface Watched {
  /** `container start`, or a type alone for whatever happens to such things but commands run in containers. */
  events: readonly string[];
  /** Only what happens to this one, by name or id. */
  container?: string;
  /** New lines in the log of the container as well. */
  log?: boolean;
}

/** Calls `changed` whenever something of it may have changed, until the function that it gives is called. */
export type Watch = (watched: Watched, changed: () => void) => Promise<() => void>;

/** Watches an engine by its own events, and logs by following them: nothing is asked again and again. */
export function watcher({ system, containers }: Pick<Engine, "system" | "containers">): Watch {
  const events = eventHub(system);
  const logOf = logHub(containers, events);
  return async ({ events: wanted, container, log }, changed) => {
    const ids = new Set<string>();
    const isOf = (event: EngineEvent) => {
      if (container === undefined || ids.has(containerOf(event))) return true;
      const named = isNamed(event, container);
      // Under another name it is the same one still.
      if (named) ids.add(containerOf(event));
      return named;
    };
    const leave = await events.listen((event) => {
      if (event === undefined || isAmong(event, wanted) && isOf(event)) changed();
    });
    if (container === undefined) return leave;
    // Events of networks give ids alone. A container that is not there yet is known from its first event on.
    await containers.inspect(container).then(({ Id }) => ids.add(Id), () => {});
    if (!log) return leave;
    const unfollow = await logOf(container).listen(changed);
    return () => {
      unfollow();
      leave();
    };
  };
}

function isAmong({ Type, Action }: EngineEvent, wanted: readonly string[]): boolean {
  if (wanted.includes(Type)) return !Action.startsWith("exec_");
  // `health_status: healthy` is a `health_status`.
  return wanted.includes(`${Type} ${Action.replace(/:.*/, "")}`);
}
