import assert from "node:assert/strict";
import { composeLabels, type Labels } from "../../src/compose/labels.ts";
import type { Observed, ObservedContainer, ObservedImage } from "../../src/compose/observe.ts";
import type { ContainerRef, Operation } from "../../src/compose/operation.ts";
import type { Plan } from "../../src/compose/plan/plan.ts";
import { containerBody } from "../../src/compose/plan/translate/container.ts";
import { networksOf } from "../../src/compose/plan/translate/networks.ts";
import { parentsOf } from "../../src/compose/plan/translate/spec.ts";
import { imageOf } from "./memory.ts";

/** What an engine is after operations; each is refused where an engine would refuse it. */
export interface ModelOptions {
  /** Picks the next of the operations that may be done; the first one unless told. */
  pick?: (count: number) => number;
  /** Services whose containers end by themselves, well. */
  jobs?: ReadonlySet<string>;
  /** Ends after so many operations, as if it had failed. */
  upTo?: number;
}

/** The engine after the plan, each operation behind those it comes after. */
export function applied(
  plan: Plan,
  { pick = () => 0, jobs = new Set(), upTo = Infinity }: ModelOptions = {},
): Observed {
  const model = modelOf(plan, jobs);
  const waiting = [...plan.operations];
  const done = new Set<number>();
  while (waiting.length > 0 && done.size < upTo) {
    const open = waiting.filter(({ after }) => after.every((id) => done.has(id)));
    const operation = open[pick(open.length)];
    assert.ok(operation, "the operations wait for each other");
    waiting.splice(waiting.indexOf(operation), 1);
    for (const { image } of operation.onlyIf ?? []) {
      const isOpen = waiting.some(({ kind, resource }) =>
        /^(pull|build)/.test(kind) && "name" in resource && resource.name === image
      );
      assert.ok(!isOpen, `whether ${image} has changed is not known yet`);
    }
    const isNeeded = operation.onlyIf?.some(({ image, id }) => model.images.get(image)?.id !== id) ?? true;
    if (isNeeded) perform(model, operation);
    done.add(operation.id);
  }
  const { containers, networks, volumes, images } = model;
  return {
    ...plan.observed,
    containers: [...containers.values()],
    networks: [...networks.values()],
    volumes: [...volumes.values()],
    images,
  };
}

interface Model {
  observed: Observed;
  containers: Map<string, ObservedContainer>;
  networks: Map<string, Observed["networks"][number]>;
  volumes: Map<string, Observed["volumes"][number]>;
  images: Map<string, ObservedImage>;
  slots: Map<string, string>;
  jobs: ReadonlySet<string>;
}

function modelOf({ observed, slots }: Plan, jobs: ReadonlySet<string>): Model {
  const own = observed.containers.map(({ service, number, id }): [string, string] => [`${service}:${number}`, id]);
  return {
    observed,
    containers: new Map(observed.containers.map((container) => [container.id, container])),
    networks: new Map(observed.networks.map((network) => [network.id, network])),
    volumes: new Map(observed.volumes.map((volume) => [volume.name, volume])),
    images: new Map(observed.images),
    slots: new Map([...own, ...slots]),
    jobs,
  };
}

let made = 0;

function fresh(kind: string): string {
  return `${(++made).toString(16).padStart(12, "0")}${kind.length}`.padEnd(64, "0");
}

function perform(model: Model, operation: Operation): void {
  const { networks, volumes, images, containers } = model;
  switch (operation.kind) {
    case "create_network": {
      const { Name: name, Labels: labels = {} } = operation.body;
      assert.ok(![...networks.values()].some((other) => other.name === name), `the network ${name} is there already`);
      const id = fresh("net");
      return void networks.set(id, { id, name, labels });
    }
    case "remove_network": {
      const { name } = networks.get(operation.network) ?? { name: "" };
      const users = [...containers.values()].filter((other) => other.networks.has(name) && other.state === "running");
      assert.deepEqual(users, [], `the network ${name} has active endpoints`);
      return void networks.delete(operation.network);
    }
    case "create_volume":
      return void volumes.set(operation.body.Name ?? "", {
        name: operation.body.Name ?? "",
        labels: operation.body.Labels ?? {},
      });
    case "remove_volume": {
      const users = [...containers.values()].filter(({ mounts }) => mounts.some(({ Name }) => Name === operation.name));
      assert.deepEqual(users, [], `the volume ${operation.name} is in use`);
      return void volumes.delete(operation.name);
    }
    case "pull_image":
    case "build_image":
      return void images.set(operation.image, imageOf(fresh("image")));
    case "remove_image":
      return void images.delete(operation.image);
    case "create_container":
      return create(model, operation);
    default:
      return change(model, operation);
  }
}

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;
type Change = Exclude<
  Operation,
  Of<
    | "create_network"
    | "remove_network"
    | "create_volume"
    | "remove_volume"
    | "create_container"
    | "pull_image"
    | "build_image"
    | "remove_image"
  >
