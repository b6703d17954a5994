import { ComposeError } from "../errors.ts";
import { entriesOf, get, getText, itemsOf, map, type MapNode, type Node, plainText, withEntries } from "./node.ts";

export interface Selection {
  /** The model with the enabled services only. */
  model: MapNode;
  disabled: MapNode;
}

/** Services whose profiles are active, or that have none. Naming a service enables its own profiles. */
export function enableProfiles(
  model: MapNode,
  { profiles, services: named }: { profiles: readonly string[]; services: readonly string[] },
): Selection {
  const services = entriesOf(get(model, "services"));
  const own = services.filter(([name]) => named.includes(name)).flatMap(([, service]) => profilesOf(service));
  const active = new Set([...profiles, ...own]);
  const isEnabled = (service: Node) => {
    const wanted = profilesOf(service);
    return wanted.length === 0 || active.has("*") || wanted.some((profile) => active.has(profile));
  };
  return split(model, (_, service) => isEnabled(service));
}

function profilesOf(service: Node): string[] {
  return itemsOf(get(service, "profiles")).map(plainText);
}

/** Only the named services and what they depend on; all of them when none is named. */
export function selectServices({ model, disabled }: Selection, named: readonly string[]): Selection {
  if (named.length === 0) return { model, disabled };
  const services = get(model, "services");
  const wanted = new Set<string>();
  const waiting = [...named];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (wanted.has(name)) continue;
    const service = get(services, name);
    if (!service && named.includes(name)) {
      throw new ComposeError(`no such service: ${name}`, {
        expected: `one of ${entriesOf(services).map(([key]) => key)}`,
      });
    }
    if (service) wanted.add(name);
    waiting.push(...entriesOf(get(service, "depends_on")).map(([key]) => key));
  }
  const selection = split(model, (name) => wanted.has(name));
  return { ...selection, disabled: map([...disabled.entries, ...selection.disabled.entries], disabled.at) };
}

function split(model: MapNode, isEnabled: (name: string, service: Node) => boolean): Selection {
  const services = get(model, "services");
  const at = services?.at ?? model.at;
  const entries = entriesOf(services);
  return {
    model: withEntries(model, { services: map(entries.filter(([name, service]) => isEnabled(name, service)), at) }),
    disabled: map(entries.filter(([name, service]) => !isEnabled(name, service)), at),
  };
}

/** Networks, volumes, configs, secrets and models that a service of the model uses. */
export function dropUnused(model: MapNode): MapNode {
  const services = entriesOf(get(model, "services")).map(([, service]) => service);
  const kept = (section: string, used: Iterable<string>) => {
    const names = new Set(used);
    const node = get(model, section);
    return node && map(entriesOf(node).filter(([name]) => names.has(name)), node.at);
  };
  const sources = (...keys: string[]) =>
    services.flatMap((service) => keys.flatMap((key) => sourcesOf(at(service, key))));
  return withEntries(model, {
    networks: kept(
      "networks",
      services.flatMap((service) => entriesOf(get(service, "networks")).map(([name]) => name)),
    ),
    volumes: kept("volumes", services.flatMap(namedVolumes)),
    configs: kept("configs", sources("configs")),
    secrets: kept("secrets", sources("secrets", "build.secrets")),
    models: kept("models", services.flatMap((service) => entriesOf(get(service, "models")).map(([name]) => name))),
  });
}

function at(service: Node, path: string): Node | undefined {
  return path.split(".").reduce<Node | undefined>((node, key) => get(node, key), service);
}

function sourcesOf(references: Node | undefined): string[] {
  return itemsOf(references).flatMap((reference) => getText(reference, "source") ?? []);
}

/** The project's volumes that a service mounts. */
function namedVolumes(service: Node): string[] {
  return itemsOf(get(service, "volumes")).flatMap((mount) =>
    getText(mount, "type") === "volume" ? getText(mount, "source") || [] : []
  );
}
