import type { ContainerState } from "../../engine/containers.ts";
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
  const end = timeout === undefined ? Infinity : Date.now() + timeout * 1000;
  for (let pause = 50;; pause = Math.min(pause * 1.5, 500)) {
    const { State } = await engine.containers.inspect(id, { signal });
    const verdict = judge(State, condition);
    if (verdict === true) return;
    if (typeof verdict === "string") throw new WaitError(`"${name}" ${verdict}`);
    if (Date.now() >= end) throw new WaitError(`"${name}" ${stateText(State)} after ${timeout} seconds`);
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
  const health = state.Health?.Status ?? "none";
  if (health === "none") {
    if (condition === "running_or_healthy") return state.Running || undefined;
    return state.Running ? "has no health check" : undefined;
  }
  if (health === "unhealthy") return `is unhealthy after ${state.Health?.FailingStreak ?? 0} failed probes`;
  return health === "healthy" || undefined;
}

function stateText({ Status, Health }: ContainerState): string {
  return Health && Health.Status !== "none" ? `is ${Health.Status}` : `is ${Status}`;
}
