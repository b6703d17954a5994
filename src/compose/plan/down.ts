import { composeLabels, type Labels } from "../labels.ts";
import { imageName, type Observed, type ObservedContainer } from "../observe.ts";
import type { Cost } from "../operation.ts";
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
  const removed = planContainers({ draft, down, observed }, all.toReversed());
  const some = Boolean(down.services?.length);
  const after = [...removed, ...some ? [] : planOrphans({ draft, down, observed }, services)];
  const ending = { draft, down, observed, after, scope: some ? withDependencies(services, named) : services };
  planNetworks(ending);
  if (down.volumes) {
    planAnonymous(ending);
    planVolumes(ending);
  }
  if (down.images && !some) planImages(ending, services);
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
  return /^[0-9a-f]{64}$/.test(Name);
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

/** `scope`: the services whose networks and volumes go, as far as nothing of the project is left that uses them. */
type Last = Ending & { after: number[]; scope: readonly KnownService[] };

function planNetworks({ draft, down: { target, services = [] }, observed, after, scope }: Last): void {
  const used = new Set(scope.flatMap(({ definition = {} }) => networksOf(definition).map(([key]) => key)));
  const isOwn = ({ labels, name }: { labels: Labels; name: string }) => {
    const key = labels[composeLabels.network];
    if (labels[composeLabels.project] !== observed.project || key === undefined) return false;
    if (services.length > 0 && left({ draft, observed }).some(({ networks }) => networks.has(name))) return false;
    if (typeof target === "string") return true;
    const network = target.networks.get(key);
    if (services.length > 0 && !used.has(key)) return false;
    return network !== undefined && !network.external && network.name === name;
  };
  for (const { id, name, labels } of observed.networks.filter(isOwn)) {
    const resource = { kind: "network", key: labels[composeLabels.network] ?? "", name } as const;
    const why = { resource, cause: "the project goes down", cost: "removal", after } as const;
    add(draft, { kind: "remove_network", network: id, optional: true }, why);
  }
}

function left({ draft, observed }: Pick<Ending, "draft" | "observed">): ObservedContainer[] {
  return observed.containers.filter(({ id }) => !draft.removed.has(id));
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

function planVolumes({ draft, down: { target, services = [] }, observed, after, scope }: Last): void {
  const used = new Set(scope.flatMap(({ definition }) => definition?.volumes ?? []).map(({ source }) => source));
  const isOwn = ({ labels, name }: { labels: Labels; name: string }) => {
    const key = labels[composeLabels.volume];
    if (labels[composeLabels.project] !== observed.project || key === undefined) return false;
    const isLeft = ({ mounts }: ObservedContainer) => mounts.some(({ Name }) => Name === name);
    if (services.length > 0 && left({ draft, observed }).some(isLeft)) return false;
    if (typeof target === "string") return true;
    if (services.length > 0 && !used.has(key)) return false;
    const volume = target.volumes.get(key);
    return volume !== undefined && !volume.external && volume.name === name;
  };
  for (const { name, labels } of observed.volumes.filter(isOwn)) {
    const resource = { kind: "volume", key: labels[composeLabels.volume] ?? "", name } as const;
    const why = { resource, cause: "its volumes are to go as well", cost: "data_loss", after } as const;
    add(draft, { kind: "remove_volume", name, optional: true }, why);
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
