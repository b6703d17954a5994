import type { EngineEvent } from "../src/engine/system.ts";
import type { Route } from "./fake_daemon.ts";
import type { Seen } from "./fake_http.ts";

/** The events of the fake daemon, of which it remembers the last 256: a window that ends, or a stream that goes on while somebody reads it. */
export function fakeEvents(all: readonly EngineEvent[]): Route[] {
  return [["GET", /^\/events$/, (ask) => new Response(stream(all, ask))]];
}

function stream(all: readonly EngineEvent[], ask: Seen): ReadableStream<Uint8Array> {
  const { since = "", until } = ask.query;
  let next = since === "" ? all.length : 0;
  const told = ({ timeNano }: EngineEvent) => timeNano / 1e9 >= Number(since);
  return new ReadableStream({
    async pull(controller) {
      if (until !== undefined) {
        const window = all.slice(-256).filter((event) =>
          told(event) && event.timeNano / 1e9 <= Number(until) && isAsked(event, ask)
        );
        controller.enqueue(encode(window));
        return controller.close();
      }
      while (all.length <= next && !ask.broken) await new Promise((resolve) => setTimeout(resolve, 5));
      if (ask.broken) return;
      controller.enqueue(encode(all.slice(next).filter(told)));
      next = all.length;
    },
    cancel: () => void (ask.broken = true),
  });
}

/** By action only, of the filters. */
function isAsked({ Action }: EngineEvent, { query }: Seen): boolean {
  const { event } = JSON.parse(query["filters"] ?? "{}");
  return event === undefined || event.some((wanted: string) => Action.startsWith(wanted));
}

function encode(events: readonly EngineEvent[]): Uint8Array {
  return new TextEncoder().encode(events.map((event) => JSON.stringify(event) + "\n").join(""));
}

/** An event of a container at a time of the first day of 2026. */
export function containerEvent(
  { Id, Name }: { Id: string; Name: string },
  Action: string,
  { time, ...Attributes }: { time: string; exitCode?: string; signal?: string },
): EngineEvent {
  const seconds = Date.parse(`2026-01-01T${time}Z`) / 1000;
  const Actor = { ID: Id, Attributes: { name: Name, image: "busybox:1.37", team: "blue", ...Attributes } };
  return { Type: "container", Action, Actor, time: seconds, timeNano: seconds * 1e9 };
}
