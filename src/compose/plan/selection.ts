import { ComposeError } from "../errors.ts";
import type { Project, Service } from "../project.ts";
import type { UpOptions } from "../wanted.ts";

/** What a plan is about: the services it may touch, and those of them that were named. */
export interface Selection {
  services: ReadonlyMap<string, Service>;
  /** All, where none was named. */
  targets: ReadonlySet<string>;
}

/** The named services with what they depend on, at the scale that is asked for; all services where none is named. */
export function select(
  project: Project,
  { services: named = [], noDeps = false }: Pick<UpOptions, "services" | "noDeps">,
): Selection {
  for (const name of named) requireService(project, name);
  if (named.length === 0) return { services: project.services, targets: new Set(project.services.keys()) };
  const targets = new Set(named);
  const chosen = noDeps ? targets : withDependencies(project, named);
  const services = [...project.services].filter(([name]) => chosen.has(name));
  if (!noDeps) return { services: new Map(services), targets };
  return { services: new Map(services.map(([name, service]) => [name, alone(service, targets)])), targets };
}

export function requireService(project: Project, name: string): void {
  if (project.services.has(name)) return;
  const known = `Its services are: ${[...project.services.keys()].join(", ")}`;
  const why = project.disabled.has(name) ? "no active profile enables it" : "the project has no such service";
  throw new ComposeError(`Cannot use the service "${name}" of "${project.name}": ${why}. ${known}`);
}

function withDependencies(project: Project, named: readonly string[]): ReadonlySet<string> {
  const chosen = new Set<string>();
  const visit = (name: string) => {
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const other of project.services.get(name)?.depends_on?.keys() ?? []) visit(other);
  };
  named.forEach(visit);
  return chosen;
}

/** Without the dependencies that are left alone, as Compose writes it into the container's label. */
function alone(service: Service, chosen: ReadonlySet<string>): Service {
  const { depends_on, ...rest } = service;
  const kept = [...depends_on ?? []].filter(([name]) => chosen.has(name));
  return kept.length === 0 ? rest : { ...rest, depends_on: new Map(kept) };
}

/** How many containers a service is to have. */
export function scaleOf(name: string, service: Service, scale: UpOptions["scale"]): number {
  return scale?.get(name) ?? service.scale ?? service.deploy?.replicas ?? 1;
}
