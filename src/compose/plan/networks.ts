import { composeLabels } from "../labels.ts";
import type { ObservedContainer, ObservedNetwork } from "../observe.ts";
import { locate, type Network } from "../project.ts";
import { add, isUp, stop } from "./draft.ts";
import { type Ground, isCurrent } from "./ground.ts";
import { networkHash } from "./hash.ts";
import { networkBody, networksOf } from "./translate/networks.ts";

/** What is to become of the project's networks. */
export interface PlannedNetworks {
  /** The operations after which they are there, by their keys; none where they are there already. */
  ready: ReadonlyMap<string, number>;
  /** The ids of those that stay, by their keys. */
  ids: ReadonlyMap<string, string>;
  /** Those of the same key by another name, which can go once nothing is on them. */
  outdated: readonly ObservedNetwork[];
}

export function planNetworks(ground: Ground): PlannedNetworks {
  const { project, observed } = ground;
  const ready = new Map<string, number>();
  const ids = new Map<string, string>();
  const outdated: ObservedNetwork[] = [];
  for (const key of usedNetworks(ground)) {
    const network = project.networks.get(key);
    if (!network) continue;
    const there = find(observed.networks, network);
    if (network.external) {
      if (there) ids.set(key, there.id);
      else missing(ground, key, network);
      continue;
    }
    const named = { ground, key, network };
    const id = there ? planReplacement(named, there) : create(named, { cause: "not there" });
    if (id !== undefined) ready.set(key, id);
    else if (there) ids.set(key, there.id);
    outdated.push(...observed.networks.filter((other) => isOurs(other, named) && other.name !== network.name));
  }
  return { ready, ids, outdated };
}

interface Named {
  ground: Ground;
  key: string;
  network: Network;
}

function usedNetworks({ services }: Ground): string[] {
  return [...new Set([...services.values()].flatMap((service) => networksOf(service).map(([key]) => key)))].sort();
}

/** External networks may be named by their id. */
function find(networks: readonly ObservedNetwork[], { name, external }: Network): ObservedNetwork | undefined {
  const named = networks.filter((network) => network.name === name);
  return named[0] ??
    (external ? networks.find(({ id }) => id === name || id.startsWith(name) && name.length >= 12) : undefined);
}

function isOurs({ labels }: ObservedNetwork, { ground, key }: Named): boolean {
  return labels[composeLabels.project] === ground.project.name && labels[composeLabels.network] === key;
}

function missing({ draft, project }: Ground, key: string, { name }: Network): void {
  const message =
    `Cannot use the network "${name}": it is external, and not there. Create it with docker_create_network`;
  draft.obstacles.push({ message, at: locate(project, ["networks", key]) });
}

function create({ ground, key, network }: Named, why: { cause: string; after?: number[] }): number {
  const body = networkBody(network, { project: ground.project.name, key, version: ground.version });
  return add(ground.draft, { kind: "create_network", body }, { resource: resourceOf(key, network), ...why });
}

function resourceOf(key: string, { name }: Network) {
  return { kind: "network", key, name } as const;
}

/** Nothing where it can stay as it is. */
function planReplacement(named: Named, there: ObservedNetwork): number | undefined {
  const { ground: { draft }, key, network } = named;
  if (!isOurs(there, named)) {
    draft.warnings.push(`The network "${network.name}" was not made for this project; it is used as it is`);
    return undefined;
  }
  const hash = there.labels[composeLabels.hash];
  const version = there.labels[composeLabels.version];
  if (hash === undefined || isCurrent(hash, version, (dialect) => networkHash(network, dialect))) return undefined;
  const cause = "its definition has changed";
  const freed = [...release(named, there), ...orphansOn(named)];
  const why = { resource: resourceOf(key, network), cause, cost: "recreate", after: freed } as const;
  const removed = add(draft, { kind: "remove_network", network: there.id }, why);
  return create(named, { cause, after: [removed] });
}

/** Takes the project's containers off a network; they are recreated on the new one. */
function release(named: Named, { name }: ObservedNetwork): number[] {
  const { ground } = named;
  const { draft, observed, services, options } = ground;
  const users = observed.containers.filter(({ networks }) => networks.has(name)).sort(byPlace);
  checkOthers(named, users);
  return users.filter(({ service, oneoff }) => services.has(service) && !oneoff).map((container) => {
    const { id, service, number } = container;
    const resource = { kind: "container", service, number, name: container.name } as const;
    const why = { resource, cause: `the network "${name}" is made anew`, cost: "recreate" } as const;
    const hooks = services.get(service)?.pre_stop;
    const down = stop(draft, { ...why, container, timeout: options.timeout, hooks });
    const action = { kind: "disconnect_network", network: name, container: { id, name: container.name } } as const;
    const off = add(draft, action, { ...why, after: [down] });
    // Whatever else becomes of it comes behind.
    draft.stopped.set(id, off);
    return off;
  });
}

/** Containers that this plan does not make anew would be cut off: that is said before anything is done. */
function checkOthers({ ground, key, network }: Named, own: readonly ObservedContainer[]): void {
  const { draft, observed, services, project } = ground;
  const left = own.filter(({ id, service, oneoff }) => (oneoff || !services.has(service)) && !draft.removed.has(id));
  const foreign = observed.foreign.filter((other) => other.networks.has(network.name) && isUp(other));
  const names = [...left, ...foreign].map(({ name }) => `"${name}"`);
  if (names.length === 0) return;
  const message =
    `Cannot make the network "${network.name}" anew: ${names.join(", ")} would be cut off. Disconnect or ` +
    "remove them first; remove_orphans does that for orphans";
  draft.obstacles.push({ message, at: locate(project, ["networks", key]) });
}

function orphansOn({ ground: { draft, observed }, network }: Named): number[] {
  return observed.containers.flatMap(({ id, networks }) => {
    const removed = draft.removed.get(id);
    return networks.has(network.name) && removed !== undefined ? [removed] : [];
  });
}

export function byPlace(a: ObservedContainer, b: ObservedContainer): number {
  return a.service === b.service ? a.number - b.number : a.service < b.service ? -1 : 1;
}

/** Removes networks that nothing is on any more, behind the operations that take the containers off. */
export function planOutdated({ draft, observed }: Ground, { outdated }: PlannedNetworks): void {
  for (const { id, name, labels } of outdated) {
    const users = observed.containers.filter(({ networks }) => networks.has(name));
    const after = users.map((container) => draft.removed.get(container.id));
    if (after.includes(undefined)) continue;
    const resource = { kind: "network", key: labels[composeLabels.network] ?? "", name } as const;
    const why = { resource, cause: "it has another name now", cost: "removal", after } as const;
    add(draft, { kind: "remove_network", network: id, optional: true }, why);
  }
}
