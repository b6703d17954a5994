import { defineResource } from "../define.ts";

/** What changes the row of a container in a list. */
const states = ["create", "start", "die", "pause", "unpause", "rename", "update", "health_status", "destroy"];
const stateEvents = states.map((action) => `container ${action}`);

export const containers = defineResource({
  uri: "docker://containers",
  name: "containers",
  title: "Containers",
  description: "All containers with image, state and ports; the first 200.",
  mimeType: "application/json",
  tool: "docker_list_containers",
  args: () => ({ all: true, limit: 200 }),
  changedBy: stateEvents,
});

export const containerInspect = defineResource({
  uri: "docker://containers/{id}/inspect",
  name: "container-inspect",
  title: "A container's details",
  description: "State, image, command, environment, ports, mounts, networks, limits and health of a container.",
  mimeType: "application/json",
  names: "container",
  tool: "docker_inspect_container",
  args: (container) => ({ container }),
  changedBy: [...stateEvents, "network connect", "network disconnect"],
});

export const containerLogs = defineResource({
  uri: "docker://containers/{id}/logs",
  name: "container-logs",
  title: "A container's log",
  description: "The last 100 lines; subscribers hear of new ones.",
  mimeType: "text/plain",
  names: "container",
  tool: "docker_container_logs",
  args: (container) => ({ container }),
  changedBy: ["container destroy", "container rename"],
  log: true,
});

export const containerStats = defineResource({
  uri: "docker://containers/{id}/stats",
  name: "container-stats",
  title: "A container's resource use",
  // A notice with each sample would be polling by another name.
  description:
    "CPU, memory, network, disk and processes of a container now; subscribers hear of its events, not of each sample.",
  mimeType: "application/json",
  names: "container",
  tool: "docker_container_stats",
  args: (container) => ({ containers: [container] }),
  changedBy: [...stateEvents, "container oom"],
});
