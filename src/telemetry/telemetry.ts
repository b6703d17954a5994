import type { Sink } from "./event.ts";
import { type LogOptions, logSink } from "./log.ts";

/** Everything that is told about each call, as the operator wants it. */
export function telemetry(options: { log: LogOptions }): Sink[] {
  return options.log.level === "off" ? [] : [logSink(options.log)];
}
