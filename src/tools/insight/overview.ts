import * as z from "zod";
import { defineTool } from "../../define.ts";
import { portsOf } from "../facts/container_facts.ts";
import { amount, diskUsage, kinds } from "../facts/disk_usage.ts";
import { biggestOf, countsOf, nameOf, troubles, unusedOf, wellRunning } from "../facts/overview.ts";
import { memory, size } from "../format.ts";

/** How many rows of one kind are told. */
const most = { troubles: 15, running: 20, biggest: 5 };

export const overview = defineTool({
  name: "docker_overview",
  title: "Overview of the engine",
  description: "What runs, fails, is unused and is biggest.",
  risk: "read",
  input: z.strictObject({}),
  output: z.object({
    engine: z.string(),
    containers: z.record(z.string(), z.number()),
    troubles: z.array(z.object({ container: z.string(), problem: z.string() })),
    running: z.array(z.string()),
    unused: z.array(z.object({ kind: z.enum([...kinds, "networks"]), count: z.number(), bytes: z.number() })),
    biggest: z.array(z.object({ kind: z.enum(kinds), name: z.string(), bytes: z.number(), in_use: z.boolean() })),
    warnings: z.array(z.string()),
    left_out: z.number(),
  }),
  text({ engine, containers, troubles, running, unused, biggest, warnings, left_out }) {
    const { total = 0, ...states } = containers;
    const counts = Object.entries(states).filter(([, number]) => number > 0).map(([state, number]) =>
      `${number} ${state}`
    );
    const list = (title: string, lines: readonly string[]) => lines.length ? [`${title}: ${lines.join("; ")}`] : [];
    return [
      engine,
      `Containers: ${total}${counts.length ? ` (${counts.join(", ")})` : ""}`,
      ...list("Trouble", troubles.map(({ container, problem }) => `${container}: ${problem}`)),
      ...list("Running", running),
      ...list("Unused", unused.map((one) => amount(one.kind, one))),
      ...list(
        "Biggest",
        biggest.map(({ name, bytes, in_use }) => `${name} ${size(bytes)}${in_use ? "" : " (unused)"}`),
      ),
      ...list("Warnings", warnings),
      ...(left_out > 0 ? [`${left_out} more; docker_list_containers shows all`] : []),
      ...(troubles.length > 0 ? ["Next: docker_diagnose_container tells why"] : []),
    ].join("\n");
  },
  async run(context) {
    const { engine, signal } = context;
    const [info, disk, networks] = await Promise.all([
      engine.system.info({ signal }),
      diskUsage(context),
      engine.networks.list({ signal }),
    ]);
    const all = disk.Containers ?? [];
    const [trouble, well] = [troubles(all), wellRunning(all)];
    const running = well.slice(0, most.running).map((container) =>
      [nameOf(container), portsOf(container.Ports ?? [])].filter(Boolean).join(" ")
    );
    return {
      engine: `Docker ${info.ServerVersion} on ${info.Name}, ${info.NCPU} CPUs, ${memory(info.MemTotal)} memory`,
      containers: countsOf(all),
      troubles: trouble.slice(0, most.troubles),
      running,
      unused: unusedOf(disk, networks),
      biggest: biggestOf(disk, most.biggest),
      warnings: info.Warnings ?? [],
      left_out: Math.max(0, trouble.length - most.troubles) + well.length - running.length,
    };
  },
});
