/**
 * Runs the live tests on each engine of the table, or on those that are named, and writes how it went into
 * docs/engines.md.
 *
 *   deno task matrix [kind ...]
 *
 * An engine that cannot be had, or on which a test fails, makes the run fail; the others run all the same.
 */
import { temporaryFolder } from "../../temporary.ts";
import { identityOf } from "./identity.ts";
import { isEngineKind, kindNames } from "./kinds.ts";
import { countTests, type Result, withResult } from "./results.ts";

const here = new URL(".", import.meta.url).pathname;
const resultsFile = `${here}results.json`;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "--inside") return await runInside();
  const named = args.filter(isEngineKind);
  if (named.length < args.length) {
    console.error(`usage: matrix.ts [${kindNames.join("|")} ...]`);
    return 2;
  }
  const bad: string[] = [];
  for (const kind of named.length > 0 ? named : kindNames) {
    console.log(`\n=== ${kind}`);
    const inside = ["deno", "run", "-A", import.meta.filename ?? "", "--inside"];
    const withEngine = ["run", "-A", `${here}../with_engine.ts`, "--engine", kind, ...inside];
    const { code } = await new Deno.Command(Deno.execPath(), { args: withEngine }).spawn().status;
    if (code !== 0) bad.push(kind);
  }
  // In a process of its own, since this one has the results as they were.
  await new Deno.Command(Deno.execPath(), { args: ["task", "docs"] }).spawn().status;
  console.log(bad.length === 0 ? "\nAll as known." : `\n${"!".repeat(80)}\nNot as known: ${bad.join(", ")}`);
  return bad.length === 0 ? 0 : 1;
}

/** With the engine that with_engine.ts has started: runs the tests, and notes the result. */
async function runInside(): Promise<number> {
  const host = Deno.env.get("DOCKER_HOST") ?? "";
  const { engine, kind, api } = await identityOf(host);
  if (!isEngineKind(kind)) throw new Error(`Cannot note the results of "${kind}": it is not in engines/kinds.ts`);
  using folder = temporaryFolder();
  const report = `${folder.path}/report.xml`;
  const args = ["test", "-P=test", "--quiet", `--junit-path=${report}`, "tests/live"];
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  const counts = countTests(await Deno.readTextFile(report));
  const result: Result = { kind, engine, api, ...counts, date: new Date().toISOString().slice(0, 10) };
  const before: Result[] = JSON.parse(await Deno.readTextFile(resultsFile));
  await Deno.writeTextFile(resultsFile, `${JSON.stringify(withResult(before, result), null, 2)}\n`);
  return code;
}
