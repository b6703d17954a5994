import type { EngineEvent } from "../../../engine/system.ts";
import type { Evidence } from "./evidence.ts";

/** What is the matter, and what to do about it. */
export interface Cause {
  /** `ended`: it does not run, and that is nobody's fault. */
  verdict: "ok" | "starting" | "ended" | "failing";
  cause: string;
  /** The next call to make. */
  next: string;
}

/** What the events tell of a container's last run. */
export interface LastRun {
  /** False where the engine has forgotten how it ended: it keeps 256 events, and health checks make many. */
  remembered: boolean;
  /** Docker was asked to stop it. */
  stopped: boolean;
  /** Signals that somebody had Docker send, as numbers. */
  signals: number[];
  outOfMemory: boolean;
}

/** Reads the events from the last start on. */
export function lastRun({ details, events }: Evidence): LastRun {
  const started = Date.parse(details.State.StartedAt);
  // Both are noted by hands of their own, and a short run is over before its start is noted.
  const since = (tolerance: number) => events.filter(({ timeNano }) => timeNano / 1e6 >= started - tolerance);
  const has = (found: readonly EngineEvent[], action: string) => found.some(({ Action }) => Action === action);
  return {
    remembered: has(since(1000), "die"),
    stopped: has(since(0), "stop"),
    signals: since(0).filter(({ Action }) => Action === "kill").map(({ Actor }) =>
      Number(Actor.Attributes?.["signal"])
    ),
    outOfMemory: details.State.OOMKilled || has(since(1000), "oom"),
  };
}

/** A piece of text within a bound. */
export function clipped(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 3).toWellFormed()}...` : text;
}
