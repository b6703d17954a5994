import { ComposeError } from "../errors.ts";
import { dependenciesIn, type LabelledDependency } from "../labels.ts";
import type { Observed, ObservedContainer } from "../observe.ts";
import type { Service } from "../project.ts";
import type { Target } from "../wanted.ts";
import { byPlace } from "./networks.ts";
import { topological } from "./order.ts";

/** A service as far as a plan for what is there needs it: from the files, or from its containers' labels. */
export interface KnownService {
  name: string;
  dependencies: readonly LabelledDependency[];
  containers: readonly ObservedContainer[];
  /** False where only a profile that is not active would have it: then it must be named. */
  enabled: boolean;
  /** Absent without files. */
  definition?: Service;
}

/** The services of a project, each behind those it depends on; those that no profile enables are among them. */
export function knownServices(target: Target, observed: Observed): KnownService[] {
  const containers = observed.containers.filter(({ oneoff }) => !oneoff).sort(byPlace);
  const of = (name: string) => containers.filter(({ service }) => service === name);
  const services = typeof target === "string"
    ? [...new Set(containers.map(({ service }) => service))].map((name): KnownService => ({
      name,
      dependencies: of(name).flatMap(({ labels }) => dependenciesIn(labels)),
      containers: of(name),
      enabled: true,
    }))
    : [...target.services, ...target.disabled].map(([name, definition]): KnownService => ({
      name,
      dependencies: dependenciesOf(definition),
      containers: of(name),
      enabled: target.services.has(name),
      definition,
    }));
  const byName = new Map(services.map((service) => [service.name, service]));
  const before = (name: string) => byName.get(name)?.dependencies.map(({ service }) => service) ?? [];
  return topological([...byName.keys()].sort(), before).flatMap((name) => byName.get(name) ?? []);
}

function dependenciesOf({ depends_on }: Service): LabelledDependency[] {
  return [...depends_on ?? []].map(([service, { condition, restart = false }]) => ({ service, condition, restart }));
}

/** The named services; where none is named, as in Compose, all that are enabled. Throws for one that there is not. */
export function chosen(services: readonly KnownService[], { project, names = [] }: Choice): KnownService[] {
  for (const name of names) {
    if (services.some((service) => service.name === name)) continue;
    const known = services.map((service) => service.name).join(", ") || "none";
    throw new ComposeError(
      `Cannot use the service "${name}" of "${project}": there is no such service. There are: ${known}`,
    );
  }
  return services.filter(({ name, enabled }) => names.length === 0 ? enabled : names.includes(name));
}

/** The same services with all that they depend on; both behind those that they depend on. */
export function withDependencies(services: readonly KnownService[], named: readonly KnownService[]): KnownService[] {
  const names = new Set(named.map(({ name }) => name));
  for (const { name, dependencies } of services.toReversed()) {
    if (names.has(name)) dependencies.forEach(({ service }) => names.add(service));
  }
  return services.filter(({ name }) => names.has(name));
}

interface Choice {
  project: string;
  names?: readonly string[] | undefined;
}

/** A container of a service as the thing that an operation is about. */
export function resourceFor({ service, number, name }: ObservedContainer) {
  return { kind: "container", service, number, name } as const;
}
