import { isGenerated } from "../../engine/volumes.ts";
import { composeLabels, type Labels } from "../labels.ts";
import { imageName, type Observed, type ObservedContainer } from "../observe.ts";
import type { Cost } from "../operation.ts";
import type { Project, Service } from "../project.ts";
import type { Down } from "../wanted.ts";
import { add, type Draft, emptyDraft, remove } from "./draft.ts";
import { chosen, type KnownService, knownServices, resourceFor, withDependencies } from "./known.ts";
import { networksOf } from "./translate/networks.ts";

/** Takes a project down: containers, each before those it depends on, then networks, and what was asked for besides. */
export function planDown(down: Down, observed: Observed): Draft {
  const draft = emptyDraft();
  const services = knownServices(down.target, observed);
  const named = chosen(services, { project: observed.project, names: down.services });
  // As in Compose: the files know who else is to stay, labels do not.
  const all = typeof down.target === "string" ? withDependents(services, named) : named;
  const plan = { draft, down, observed };
  const removed = planContainers(plan, all.toReversed());
  const some = Boolean(down.services?.length);
  const after = [...removed, ...some ? [] : planOrphans(plan, services)];
  const ending = { ...plan, after, ...some ? { only: withDependencies(services, named) } : {} };
  planNetworks(ending);
  if (down.volumes) {
    planAnonymous(ending);
    planVolumes(ending);
  }
  if (down.images && !some) planImages(ending, named);
  if (!some) warnOfDisabled(plan, services);
  return draft;
}

interface Ending {
  draft: Draft;
  down: Down;
  observed: Observed;
}

/** What depends on them cannot do without them. */
function withDependents(services: readonly KnownService[], named: readonly KnownService[]): KnownService[] {
  const names = new Set(named.map(({ name }) => name));
  // In this order, those that others depend on come first.
  for (const { name, dependencies } of services) {
    if (dependencies.some(({ service }) => names.has(service))) names.add(name);
  }
  return services.filter(({ name }) => names.has(name));
}

function planContainers({ draft, down }: Ending, services: readonly KnownService[]): number[] {
  const gone = new Map<string, number[]>();
  for (const { name, containers, definition } of services) {
    const dependents = services.filter((other) => other.dependencies.some(({ service }) => service === name));
    const after = dependents.flatMap((other) => gone.get(other.name) ?? []);
    const hooks = definition?.pre_stop;
    const why = { cause: "the project goes down", volumes: down.volumes ?? false } as const;
    gone.set(
      name,
      containers.map((container) =>
        remove(draft, {
          ...why,
          cost: lossOf(down, container),
          resource: resourceFor(container),
          container,
          timeout: down.timeout,
          hooks,
          after,
        })
      ),
    );
  }
  return [...gone.values()].flat();
}

/** With its volumes a container loses what is in the anonymous ones. */
function lossOf({ volumes }: Down, { mounts }: ObservedContainer): Cost {
  return volumes && mounts.some(isAnonymous) ? "data_loss" : "removal";
}

function isAnonymous({ Name = "" }: ObservedContainer["mounts"][number]): boolean {
  return isGenerated(Name);
}

function planOrphans({ draft, down, observed }: Ending, services: readonly KnownService[]): number[] {
  const known = new Set(services.map(({ name }) => name));
  const orphans = observed.containers.filter(({ service, oneoff }) => oneoff || !known.has(service));
  if (orphans.length > 0 && !down.removeOrphans) {
    const names = orphans.map(({ name }) => `"${name}"`).join(", ");
    draft.warnings.push(`Left as they are, since the files do not have them: ${names}. remove_orphans removes them`);
    return [];
  }
  return orphans.map((container) => {
    const resource = { kind: "orphan", name: container.name } as const;
    const why = { resource, cause: "the files do not have its service", cost: lossOf(down, container) } as const;
    return remove(draft, { ...why, container, timeout: down.timeout, volumes: down.volumes ?? false });
  });
}

function warnOfDisabled({ draft }: Ending, services: readonly KnownService[]): void {
  const left = services.filter(({ enabled }) => !enabled).flatMap(({ containers }) => containers);
  if (left.length === 0) return;
  const names = left.map(({ name }) => `"${name}"`).join(", ");
  draft.warnings.push(
    `Left as they are, since no active profile has their services: ${names}. profiles takes them along`,
  );
}

