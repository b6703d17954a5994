/**
 * Loads a Compose file from its text and plans to bring it up where nothing is, or parses it alone, with the library
 * that is used. Prints milliseconds of CPU as JSON: of the first time in this process, and of one when it has done it
 * before.
 */
import { parseAllDocuments } from "yaml";
import { load } from "../../src/compose/compose.ts";
import { plan } from "../../src/compose/plan/plan.ts";
import { emptyEngine, memoryHost } from "../compose/memory.ts";
import { manyServices } from "./compose_stacks.ts";
import { median } from "./measure.ts";

const { cpuUsage } = globalThis.process;

/** Milliseconds of CPU. */
export interface PlanCost {
  first: number;
  again: number;
}

if (import.meta.main) {
  const text = manyServices(500);
  const isFloor = Deno.args[0] === "parse";
  const work = () => isFloor ? parseAllDocuments(text, { schema: "failsafe", version: "1.2" }) : loadAndPlan(text);
  // Whichever is first pays for the compilation.
  const first = await cpuOfOne(work);
  const later: number[] = [];
  for (let round = 0; round < 9; round++) later.push(await cpuOfOne(work));
  const cost: PlanCost = { first, again: median(later.slice(4)) };
  console.log(JSON.stringify(cost));
}

async function cpuOfOne(work: () => unknown): Promise<number> {
  const begun = cpuUsage();
  await work();
  const { user, system } = cpuUsage(begun);
  return (user + system) / 1000;
}

async function loadAndPlan(text: string): Promise<void> {
  const project = await load(memoryHost(text), { name: "shop" });
  const { operations } = plan({ verb: "up", project }, emptyEngine(project));
  if (operations.length < 1000) throw new Error(`Cannot bench a plan of ${operations.length} operations`);
}
