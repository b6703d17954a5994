import type { ObservedContainer } from "../observe.ts";
import { add, isUp, remove, stop, type Why } from "./draft.ts";
import type { Fates, Place, Prepared, Reason } from "./fate.ts";
import { firstOf, type Ground } from "./ground.ts";
import { injectedFiles } from "./injected.ts";
import { temporaryName } from "./names.ts";
import { attachments, networksOf, takesAllNetworks } from "./translate/networks.ts";
import { type ContainerSpec, parentsOf } from "./translate/spec.ts";
import { slotOf } from "../operation.ts";

/** What the containers of a service come to. */
export interface Made {
  fates: Fates;
  /** The operations after which all are there under their names. */
  ends: number[];
  /** For each place, the operations after which it can be started; none where it stays as it is. */
  ready: ReadonlyMap<string, number[]>;
}

/** Everything but the starts: surplus containers go, others are replaced, new ones are made. */
export function planContainers(
  ground: Ground,
  prepared: Prepared,
  fates: ReadonlyMap<string, Fates>,
): ReadonlyMap<string, Made> {
  const made = new Map<string, Made>();
  const making = { ground, prepared, fates, made };
  for (const name of ground.order) {
    const own = fates.get(name);
    if (own) made.set(name, makeService(making, own));
  }
  return made;
}

interface Making {
  ground: Ground;
  prepared: Prepared;
  fates: ReadonlyMap<string, Fates>;
  made: ReadonlyMap<string, Made>;
}

function makeService(making: Making, fates: Fates): Made {
  const { ground: { draft, options } } = making;
  const ends: number[] = [];
  const ready = new Map<string, number[]>();
  const after = before(making, fates);
  for (const container of fates.surplus) {
    const why = { resource: resourceOf(fates, container), cause: "scaled down", cost: "removal" } as const;
    ends.push(remove(draft, { ...why, container, timeout: options.timeout, hooks: fates.service.pre_stop }));
  }
  for (const place of fates.places) {
    const last = makePlace(making, { fates, place, after });
    if (last === undefined) continue;
    ends.push(last);
    ready.set(place.slot, [last]);
  }
  return { fates, ends, ready };
}

/** What must be there before any container of the service can be made. */
function before({ prepared, made }: Making, { service, image }: Fates): number[] {
  const networks = networksOf(service).map(([key]) => prepared.networks.ready.get(key));
  const volumes = (service.volumes ?? []).map(({ source = "" }) => prepared.volumes.get(source));
  const others = [...service.depends_on?.keys() ?? []].flatMap((name) => made.get(name)?.ends ?? []);
  return [prepared.images.get(image), ...networks, ...volumes, ...others].filter((id) => id !== undefined);
}

function resourceOf({ name }: Fates, { number, name: container }: { number: number; name: string }) {
  return { kind: "container", service: name, number, name: container } as const;
}

interface Placing {
  fates: Fates;
  place: Place;
  after: number[];
}

/** The operation after which the container is there; nothing where it stays as it is. */
function makePlace(making: Making, placing: Placing): number | undefined {
  const { place: { current, reason } } = placing;
  if (!current) return create(making, placing, { name: placing.place.name, cause: "there is none" });
  if (reason) return replace(making, { ...placing, current, reason });
  return rename(making, { ...placing, current });
}

/** A replacement that was interrupted may have left it under the name of the meantime. */
function rename(
  { ground: { draft } }: Making,
  { fates, place, current, after }: Placing & { current: ObservedContainer },
) {
  const { slot, name } = place;
  if (current.name === name || !/^[0-9a-f]{12}_/.test(current.name)) return undefined;
  const freed = freeing(draft, fates, name);
  const why = { resource: resourceOf(fates, place), cause: "it takes its own name", after: [...after, ...freed] };
  return add(draft, { kind: "rename_container", slot, name }, why);
}

/** The removals of surplus containers that have a name: an interrupted replacement leaves two that want one. */
function freeing({ removed }: Ground["draft"], { surplus }: Fates, name: string): (number | undefined)[] {
  return surplus.filter((other) => other.name === name).map(({ id }) => removed.get(id));
}

