/**
 * Loads a Compose file from its text and plans to bring it up where nothing is, in a process that has done nothing
 * else. Prints milliseconds of CPU: of parsing alone, with the library that is used, and of all, as JSON.
 */
import { parseAllDocuments } from "yaml";
import { load } from "../../src/compose/compose.ts";
import { plan } from "../../src/compose/plan/plan.ts";
import { emptyEngine, memoryHost } from "../compose/memory.ts";
import { manyServices } from "./compose_stacks.ts";

const { cpuUsage } = globalThis.process;

if (import.meta.main) {
  const text = manyServices(500);
  // Whichever is first pays for the compilation.
  const isFloor = Deno.args[0] === "parse";
  const begun = cpuUsage();
  if (isFloor) parseAllDocuments(text, { schema: "failsafe", version: "1.2" });
  else await loadAndPlan(text);
  const { user, system } = cpuUsage(begun);
  console.log(JSON.stringify({ cpu: (user + system) / 1000 }));
}

async function loadAndPlan(text: string): Promise<void> {
  const project = await load(memoryHost(text), { name: "shop" });
  const { operations } = plan({ verb: "up", project }, emptyEngine(project));
  if (operations.length < 1000) throw new Error(`Cannot bench a plan of ${operations.length} operations`);
}