/** `only`: the services whose networks and volumes go, as far as nothing of the project is left that uses them. */
type Last = Ending & { after: number[]; only?: readonly KnownService[] };

/** A kind of thing that containers share: which of them a service and a container use. */
interface Shared {
  label: string;
  defined(project: Project): ReadonlyMap<string, { name: string; external?: boolean | undefined }>;
  usedBy(service: Service): readonly (string | undefined)[];
  isUsedBy(container: ObservedContainer, name: string): boolean;
}

const networks: Shared = {
  label: composeLabels.network,
  defined: (project) => project.networks,
  usedBy: (service) => networksOf(service).map(([key]) => key),
  isUsedBy: (container, name) => container.networks.has(name),
};

const volumes: Shared = {
  label: composeLabels.volume,
  defined: (project) => project.volumes,
  usedBy: ({ volumes = [] }) => volumes.map(({ source }) => source),
  isUsedBy: ({ mounts }, name) => mounts.some(({ Name }) => Name === name),
};

/** The key of one that goes with the project; undefined for one that stays. */
function keyOfOwn(
  { label, defined, usedBy, isUsedBy }: Shared,
  { name, labels }: { name: string; labels: Labels },
  { draft, down: { target }, observed, only }: Last,
): string | undefined {
  const key = labels[label];
  if (labels[composeLabels.project] !== observed.project || key === undefined) return undefined;
  const isLeft = ({ id }: ObservedContainer) => !draft.removed.has(id);
  if (only && observed.containers.filter(isLeft).some((container) => isUsedBy(container, name))) return undefined;
  if (typeof target === "string") return key;
  if (only && !only.some(({ definition = {} }) => usedBy(definition).includes(key))) return undefined;
  const definition = defined(target).get(key);
  return definition && !definition.external && definition.name === name ? key : undefined;
}

function planNetworks(last: Last): void {
  for (const network of last.observed.networks) {
    const key = keyOfOwn(networks, network, last);
    if (key === undefined) continue;
    const resource = { kind: "network", key, name: network.name } as const;
    const why = { resource, cause: "the project goes down", cost: "removal", after: last.after } as const;
    add(last.draft, { kind: "remove_network", network: network.id, optional: true }, why);
  }
}

/** What a container was given of the one before it the engine does not remove with it. */
function planAnonymous({ draft, down: { target }, observed, after }: Last): void {
  const defined = typeof target === "string" ? [] : [...target.volumes.values()].map(({ name }) => name);
  const planned = new Set(defined);
  for (const container of observed.containers.filter(({ id }) => draft.removed.has(id))) {
    for (const { Name: name = "" } of container.mounts.filter(isAnonymous)) {
      if (planned.has(name)) continue;
      planned.add(name);
      const why = {
        resource: resourceFor(container),
        cause: "its volumes are to go as well",
        cost: "data_loss",
      } as const;
      add(draft, { kind: "remove_volume", name, optional: true }, { ...why, after });
    }
  }
}

function planVolumes(last: Last): void {
  for (const volume of last.observed.volumes) {
    const key = keyOfOwn(volumes, volume, last);
    if (key === undefined) continue;
    const { name } = volume;
    const why = { cause: "its volumes are to go as well", cost: "data_loss", after: last.after } as const;
    add(last.draft, { kind: "remove_volume", name, optional: true }, {
      resource: { kind: "volume", key, name },
      ...why,
    });
  }
}

function planImages({ draft, down, observed, after }: Last, services: readonly KnownService[]): void {
  const known = new Set(services.map(({ name }) => name));
  const built = observed.built.filter(({ service }) => known.has(service) || down.removeOrphans).map(({ name }) =>
    name
  );
  const named = services.flatMap(({ name, definition: service, containers }) =>
    service ? [imageName(observed.project, { name, service })] : containers.map((container) => container.imageName)
  );
  const others = named.filter((name) => !built.includes(name) && !built.includes(`${name}:latest`));
  const names = down.images === "all" ? [...built, ...others] : built;
  for (const image of [...new Set(names)].sort()) {
    const why = {
      resource: { kind: "image", name: image },
      cause: "its images are to go as well",
      cost: "removal",
    } as const;
    add(draft, { kind: "remove_image", image }, { ...why, after });
  }
}
