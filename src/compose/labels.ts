/** The labels by which Compose knows its own; without any of the first five it does not, or makes things anew. */
export const composeLabels = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  hash: "com.docker.compose.config-hash",
  /** `True` for a container of `run`. */
  oneoff: "com.docker.compose.oneoff",
  /** Of a container of `run`: what makes its name its own. */
  slug: "com.docker.compose.slug",
  /** The id of the image it was made of. */
  image: "com.docker.compose.image",
  number: "com.docker.compose.container-number",
  files: "com.docker.compose.project.config_files",
  directory: "com.docker.compose.project.working_dir",
  /** Of the Compose that made it; the hash is in its dialect. */
  version: "com.docker.compose.version",
  /** `db:service_healthy:true`, separated by commas: the service, the condition, whether a restart is passed on. */
  dependsOn: "com.docker.compose.depends_on",
  /** The container whose place it took. */
  replace: "com.docker.compose.replace",
  network: "com.docker.compose.network",
  volume: "com.docker.compose.volume",
} as const;

/** Our own: the fields that the container was made of, with a digest of each, so that a change has a name. */
export const fieldsLabel = "com.docker-mcp.compose.fields";

export type Labels = Readonly<Record<string, string>>;

/** A dependency that a container's label tells, where there is no file to tell it. */
export interface LabelledDependency {
  service: string;
  condition: string;
  /** Whether a restart is passed on. */
  restart: boolean;
}

export function dependenciesIn(labels: Labels): LabelledDependency[] {
  const text = labels[composeLabels.dependsOn] ?? "";
  return text.split(",").filter((part) => part !== "").map((part) => {
    const [service = "", condition = "service_started", restart] = part.split(":");
    return { service, condition, restart: restart === "true" };
  });
}
