import { z } from "zod";
import { defineTool } from "../../define.ts";
import { diagnose } from "../facts/diagnosis/diagnose.ts";
import { gather } from "../facts/diagnosis/evidence.ts";
import { container } from "../fields.ts";

export const diagnoseContainer = defineTool({
  name: "docker_diagnose_container",
  title: "Find what is wrong with a container",
  description:
    "Why a container fails, restarts, is unhealthy or ended: the likely cause, the next step, and the facts behind them from its state, log, health check, events and limits.",
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
    events: z.array(z.string()),
  }),
  text({ container, state, cause, next, facts, health, log, events }) {
    const list = (title: string, lines: readonly string[]) => lines.map((line) => `\n${title}: ${line}`).join("");
    const printed = log.length ? `\nLog, as printed:\n${log.map((line) => `  ${line}`).join("\n")}` : "";
    const happened = events.length ? `\nEvents: ${events.join("; ")}` : "";
    return `${container}: ${state}\nCause: ${cause}\nNext: ${next}` + list("Fact", facts) + list("Probe", health) +
      happened + printed;
  },
  async run(context, { container }) {
    return diagnose(await gather(context, container));
  },
});
