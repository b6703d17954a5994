import assert from "node:assert/strict";
import { type Deviation, deviations } from "../deviations.ts";

/** How a test is known to fail on an engine, and why. */
export interface Known {
  /** What is in the error; a test that would harm the engine is not run. */
  fails: RegExp | "not run";
  reason: string;
}

/** Undefined where the test must pass on this kind of engine. */
export function deviationOf(kind: string | undefined, test: string): Known | undefined {
  for (const { reason, tests } of deviationsOn(kind ?? "")) {
    const fails = tests[test];
    if (fails !== undefined) return { fails, reason };
  }
}

export function deviationsOn(kind: string, all: readonly Deviation[] = deviations): Deviation[] {
  return all.filter(({ on }) => on.some((start) => kind.startsWith(start)));
}

/** Runs a test that must fail as it is known to: one that passes is a deviation that is gone. */
export async function expectDeviation(
  { fails, reason }: Known & { fails: RegExp },
  test: () => void | Promise<void>,
): Promise<void> {
  const error = await Promise.resolve().then(test).then(() => undefined, (error: unknown) => error);
  assert.ok(error !== undefined, `It passes: take it out of tests/live/deviations.ts (${reason})`);
  const text = error instanceof Error ? error.message : String(error);
  assert.match(text, fails, `It fails in another way than the known one (${reason}): ${text}`);
}