/** A new container beside the old one, which then makes room. */
function replace(making: Making, placing: Placing & { current: ObservedContainer; reason: Reason }): number {
  const { ground: { draft, options } } = making;
  const { fates, place, current, reason } = placing;
  const why = { resource: resourceOf(fates, place), cost: "recreate", ...condition(reason) } as const;
  const dependents = stopDependents(making, placing);
  const name = temporaryName(current, place.name);
  const after = [...placing.after, ...freeing(draft, fates, name)].filter((id) => id !== undefined);
  const created = create(making, { ...placing, after }, {
    ...why,
    name,
    cause: reason.cause,
    changes: reason.changes,
    replaced: current,
  });
  const cause = "it is replaced";
  const hooks = fates.service.pre_stop;
  const ending = { ...why, cause, container: current, timeout: options.timeout, hooks };
  const down = stop(draft, { ...ending, after: [created, ...dependents] });
  const removed = remove(draft, { ...ending, after: [created, down] });
  const action = { kind: "rename_container", slot: place.slot, name: place.name } as const;
  return add(draft, action, {
    ...why,
    cause: "it takes the name of the old one",
    after: [removed, ...freeing(draft, fates, place.name)],
  });
}

function condition({ onlyIf }: Reason): Pick<Why, "onlyIf"> {
  return onlyIf ? { onlyIf } : {};
}

/** Containers that want to be restarted with it are stopped before it goes; they are started behind it. */
function stopDependents(
  { ground, fates }: Making,
  { fates: { name }, reason }: Placing & { reason: Reason },
): number[] {
  const { draft, options } = ground;
  const cause = `"${name}" is made anew, and is to take it along`;
  return [...fates.values()].flatMap((other) => {
    if (!other.service.depends_on?.get(name)?.restart) return [];
    return other.places.flatMap(({ current, reason: own, number }) => {
      // One that is replaced in any case is stopped for that.
      if (!current || !isUp(current) || own && !own.onlyIf) return [];
      const why = { resource: resourceOf(other, { number, name: current.name }), cause, cost: "restart" } as const;
      const id = stop(draft, { ...why, ...condition(reason), container: current, timeout: options.timeout });
      return id === undefined ? [] : [id];
    });
  });
}

type Creating = Why & { name: string; replaced?: ObservedContainer };

/** Gives the last operation: on older engines the further networks come after the creation. */
function create(making: Making, { fates, place, after }: Placing, { name, replaced, ...why }: Creating): number {
  const { ground: { draft, observed } } = making;
  const spec = specOf(making, { fates, place, replaced });
  const resource = resourceOf(fates, place);
  let last = add(draft, { kind: "create_container", slot: place.slot, name, spec }, { ...why, resource, after });
  const { changes: _, ...rest } = why;
  const further = takesAllNetworks(observed.api) ? [] : attachments(spec).slice(1);
  for (const { network, endpoint } of further) {
    const action = { kind: "connect_network", network, slot: place.slot, endpoint } as const;
    last = add(draft, action, { ...rest, cause: "this engine takes one network at a time", resource, after: [last] });
  }
  const files = injectedFiles(spec.project, fates.service);
  if (files.length === 0) return last;
  const action = { kind: "copy_files", slot: place.slot, files } as const;
  return add(draft, action, { ...rest, cause: "its configs and secrets are not files", resource, after: [last] });
}

function specOf(
  { ground, fates: all }: Making,
  { fates, place, replaced }: { fates: Fates; place: Place; replaced: ObservedContainer | undefined },
): ContainerSpec {
  const { project, version, options } = ground;
  const { name: service, service: definition, image } = fates;
  const parents = parentsOf(definition).map((parent): [string, string] => {
    const slot = all.get(parent)?.places[0]?.slot ?? slotOf(parent, firstOf(ground, parent)?.number ?? 1);
    return [parent, slot];
  });
  const links = (definition.links ?? []).map((link) => link.split(":")[0] ?? "");
  const linked = links.map((
    name,
  ): [string, string[]] => [name, all.get(name)?.places.map((other) => other.name) ?? []]);
  const kept = options.renewAnonymousVolumes ? [] : replaced?.mounts ?? [];
  return {
    project,
    service,
    definition,
    number: place.number,
    name: place.name,
    image,
    parents: new Map(parents),
    linked: new Map(linked),
    inherited: new Map(
      kept.flatMap(({ Type, Name, Destination }) => Type === "volume" && Name ? [[Destination, Name]] : []),
    ),
    // Without the project in front, which a name of its own need not have.
    ...(replaced ? { replaces: definition.container_name ?? place.name.slice(project.name.length + 1) } : {}),
    version,
  };
}
