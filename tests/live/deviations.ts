import assert from "node:assert/strict";
import known from "./deviations.json" with { type: "json" };

/** What engines do in another way than Docker, and the tests that show it. docs/engines.md is made of these. */
export interface Deviation {
  /** Kinds of engines (engines/kinds.ts), or what their names begin with. */
  on: readonly string[];
  reason: string;
  /**
   * By the test's name, a regular expression for the error that it fails with there: nothing else counts as this
   * deviation. `not run` stands for a test that would harm the engine, or that fails there only now and then.
   */
  tests: Readonly<Record<string, string | undefined>>;
}

export const deviations: readonly Deviation[] = known;

/** How a test is known to fail on an engine, and why. */
export interface Known {
  fails: RegExp | "not run";
  reason: string;
}

/** Undefined where the test must pass on this kind of engine. */
export function deviationOf(kind: string | undefined, test: string): Known | undefined {
  for (const { reason, tests } of deviationsOn(kind ?? "")) {
    const fails = tests[test];
    // The diff of two values goes over several lines.
    if (fails !== undefined) return { fails: fails === "not run" ? fails : new RegExp(fails, "s"), reason };
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
  assert.ok(error !== undefined, `It passes: take it out of tests/live/deviations.json (${reason})`);
  const text = error instanceof Error ? error.message : String(error);
  assert.match(text, fails, `It fails in another way than the known one (${reason}): ${text}`);
}
