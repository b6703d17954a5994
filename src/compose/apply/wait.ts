import type { HealthcheckConfig } from "../../engine/container_types.ts";
import { type ContainerState, healthStatus } from "../../engine/containers.ts";
import type { Engine } from "../../engine/engine.ts";
import { untilAborted } from "../../engine/waiting.ts";
import type { WaitCondition } from "../operation.ts";

/** A wait that came to nothing: the condition can no longer hold, or it took too long. */
export class WaitError extends Error {
  override readonly name = "WaitError";
}

export interface WaitOptions {
  condition: WaitCondition;
  /** Seconds; without it the wait goes on until the condition holds, or cannot hold any more. */
  timeout?: number | undefined;
  signal: AbortSignal;
}

/** Waits until a container is as it should be; throws a WaitError as soon as it cannot be any more. */
export async function waitFor(
  engine: Engine,
  { id, name }: { id: string; name: string },
  { condition, timeout, signal }: WaitOptions,
): Promise<void> {
  const begun = Date.now();
  let since = { at: begun, start: "" };
  for (let pause = 50;; pause = Math.min(pause * 1.5, 500)) {
    const { State, Config } = await engine.containers.inspect(id, { signal });
    if (State.StartedAt !== since.start) since = { at: Date.now(), start: State.StartedAt };
    const verdict = judge(State, condition) ?? silence(State, { check: Config.Healthcheck, since: since.at });
    if (verdict === true) return;
    if (typeof verdict === "string") throw new WaitError(`"${name}" ${verdict}`);
    if (timeout !== undefined && Date.now() - begun >= timeout * 1000) {
      throw new WaitError(`"${name}" ${stateText(State)} after ${timeout} seconds`);
    }
    await untilAborted(pause, signal);
    signal.throwIfAborted();
  }
}

/** True when it holds, the reason when it cannot hold any more, nothing while it may. */
function judge(state: ContainerState, condition: WaitCondition): true | string | undefined {
  const hasEnded = state.Status === "exited" || state.Status === "dead" || state.Status === "removing";
  if (condition === "service_completed_successfully") {
    if (!hasEnded) return undefined;
    return state.ExitCode === 0 || `ended with exit code ${state.ExitCode}`;
  }
  if (hasEnded) return `ended with exit code ${state.ExitCode}`;
  const health = healthStatus(state);
  if (health === undefined) {
    if (state.Status !== "running") return undefined;
    return condition === "running_or_healthy" || "has no health check";
  }
  if (health === "unhealthy") return `is unhealthy after ${state.Health?.FailingStreak ?? 0} failed probes`;
  return health === "healthy" || undefined;
}

/** By when a health check has told one or the other; an engine that was restarted meanwhile may have forgotten it. */
function silence(
  { Status, Health }: ContainerState,
  { check, since }: { check: HealthcheckConfig | undefined; since: number },
): string | undefined {
  if (Health?.Status !== "starting" || Status !== "running") return undefined;
  const { StartPeriod = 0, Interval, Timeout, Retries } = check ?? {};
  const longest = StartPeriod + (Retries || 3) * ((Interval || usual) + (Timeout || usual));
  return Date.now() - since > longest / 1e6 + slack ? "has a health check that does not tell anything" : undefined;
}

/** Nanoseconds, where a health check does not say. */
const usual = 30e9;
/** Milliseconds. */
const slack = 20_000;

function stateText(state: ContainerState): string {
  return `is ${healthStatus(state) ?? state.Status}`;
}
