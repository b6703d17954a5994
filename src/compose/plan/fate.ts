import { composeLabels, fieldsLabel } from "../labels.ts";
import { imageName, type ObservedContainer } from "../observe.ts";
import { type Change, type ImageCondition, slotOf } from "../operation.ts";
import type { Service } from "../project.ts";
import { changedContents, changesSince } from "./fields.ts";
import { firstOf, type Ground, isCurrent } from "./ground.ts";
import { serviceHash } from "./hash.ts";
import { containerName } from "./names.ts";
import type { PlannedNetworks } from "./networks.ts";
import { scaleOf } from "./selection.ts";
import { networksOf } from "./translate/networks.ts";
import { parentsOf, resolved } from "./translate/spec.ts";

/** What is to become of a service's containers. */
export interface Fates {
  name: string;
  service: Service;
  image: string;
  /** Those that it is to have in the end, the lowest number first. */
  places: Place[];
  /** Those that are too many. */
  surplus: ObservedContainer[];
}

/** A container that is to be there in the end. */
export interface Place {
  slot: string;
  number: number;
  name: string;
  /** The one that is there now. */
  current?: ObservedContainer;
  /** Why that is replaced; absent where it can stay. */
  reason?: Reason;
}

export interface Reason {
  cause: string;
  changes: readonly Change[];
  onlyIf?: readonly ImageCondition[];
}

/** What there is already by the time that containers are judged. */
export interface Prepared {
  images: ReadonlyMap<string, number>;
  networks: PlannedNetworks;
  volumes: ReadonlyMap<string, number>;
}

/** The fates of all services, each behind those it depends on: what becomes of one may follow from another. */
export function decideFates(ground: Ground, prepared: Prepared): ReadonlyMap<string, Fates> {
  const fates = new Map<string, Fates>();
  for (const name of ground.order) {
    const service = ground.services.get(name);
    if (service && !service.provider) fates.set(name, fateOf({ ground, prepared, fates }, { name, service }));
  }
  return fates;
}

interface Judging {
  ground: Ground;
  prepared: Prepared;
  fates: ReadonlyMap<string, Fates>;
}

interface Named {
  name: string;
  service: Service;
}

function fateOf(judging: Judging, { name, service }: Named): Fates {
  const { ground } = judging;
  const image = imageName(ground.project.name, { name, service });
  const expected = scaleOf(name, service, ground.options.scale);
  const there = (ground.containers.get(name) ?? []).filter(({ id }) => !ground.draft.removed.has(id));
  const judged = there.map((container) => ({ container, reason: whyReplaced(judging, { name, service, container }) }));
  judged.sort((a, b) => Number(isObsolete(a)) - Number(isObsolete(b)) || a.container.number - b.container.number);
  // A replacement that was broken off leaves two of one number.
  const single = judged.filter((one, i) => !judged.slice(0, i).some((other) => isSamePlace(one, other)));
  const kept = single.slice(0, expected);
  const next = Math.max(0, ...there.map(({ number }) => number)) + 1;
  const numbers = [
    ...kept.map(({ container }) => container.number),
    ...Array.from({ length: Math.max(0, expected - kept.length) }, (_, i) => next + i),
  ];
  const places = numbers.map((number, i): Place => {
    const { container, reason } = kept[i] ?? {};
    const place = {
      slot: slotOf(name, number),
      number,
      name: containerName(ground.project, { name, service }, number),
    };
    return { ...place, ...(container ? { current: container } : {}), ...(reason ? { reason } : {}) };
  });
  return {
    name,
    service,
    image,
    places,
    surplus: judged.filter((one) => !kept.includes(one)).map(({ container }) => container),
  };
}

function isSamePlace(
  { container: a }: { container: ObservedContainer },
  { container: b }: { container: ObservedContainer },
) {
  return a.number === b.number;
}

/** Those that have to be replaced anyway go first where there are too many, but not those that only may have to. */
function isObsolete({ reason }: { reason: Reason | undefined }): boolean {
  return reason !== undefined && reason.onlyIf === undefined;
}

type Judged = Named & { container: ObservedContainer };

