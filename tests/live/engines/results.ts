import { kindNames } from "./kinds.ts";

/** How the live tests went on one kind of engine. */
export interface Result {
  kind: string;
  /** `Docker 28.5.2` */
  engine: string;
  api: string;
  passed: number;
  /** Tests that fail as deviations.ts says. */
  deviating: number;
  failed: number;
  /** Not run there. */
  skipped: number;
  /** `2026-01-31` */
  date: string;
}

/** Counts what `deno test --junit-path` has written. */
export function countTests(junit: string): Pick<Result, "passed" | "deviating" | "failed" | "skipped"> {
  const cases = junit.match(/<testcase [^>]*>[^]*?<\/testcase>|<testcase [^>]*\/>/g) ?? [];
  const failed = cases.filter((one) => /<(failure|error)\b/.test(one)).length;
  const skipped = cases.filter((one) => one.includes("<skipped")).length;
  const deviating =
    cases.filter((one) => !/<(failure|error|skipped)\b/.test(one) && one.includes(" [deviates: ")).length;
  return { passed: cases.length - failed - skipped - deviating, deviating, failed, skipped };
}

/** The results with a new one in the place of the last of its kind, in the order of the kinds. */
export function withResult(results: readonly Result[], fresh: Result): Result[] {
  const all = [...results.filter(({ kind }) => kind !== fresh.kind), fresh];
  return kindNames.flatMap((kind) => all.filter((one) => one.kind === kind));
}
