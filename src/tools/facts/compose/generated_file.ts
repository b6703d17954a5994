import { fileText } from "../../../compose/config.ts";
import { composeLabels } from "../../../compose/labels.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import type { AddressPool, NetworkSummary } from "../../../engine/networks.ts";
import type { Volume } from "../../../engine/volumes.ts";
import { filled } from "../container_facts.ts";
import { type Generated, type Keys, ownLabels } from "./generated.ts";

/** What the engine has, of which the file may need some. */
export interface There {
  networks: readonly NetworkSummary[];
  volumes: readonly Volume[];
}

/** Of the networks and volumes that Compose made. */
export function keysOf({ networks, volumes }: There): Keys {
  const keyed = (rows: readonly (NetworkSummary | Volume)[], label: string) =>
    new Map(rows.flatMap(({ Name, Labels }): [string, string][] => Labels?.[label] ? [[Name, Labels[label]]] : []));
  return { networks: keyed(networks, composeLabels.network), volumes: keyed(volumes, composeLabels.volume) };
}

export interface FileParts {
  /** The project that all containers are of; without one, the file is for new containers. */
  project: string | undefined;
  there: There;
  keys: Keys;
  containers: readonly ContainerDetails[];
}

/** The file's text: what is lost stands above it, so that whoever keeps the file keeps that too. */
export function fileOf(
  services: ReadonlyMap<string, Generated>,
  { project, there, keys, containers }: FileParts,
): string {
  const all = [...services.values()];
  const entries = (names: readonly string[], known: ReadonlyMap<string, string>, fieldsOf: FieldsOf) =>
    Object.fromEntries(
      [...new Set(names)].sort().map((name) =>
        topEntry(name, { project, key: known.get(name), fields: fieldsOf(name) })
      ),
    );
  const fixed = new Set(containers.flatMap(fixedIn));
  const networks = entries(all.flatMap((one) => one.networks), keys.networks, (name) => {
    const network = there.networks.find(({ Name }) => Name === name);
    return network ? networkFields(network, { fixed: fixed.has(name) }) : {};
  });
  const volumes = entries(all.flatMap((one) => one.volumes), keys.volumes, (name) => {
    const volume = there.volumes.find(({ Name }) => Name === name);
    return volume ? volumeFields(volume) : {};
  });
  const file = {
    ...(project === undefined ? {} : { name: project }),
    services: Object.fromEntries([...services].sort().map(([name, { service }]) => [name, service])),
    ...(Object.keys(networks).length > 0 ? { networks } : {}),
    ...(Object.keys(volumes).length > 0 ? { volumes } : {}),
  };
  const lost = [...services].sort().flatMap(([name, one]) =>
    one.lost.map((what) => `# Not in this file, of ${name}: ${what}\n`)
  );
  return lost.join("") + fileText(file);
}

type FieldsOf = (name: string) => Record<string, unknown>;

/** What Compose made for the project is its own; all else must stay where it is. */
function topEntry(
  name: string,
  { project, key, fields }: { project: string | undefined; key: string | undefined; fields: Record<string, unknown> },
): [string, Record<string, unknown>] {
  if (key === undefined || project === undefined) return [key ?? name, { name, external: true }];
  return [key, { ...(name === `${project}_${key}` ? {} : { name }), ...fields }];
}

/** The networks in which it has an address of its own: an engine gives one only in a subnet that was asked for. */
function fixedIn({ NetworkSettings: { Networks } }: ContainerDetails): string[] {
  const own = Object.entries(Networks ?? {}).filter(([, { IPAMConfig }]) =>
    IPAMConfig?.IPv4Address || IPAMConfig?.IPv6Address
  );
  return own.map(([name]) => name);
}

function networkFields(network: NetworkSummary, { fixed }: { fixed: boolean }): Record<string, unknown> {
  const { Driver, Options, Internal, Attachable, EnableIPv6, IPAM, Labels } = network;
  const pools = IPAM?.Config ?? [];
  const isAsked = fixed || pools.some((pool) => pool.IPRange || Object.keys(pool.AuxiliaryAddresses ?? {}).length > 0);
  return filled({
    driver: Driver === "bridge" ? undefined : Driver,
    driver_opts: without(Options, notedByItself),
    internal: Internal || undefined,
    attachable: Attachable || undefined,
    enable_ipv6: EnableIPv6 || undefined,
    ipam: isAsked ? { config: pools.map(poolFields) } : undefined,
    labels: ownLabels(Labels ?? {}),
  });
}

function poolFields({ Subnet, Gateway, IPRange, AuxiliaryAddresses }: AddressPool): Record<string, unknown> {
  return filled({ subnet: Subnet, gateway: Gateway, ip_range: IPRange, aux_addresses: AuxiliaryAddresses });
}

/** Options that an engine notes where nobody asks. */
const notedByItself = /^com\.docker\.network\.enable_ipv[46]$/;

function volumeFields({ Driver, Options, Labels }: Volume): Record<string, unknown> {
  return filled({
    driver: Driver === "local" ? undefined : Driver,
    driver_opts: Options,
    labels: ownLabels(Labels ?? {}),
  });
}

function without(record: Record<string, string> | null | undefined, keys: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => !keys.test(key)));
}