function whyReplaced(judging: Judging, judged: Judged): Reason | undefined {
  const { options, targets } = judging.ground;
  const { name, container } = judged;
  const isTarget = targets.has(name);
  if (isTarget ? options.forceRecreate : options.alwaysRecreateDeps) return plainly("asked for");
  if (options.noRecreate) return undefined;
  if (container.state === "dead") return plainly("it is dead");
  return parentReason(judging, judged) ?? differs(judging, judged) ?? contentReason(judging, judged) ??
    imageReason(judging, judged) ??
    networkReason(judging, judged) ?? volumeReason(judging, judged);
}

function plainly(cause: string): Reason {
  return { cause, changes: [] };
}

/** It shares with a container that goes, or there is none to share with. */
function parentReason({ fates }: Judging, { service }: Judged): Reason | undefined {
  const reasons = parentsOf(service).flatMap((parent): Reason[] => {
    const place = fates.get(parent)?.places[0];
    if (!place || place.current && !place.reason) return [];
    const onlyIf = place.reason?.onlyIf;
    return [{ cause: `"${parent}" is made anew, and shared with`, changes: [], ...(onlyIf ? { onlyIf } : {}) }];
  });
  return reasons.find(({ onlyIf }) => onlyIf === undefined) ?? reasons[0];
}

function differs({ ground, fates }: Judging, { name, service, container }: Judged): Reason | undefined {
  const { labels } = container;
  const definition = resolved(service, parentIds(ground, service, fates));
  const written = labels[composeLabels.hash] ?? "";
  if (isCurrent(written, labels[composeLabels.version], (version) => serviceHash(definition, version))) {
    return undefined;
  }
  const { details, images } = ground.observed;
  const image = images.get(imageName(ground.project.name, { name, service }))?.environment ?? [];
  const before = { label: labels[fieldsLabel], details: details?.get(container.id), image };
  return { cause: definitionChanged, changes: changesSince(before, service) };
}

/** What is written into a container is of no hash: Compose itself would not see that it has changed. */
function contentReason({ ground: { project } }: Judging, { service, container }: Judged): Reason | undefined {
  const changes = changedContents(container.labels[fieldsLabel], project, service);
  return changes.length > 0 ? { cause: "its configs have changed", changes } : undefined;
}

/** The cause for which it is worth while to ask the engine what the container was made with. */
export const definitionChanged = "its definition has changed";

/** The containers that a service shares with, as they are now. */
function parentIds(ground: Ground, service: Service, fates: ReadonlyMap<string, Fates>): ReadonlyMap<string, string> {
  return new Map(
    parentsOf(service).flatMap((parent): [string, string][] => {
      const current = fates.get(parent)?.places[0]?.current ?? firstOf(ground, parent);
      return current ? [[parent, current.id]] : [];
    }),
  );
}

function imageReason({ ground, prepared }: Judging, { name, service, container }: Judged): Reason | undefined {
  const image = imageName(ground.project.name, { name, service });
  const id = container.labels[composeLabels.image] ?? container.image;
  if (prepared.images.has(image)) {
    return { cause: `the image "${image}" has changed`, changes: [], onlyIf: [{ image, id }] };
  }
  const found = ground.observed.images.get(image);
  if (!found || found.id === id || found.id === container.image) return undefined;
  return plainly(`the image "${image}" has changed`);
}

/** A container that is on a network of the same name that was removed cannot be started any more. */
function networkReason({ ground, prepared }: Judging, { service, container }: Judged): Reason | undefined {
  for (const [key] of networksOf(service)) {
    const name = ground.project.networks.get(key)?.name ?? key;
    const wanted = prepared.networks.ids.get(key);
    const own = container.networks.get(name);
    const isOn = own !== undefined && (own === "" || own === wanted);
    if (wanted === undefined && own !== undefined) return plainly(`the network "${name}" is made anew`);
    if (!isOn) return plainly(`it is not on the network "${name}"`);
  }
}

function volumeReason({ ground, prepared }: Judging, { service, container }: Judged): Reason | undefined {
  for (const { type, source, target } of service.volumes ?? []) {
    if (type !== "volume" || source === undefined) continue;
    const name = ground.project.volumes.get(source)?.name ?? source;
    const mounted = container.mounts.some(({ Name, Destination }) => Name === name && Destination === target);
    if (prepared.volumes.has(source) || !mounted) return plainly(`it does not mount the volume "${name}"`);
  }
}
