import { definePrompt } from "../define.ts";
import { factsText } from "./facts.ts";

export const troubleshootContainer = definePrompt({
  name: "troubleshoot_container",
  title: "Troubleshoot a container",
  description:
    "Find out why a container fails, restarts, is unhealthy or slow, from its diagnosis, details, log and use.",
  arguments: [{ name: "container", description: "Name or id", required: true, names: "container" }],
  tools: [
    "docker_diagnose_container",
    "docker_inspect_container",
    "docker_container_logs",
    "docker_container_stats",
  ],
  async text({ need, want }, { container = "" }) {
    const diagnosis = await need("docker_diagnose_container", { container });
    const [details, log, use] = await Promise.all([
      want("docker_inspect_container", { container }),
      want("docker_container_logs", { container, tail: 50, timestamps: true }),
      want("docker_container_stats", { containers: [container] }),
    ]);
    return [
      `Tell what is wrong with the container "${container}" and how to mend it.`,
      "Say first what most likely causes it and which lines below show that; then the steps to mend it, the least invasive first, naming the tool for each; then how to see that it worked. Where the facts do not suffice, say which one is missing and which call gets it. If nothing is wrong, say so. Change nothing before I agree.",
      factsText([
        ["Diagnosis", diagnosis],
        ["Details", details],
        ["Last 50 lines of the log", log],
        ["Resource use now", use],
      ]),
    ].join("\n\n");
  },
});