>;

function change(model: Model, operation: Change): void {
  if (operation.kind === "wait") return operation.containers.forEach((ref) => waits(model, ref));
  const ref = "container" in operation ? operation.container : { slot: operation.slot };
  const container = at(model, ref);
  const put = (given: Partial<ObservedContainer>) =>
    void model.containers.set(container.id, { ...container, ...given });
  switch (operation.kind) {
    case "start_container":
      requireNetworks(model, container);
      return put({ state: model.jobs.has(container.service) ? "exited" : "running" });
    case "restart_container":
    case "unpause_container":
      return put({ state: "running" });
    case "stop_container":
      return put({ state: "exited" });
    case "remove_container":
      return void model.containers.delete(container.id);
    case "rename_container":
      requireFree(model, operation.name);
      return put({ name: operation.name });
    case "disconnect_network":
      return put({ networks: new Map([...container.networks].filter(([name]) => name !== operation.network)) });
    case "connect_network":
      return put({
        networks: new Map([...container.networks, [operation.network, networkNamed(model, operation.network)]]),
      });
    case "copy_files":
      return assert.notEqual(container.state, "running", "files are copied before the start");
    case "run_hook":
      return assert.equal(container.state, "running", "a hook runs in a container that runs");
  }
}

function waits(model: Model, ref: ContainerRef): void {
  assert.notEqual(at(model, ref).state, "created", "what is waited for was started");
}

function at(model: Model, ref: ContainerRef): ObservedContainer {
  const id = "slot" in ref ? model.slots.get(ref.slot) : ref.id;
  const found = model.containers.get(id ?? "");
  assert.ok(found, `there is no container ${JSON.stringify(ref)}`);
  return found;
}

function requireFree({ containers }: Model, name: string): void {
  assert.ok(![...containers.values()].some((other) => other.name === name), `the name ${name} is taken`);
}

function networkNamed({ networks }: Model, name: string): string {
  const found = [...networks.values()].find((network) => network.name === name);
  assert.ok(found, `there is no network ${name}`);
  return found.id;
}

function requireNetworks(model: Model, { name, networks }: ObservedContainer): void {
  for (const [network, id] of networks) assert.equal(id, networkNamed(model, network), `${name} is on ${network}`);
}

function create(model: Model, { slot, name, spec }: Of<"create_container">): void {
  const { project, definition, service, number } = spec;
  requireFree(model, name);
  const image = model.images.get(spec.image);
  assert.ok(image, `there is no image ${spec.image}`);
  const parents = new Map(
    parentsOf(definition).map((parent) => [parent, at(model, { slot: spec.parents.get(parent) ?? "" }).id]),
  );
  const body = containerBody(spec, { api: "1.51", image, parents, profiles: new Map() });
  const id = fresh("container");
  const names = networksOf(definition).map(([key]) => project.networks.get(key)?.name ?? key);
  model.containers.set(id, {
    id,
    name,
    service,
    number,
    oneoff: false,
    state: "created",
    status: "Created",
    image: image.id,
    imageName: spec.image,
    created: made,
    labels: body.Labels ?? {},
    networks: new Map(names.map((network) => [network, networkNamed(model, network)])),
    mounts: [
      ...mountsIn(model, body.HostConfig ?? {}, project.name),
      ...(body.HostConfig?.VolumesFrom ?? []).flatMap((from) => at(model, { id: from, name: from }).mounts),
    ],
    ports: [],
  });
  model.slots.set(slot, id);
}

function mountsIn(model: Model, host: NonNullable<ReturnType<typeof containerBody>["HostConfig"]>, project: string) {
  const binds = (host.Binds ?? []).filter((bind) => !bind.startsWith("/")).map((bind) => bind.split(":"));
  const mounts = (host.Mounts ?? []).filter(({ Type }) => Type === "volume");
  return [
    ...binds.map(([name = "", target = ""]) => ({ name, target })),
    ...mounts.map(({ Source, Target }) => ({ name: Source ?? anonymous(model), target: Target })),
  ].map(({ name, target }) => {
    assert.ok(model.volumes.has(name), `there is no volume ${name} of ${project}`);
    return { Type: "volume", Name: name, Source: "", Destination: target, Mode: "", RW: true };
  });
}

function anonymous({ volumes }: Model): string {
  const name = fresh("volume");
  const labels: Labels = {};
  volumes.set(name, { name, labels });
  return name;
}

/** The names of the volumes that are the project's own, with their data. */
export function dataOf({ volumes }: Observed): string[] {
  return volumes.map(({ name, labels }) => `${name} ${labels[composeLabels.hash] ?? ""}`).sort();
}
