import type { CallEvent, Sink } from "./event.ts";

/** The least that is written; `debug` and `info` write every call, `warn` failures, `error` faults of the server. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

export interface LogOptions {
  level: LogLevel;
  /** Takes one line with its end; by default it goes to stderr, since stdout belongs to the protocol. */
  write?: (line: string) => void;
}

/** Writes each call as one line of JSON. */
export function logSink({ level, write = writeToStderr }: LogOptions): Sink {
  return (event) => {
    const own = levelOf(event);
    if (weight[own] >= weight[level]) write(`${JSON.stringify({ level: own, ...event })}\n`);
  };
}

const weight: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 };

function levelOf(event: CallEvent): LogLevel {
  if (event.error !== undefined) return "error";
  return event.outcome === "failure" ? "warn" : "info";
}

function writeToStderr(line: string): void {
  let rest = new TextEncoder().encode(line);
  // A pipe may take less than it is given.
  while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
}
