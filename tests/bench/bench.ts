/**
 * Measures the program on a real engine, each number against a floor of the same run, and prints the tables:
 *
 *   deno task bench [start-up] [call-overhead] [streaming] [many-containers] [compose] [model-cost] [--large]
 *
 * All of them, when none is named; only then docs/benchmarks.md is written. `--large` also streams 1 GB, which takes
 * some minutes. It fails where something does not work, never because it is slow.
 */
import { mustAskEngine } from "../live/engine_api.ts";
import { type LiveEngine, liveEngine } from "../live/live.ts";
import { callOverhead } from "./call_overhead.ts";
import { composeUps } from "./compose.ts";
import { manyContainers } from "./many_containers.ts";
import { modelCost } from "./model_cost.ts";
import { type Section, tables } from "./report.ts";
import { bundle, fileAt } from "./server_commands.ts";
import { startUp } from "./start_up.ts";
import { streaming } from "./streaming.ts";
import { withTwentyContainers } from "./twenty_containers.ts";

type Bench = (engine: LiveEngine, options: { large: boolean }) => Promise<Section>;

const benches: Readonly<Record<string, Bench>> = {
  "start-up": startUp,
  "call-overhead": (engine) => withTwentyContainers(engine, () => callOverhead(engine)),
  "streaming": streaming,
  "many-containers": manyContainers,
  "compose": composeUps,
  "model-cost": (engine) => withTwentyContainers(engine, (container) => modelCost(engine, { container })),
};

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== "--large");
  const engine = liveEngine();
  const obstacle = await whyImpossible(names, engine);
  if (obstacle !== undefined || engine === undefined) {
    console.error(`Cannot run the benches: ${obstacle}`);
    return 2;
  }
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`${name} ...`);
    sections.push(await bench(engine, { large: args.includes("--large") }));
  }
  const text = await render(engine, sections);
  console.log(text);
  if (names.length === 0) await Deno.writeTextFile(fileAt("../../docs/benchmarks.md"), text);
  return 0;
}

async function whyImpossible(names: readonly string[], engine: LiveEngine | undefined): Promise<string | undefined> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) return `there is no "${unknown.join(", ")}", only ${Object.keys(benches).join(", ")}`;
  if (engine === undefined) return "there is no engine; start them with: deno task bench";
  if (Deno.build.os !== "linux") return `CPU time is read from /proc, which ${Deno.build.os} does not have`;
  const bundled = await Deno.stat(bundle).then(() => true, () => false);
  return bundled ? undefined : `"${bundle}" is not there; deno task bench makes it`;
}

async function render({ host }: LiveEngine, sections: readonly Section[]): Promise<string> {
  const { Version, ApiVersion }: Record<string, string> = JSON.parse(
    (await mustAskEngine(host, { path: "/version" })).text,
  );
  const cpu = /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const machine = [
    `${navigator.hardwareConcurrency} cores (${cpu})`,
    `Linux ${Deno.osRelease()}`,
    `Docker ${Version} (API ${ApiVersion})`,
    `Deno ${Deno.version.deno}`,
  ];
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
  return `# Benchmarks

Made by \`deno task bench\`. Every number stands beside a floor that was measured in the same run, since machines differ
and are busy with other things: read the comparison, and CPU rather than wall time.

- Machine: ${machine.join(", ")}
- Date: ${new Date().toISOString().slice(0, 10)}; load at the end: ${load}

${tables(sections)}`;
}
