import {
  bool,
  entriesOf,
  get,
  getText,
  itemsOf,
  list,
  map,
  mapEntries,
  type MapNode,
  type Node,
  text,
  withEntries,
} from "./node.ts";

/** The model with what Compose takes for granted: the default network, implied dependencies, names. */
export function normalise(model: MapNode, projectName: string): MapNode {
  const services = get(model, "services");
  const normal = services?.kind === "map" ? mapEntries(services, normaliseService) : undefined;
  const networks = withDefaultNetwork(get(model, "networks"), { services: normal, at: model.at });
  const named = (section: string, node = get(model, section)) => node && namedResources(node, projectName);
  return withEntries(model, {
    name: text(projectName, get(model, "name")?.at ?? model.at),
    services: normal,
    networks: named("networks", networks),
    volumes: named("volumes"),
    configs: named("configs"),
    secrets: named("secrets"),
    models: named("models"),
  });
}

function normaliseService(service: Node): Node {
  if (service.kind !== "map") return service;
  const { at } = service;
  const build = get(service, "build");
  const alone = entriesOf(get(service, "networks")).length === 0 && !get(service, "network_mode") &&
    !get(service, "provider");
  const dependencies = withImplied(service);
  const preStart = get(service, "pre_start");
  const [scale, deploy] = [get(service, "scale"), get(service, "deploy")];
  return withEntries(service, {
    ...(alone && { networks: map([["default", { kind: "null", at }]], at) }),
    ...(getText(service, "pull_policy") === "if_not_present" && { pull_policy: text("missing", at) }),
    ...(build?.kind === "map" && !get(build, "dockerfile_inline") && !get(build, "dockerfile") && {
      build: withEntries(build, { dockerfile: text("Dockerfile", build.at) }),
    }),
    ...(dependencies && { depends_on: dependencies }),
    ...(scale && deploy?.kind === "map" && !get(deploy, "replicas") && {
      deploy: withEntries(deploy, { replicas: scale }),
    }),
    ...(preStart?.kind === "list" && {
      pre_start: list(preStart.items.map((hook) => withImage(hook, get(service, "image"))), preStart.at),
    }),
  });
}

function withImage(hook: Node, image: Node | undefined): Node {
  return hook.kind === "map" && image && !get(hook, "image") ? withEntries(hook, { image }) : hook;
}

/** What a service shares with another, or links to, has to be there first. */
function withImplied(service: MapNode): Node | undefined {
  const declared = get(service, "depends_on");
  const implied = [...linked(service), ...shared(service), ...mounted(service)]
    .filter(({ name }) => !get(declared, name))
    .map(({ name, restart, at }) => {
      const dependency = map([
        ["condition", text("service_started", at)],
        ["restart", restart ? bool(true, at) : undefined],
        ["required", bool(true, at)],
      ], at);
      return [name, dependency] as const;
    });
  if (implied.length === 0) return declared;
  return map([...implied.toReversed(), ...entriesOf(declared)], declared?.at ?? service.at);
}

interface Implied {
  name: string;
  restart: boolean;
  at: Node["at"];
}

function linked(service: MapNode): Implied[] {
  return texts(get(service, "links")).map(({ value, at }) => ({ name: value.split(":")[0] ?? "", restart: true, at }));
}

function shared(service: MapNode): Implied[] {
  return ["network_mode", "ipc", "pid", "uts", "cgroup"].flatMap((key) => {
    const value = getText(service, key);
    const at = get(service, key)?.at ?? service.at;
    return value?.startsWith("service:") ? [{ name: value.slice("service:".length), restart: true, at }] : [];
  });
}

function mounted(service: MapNode): Implied[] {
  return texts(get(service, "volumes_from"))
    .filter(({ value }) => !value.startsWith("container:"))
    .map(({ value, at }) => ({ name: value.split(":")[0] ?? "", restart: false, at }));
}

function texts(node: Node | undefined): { value: string; at: Node["at"] }[] {
  return itemsOf(node).flatMap((item) => item.kind === "string" ? [{ value: item.value, at: item.at }] : []);
}

/** The default network is there when a service is on it. */
function withDefaultNetwork(
  networks: Node | undefined,
  { services, at }: { services: MapNode | undefined; at: Node["at"] },
): Node | undefined {
  const used = entriesOf(services).some(([, service]) =>
    !get(service, "provider") && get(get(service, "networks"), "default")
  );
  if (!used || get(networks, "default")) return networks;
  return map([...entriesOf(networks), ["default", { kind: "null", at }]], networks?.at ?? at);
}

/** What is made for the project bears its name in front; what is external has the name that it has. */
function namedResources(resources: Node, projectName: string): Node {
  if (resources.kind !== "map") return resources;
  return mapEntries(resources, (resource, key) => {
    const own = resource.kind === "map" ? resource : map([], resource.at);
    const external = get(own, "external");
    const isExternal = external?.kind === "bool" && external.value;
    const said = getText(own, "name");
    return said || (said === "" && isExternal) ? own : withEntries(own, {
      name: text(isExternal ? key : `${projectName}_${key}`, own.at),
    });
  });
}
