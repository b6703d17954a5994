import { defineResource } from "../define.ts";

/** What changes the row of a project's container. */
const states = ["create", "start", "die", "pause", "unpause", "rename", "health_status", "destroy"];
const stateEvents = states.map((action) => `container ${action}`);

// In front of the project's own address, of whose name it would be a part.
export const logs = defineResource({
  uri: "docker://projects/{name}/logs",
  name: "project-logs",
  title: "A Compose project's logs",
  // A stream for each container of each project would cost more than it tells.
  description:
    "The last 100 lines of each container, in order of time; subscribers hear of starts and ends, not of lines.",
  mimeType: "text/plain",
  names: "project",
  tool: "docker_compose_logs",
  args: (project_name) => ({ project_name }),
  changedBy: ["container start", "container die", "container destroy", "container rename"],
});

export const projects = defineResource({
  uri: "docker://projects",
  name: "projects",
  title: "Compose projects",
  description: "Compose projects with status, services and files; the first 200.",
  mimeType: "application/json",
  tool: "docker_compose_ls",
  args: () => ({ limit: 200 }),
  changedBy: stateEvents,
});

export const project = defineResource({
  uri: "docker://projects/{name}",
  name: "project",
  title: "A Compose project's containers",
  description: "The containers of a Compose project with service, state and ports.",
  mimeType: "application/json",
  names: "project",
  tool: "docker_compose_ps",
  args: (project_name) => ({ project_name, limit: 1000 }),
  changedBy: stateEvents,
});
