import type { Context } from "../../define.ts";
import type { EngineEvent, EventQuery } from "../../engine/system.ts";
import { oneLine } from "../../safety/untrusted.ts";
import { shortId } from "../format.ts";
import { present } from "../spec/resources.ts";
import { within } from "./signals.ts";
import { plainText } from "./text.ts";

/** An event as it is told. */
export interface Told {
  /** To the millisecond, UTC. */
  time: string;
  type: string;
  action: string;
  name: string;
  /** What the action alone does not tell: exit code, signal, image, the container that was connected. */
  detail?: string | undefined;
}

/** Seconds after which a window is taken to be read: an engine whose clock is behind would keep it open. */
const patience = 5;

/** The events of a window that lies in the past. The engine remembers its last 256. */
export async function pastEvents({ engine, signal }: Context, query: EventQuery): Promise<EngineEvent[]> {
  const span = within(patience, signal);
  const until = query.until ?? (Date.now() / 1000).toFixed(3);
  const found: EngineEvent[] = [];
  try {
    for await (const event of engine.system.events({ ...query, until }, { signal: span.signal })) found.push(event);
  } catch (error) {
    if (!span.expired()) throw error;
  }
  return found;
}

/** How many events an engine remembers, of all kinds; a health check alone makes three each time. */
const remembered = 256;

/** When the oldest event was that the engine remembers, where it may have forgotten later ones than `since`. */
export async function oldestKnown(context: Context, since: string): Promise<string | undefined> {
  const all = await pastEvents(context, { since });
  // Podman remembers more.
  return all.length === remembered ? all.map(({ timeNano }) => timeOf(timeNano))[0] : undefined;
}

function timeOf(nanoseconds: number): string {
  return new Date(nanoseconds / 1e6).toISOString();
}

/** An event in few words. Of its attributes only those are told that are known to be harmless: labels are among them. */
export function toldEvent({ Type, Action, Actor, timeNano }: EngineEvent): Told {
  const { Attributes, ID } = Actor;
  const attributes = Attributes ?? {};
  const detail = [
    "exitCode" in attributes ? `exit ${attributes["exitCode"]}` : "",
    "signal" in attributes ? `signal ${attributes["signal"]}` : "",
    Type === "container" ? attributes["image"] ?? "" : "",
    Type === "network" && "container" in attributes ? `container ${shortId(attributes["container"] ?? "")}` : "",
  ].filter(Boolean).join(", ");
  return {
    time: timeOf(timeNano),
    type: Type,
    action: plainText(Action),
    name: plainText(attributes["name"] ?? shortId(ID)),
    ...present({ detail: detail === "" ? undefined : plainText(detail) }),
  };
}

/** `07:03:05 container die web (exit 137, busybox)`. */
export function eventLine({ time, type, action, name, detail }: Told): string {
  return oneLine(`${time.slice(0, 19)}Z ${type} ${action} ${name}${detail ? ` (${detail})` : ""}`);
}
