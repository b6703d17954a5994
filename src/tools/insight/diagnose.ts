import * as z from "zod";
import { defineTool } from "../../define.ts";
import { oneLine, quoted } from "../../safety/untrusted.ts";
import { diagnose } from "../facts/diagnosis/diagnose.ts";
import { gather } from "../facts/diagnosis/evidence.ts";
import { container } from "../fields.ts";
import { count } from "../format.ts";

export const diagnoseContainer = defineTool({
  name: "docker_diagnose_container",
  title: "Find what is wrong with a container",
  description: "Why a container fails, restarts, is unhealthy or ended: cause, facts, next step.",
  risk: "read",
  input: z.strictObject({ container }),
  output: z.object({
    container: z.string(),
    state: z.string(),
    verdict: z.enum(["ok", "starting", "ended", "failing"]),
    cause: z.string(),
    next: z.string(),
    facts: z.array(z.string()),
    health: z.array(z.string()),
    log: z.array(z.string()),
    repeated: z.array(z.object({ line: z.number(), times: z.number() })).optional(),
    events: z.array(z.string()),
  }),
  text({ container, state, cause, next, facts, health, log, repeated = [], events }) {
    const told = [
      `${container}: ${state}`,
      `Cause: ${cause}`,
      `Next: ${next}`,
      ...facts.map((fact) => `Fact: ${fact}`),
    ];
    const happened = events.length ? [`Events: ${events.join("; ")}`] : [];
    const printed = (title: string, lines: readonly string[]) => lines.length ? [quoted(title, lines.join("\n"))] : [];
    const again = repeated.map(({ line, times }) => `line ${line}: ${count(times, "time")}`).join(", ");
    // In front of the log: what stands in it is the container's own.
    const counted = again ? [`Printed again and again, but for numbers: ${again}`] : [];
    return [
      ...[...told, ...happened].map(oneLine),
      ...printed("Probes", health),
      ...counted,
      ...printed("Log", log),
    ].join("\n");
  },
  async run(context, { container }) {
    return diagnose(await gather(context, container));
  },
});
