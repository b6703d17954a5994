import { definePrompt } from "../define.ts";
import { factsText, imageOf } from "./facts.ts";

export const optimizeContainer = definePrompt({
  name: "optimize_container",
  title: "Optimize a container",
  description:
    "Improve a container's limits, image, health check and security, from its details, use, processes and image layers.",
  arguments: [{ name: "container", description: "Name or id", required: true, names: "container" }],
  tools: [
    "docker_inspect_container",
    "docker_container_stats",
    "docker_container_top",
    "docker_inspect_image",
    "docker_image_history",
  ],
  async text({ need, want }, { container = "" }) {
    const details = await need("docker_inspect_container", { container });
    const image = imageOf(details.data);
    const [use, processes, about, layers] = await Promise.all([
      want("docker_container_stats", { containers: [container] }),
      want("docker_container_top", { container }),
      want("docker_inspect_image", { image }),
      want("docker_image_history", { image }),
    ]);
    return [
      `Say how the container "${container}" can be made better.`,
      "Look at memory and CPU limits against use, restart policy and health check, the user it runs as, capabilities and mounts, secrets in its environment, the size of its image and which layers make it, and how exactly its image is pinned. Give the three to five changes that matter most, each with the fact below that calls for it, what it gains, what it costs (live update, restart, or a new container), and the exact values. One sample shows a moment, not a load: say so where it matters. Leave out what is well already. Change nothing before I agree.",
      factsText([
        ["Details", details],
        ["Resource use now", use],
        ["Processes", processes],
        ["Image", about],
        ["Layers of the image", layers],
      ]),
    ].join("\n\n");
  },
});
