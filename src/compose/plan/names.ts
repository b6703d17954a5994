import type { ObservedContainer } from "../observe.ts";
import type { Project, Service } from "../project.ts";

/** What a service's container of this number is called. */
export function containerName(project: Project, { name, service }: { name: string; service: Service }, number: number) {
  if (service.container_name !== undefined) return service.container_name;
  return [project.name, name, number].join(isCompatible(project) ? "_" : "-");
}

/** Older versions of Compose joined the parts of a name with `_`. */
function isCompatible({ environment }: Project): boolean {
  return /^(1|t|true|y|yes|on)$/i.test(environment.get("COMPOSE_COMPATIBILITY") ?? "");
}

/** The name of a new container while the old one still bears its own. */
export function temporaryName({ id }: ObservedContainer, name: string): string {
  return `${id.slice(0, 12)}_${name}`;
}
