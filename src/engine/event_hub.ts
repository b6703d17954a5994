import { type Shared, shared, type Source } from "./shared.ts";
import type { EngineEvent, SystemApi } from "./system.ts";
import { untilAborted } from "./waiting.ts";

/**
 * The engine's events, by one stream for however many listen. It is opened again where it breaks; `undefined` then tells
 * that events were missed, so that anything may have changed.
 */
export type EventHub = Shared<EngineEvent | undefined>;

export function eventHub(system: Pick<SystemApi, "openEvents">): EventHub {
  return shared((tell) => listenOn(system, tell));
}

/** Milliseconds until the stream is opened again: doubled with each attempt that fails. */
const wait = { first: 500, longest: 30_000 };

function listenOn(system: Pick<SystemApi, "openEvents">, tell: (event: EngineEvent | undefined) => void): Source {
  const end = new AbortController();
  const { signal } = end;
  const opened = Promise.withResolvers<void>();
  const run = async () => {
    let pause = wait.first;
    for (let missed = false; !signal.aborted; missed = true) {
      try {
        const events = await system.openEvents({}, { signal });
        opened.resolve();
        if (missed) tell(undefined);
        pause = wait.first;
        for await (const event of events) tell(event);
      } catch {
        // Whoever listens wants to know what changes, not how the daemon fares; calls tell that.
        pause = Math.min(pause * 2, wait.longest);
      }
      // A daemon that is away is waited for by this stream, not by those who want to listen.
      opened.resolve();
      await untilAborted(pause, signal);
    }
  };
  run();
  return { opened: opened.promise, stop: () => end.abort() };
}

/** The id of the container that an event is about; empty where it is about none. */
export function containerOf({ Type, Actor: { ID, Attributes } }: EngineEvent): string {
  return Type === "container" ? ID : Attributes?.["container"] ?? "";
}

/** Whether an event is about the container of this name or id, or beginning of an id. */
export function isNamed(event: EngineEvent, container: string): boolean {
  const name = event.Type === "container" ? event.Actor.Attributes?.["name"] : undefined;
  return name === container || container.length >= 4 && containerOf(event).startsWith(container);
}
