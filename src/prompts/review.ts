import { definePrompt } from "../define.ts";
import { factsText } from "./facts.ts";

export const composeReview = definePrompt({
  name: "compose_review",
  title: "Review a Compose project",
  description: "Review a project that is up: images, health checks, limits, secrets, ports, from its file as it runs.",
  arguments: [{ name: "project", description: "Name of the project", required: true, names: "project" }],
  tools: ["docker_compose_generate", "docker_compose_ps"],
  async text({ need, want }, { project = "" }) {
    const file = await need("docker_compose_generate", { project_name: project });
    const containers = await want("docker_compose_ps", { project_name: project });
    return [
      `Review the Compose project "${project}".`,
      "The file below is made from its containers as they run; values that are secrets stand as variables (${NAME}) and must not be asked for. Look at: images without a fixed version or digest; services without a health check, and dependencies that only wait for a start; missing memory and CPU limits and restart policies; secrets in plain environment that belong into `secrets`; ports that are published on all addresses, or at all without need; root users, privileges, capabilities and mounts of the host; data in containers that no volume keeps. For each finding name the service, the line below that shows it, why it matters here, and the exact change to the file. Order them by what they could cost, at most ten, and leave out what is well already. Change nothing before I agree; docker_compose_plan shows what a change would do.",
      factsText([
        ["The project as a file", file],
        ["Its containers now", containers],
      ]),
    ].join("\n\n");
  },
});
