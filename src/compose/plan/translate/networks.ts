import type { EndpointConfig } from "../../../engine/container_types.ts";
import type { CreateNetworkBody } from "../../../engine/networks.ts";
import type { CreateVolumeBody } from "../../../engine/volumes.ts";
import { isOlder } from "../../../engine/version.ts";
import { composeLabels } from "../../labels.ts";
import type { Endpoint, Network, Project, Service, Volume } from "../../project.ts";
import { networkHash, volumeHash } from "../hash.ts";
import { filled } from "./filled.ts";
import type { ContainerSpec } from "./spec.ts";

/** A network or volume of a project; `version` is that of Compose in whose dialect the hash is written. */
export interface Keyed {
  project: string;
  key: string;
  version: string;
}

export function networkBody(network: Network, { project, key, version }: Keyed): CreateNetworkBody {
  const { name, driver, driver_opts, ipam, internal, attachable, labels, enable_ipv4, enable_ipv6 } = network;
  const own = {
    [composeLabels.hash]: networkHash(network, version),
    [composeLabels.network]: key,
    [composeLabels.project]: project,
    [composeLabels.version]: version,
  };
  return {
    Name: name,
    ...filled({
      Driver: driver,
      Options: record(driver_opts),
      Internal: internal,
      Attachable: attachable,
      EnableIPv4: enable_ipv4,
      EnableIPv6: enable_ipv6,
      IPAM: ipamOf(ipam),
    }),
    Labels: { ...record(labels), ...own },
  };
}

function ipamOf({ driver, config = [] }: NonNullable<Network["ipam"]> = {}): CreateNetworkBody["IPAM"] {
  if (driver === undefined && config.length === 0) return undefined;
  const pools = config.map(({ subnet, gateway, ip_range, aux_addresses }) =>
    filled({ Subnet: subnet, Gateway: gateway, IPRange: ip_range, AuxiliaryAddresses: record(aux_addresses) })
  );
  return { ...(driver === undefined ? {} : { Driver: driver }), Config: pools };
}

export function volumeBody(volume: Volume, { project, key, version }: Keyed): CreateVolumeBody {
  const { name, driver, driver_opts, labels } = volume;
  const own = {
    [composeLabels.hash]: volumeHash(volume, version),
    [composeLabels.project]: project,
    [composeLabels.version]: version,
    [composeLabels.volume]: key,
  };
  const given = filled({ Driver: driver, DriverOpts: record(driver_opts) });
  return { Name: name, ...given, Labels: { ...record(labels), ...own } };
}

/** A service's ends of networks, by the names that the engine knows; the first is the primary one. */
export interface Attachment {
  network: string;
  key: string;
  endpoint: EndpointConfig;
}

export function attachments(spec: ContainerSpec): Attachment[] {
  const { project, definition } = spec;
  return networksOf(definition).map(([key, endpoint], i) => ({
    network: project.networks.get(key)?.name ?? key,
    key,
    endpoint: {
      ...endpointOf(spec, { ...(i === 0 ? { mac_address: definition.mac_address } : {}), ...endpoint }),
      // Compose sends it for whatever is said of the network, and an engine shows that.
      ...(endpoint && { IPAMConfig: addressesOf(endpoint) }),
    },
  }));
}

/** The keys of the networks that a service is on, the primary one first: that of the highest priority. */
export function networksOf({ network_mode, networks }: Service): [string, Endpoint | null][] {
  if (network_mode !== undefined) return [];
  const priority = ([, endpoint]: [string, Endpoint | null]) => endpoint?.priority ?? 0;
  return [...networks ?? []].sort((a, b) => priority(b) - priority(a) || (a[0] < b[0] ? -1 : 1));
}

function addressesOf({ ipv4_address, ipv6_address, link_local_ips }: Endpoint) {
  return filled({
    IPv4Address: ipv4_address,
    IPv6Address: ipv6_address,
    LinkLocalIPs: link_local_ips && [...link_local_ips],
  });
}

/** What is said of one end: `mac_address` may be undefined, where the service gives none. */
type Given = Omit<Endpoint, "mac_address"> & { mac_address?: string | undefined };

function endpointOf(spec: ContainerSpec, given: Given): EndpointConfig {
  const { interface_name, driver_opts } = given;
  const options = {
    ...record(driver_opts),
    ...(interface_name === undefined ? {} : { [interfaceOption]: interface_name }),
  };
  return {
    // What is said twice is sent twice, as Compose does it.
    Aliases: [spec.name, spec.service, ...given.aliases ?? []],
    ...filled({
      MacAddress: given.mac_address,
      DriverOpts: options,
      GwPriority: given.gw_priority || undefined,
      Links: linksOf(spec),
    }),
  };
}

const interfaceOption = "com.docker.network.endpoint.ifname";

/** Three names for each container of a linked service, and the links to containers outside of the project. */
export function linksOf({ project, definition, linked }: ContainerSpec): string[] {
  const inside = (definition.links ?? []).flatMap((link) => {
    const [service = "", alias = service] = link.split(":");
    return (linked.get(service) ?? []).flatMap((name, i) => {
      const numbered = `${service}-${i + 1}`;
      return [`${name}:${alias}`, `${name}:${numbered}`, `${name}:${project.name}-${numbered}`];
    });
  });
  const outside = (definition.external_links ?? []).map((link) => link.includes(":") ? link : `${link}:${link}`);
  return [...inside, ...outside];
}

/** Engines before API 1.44 take one network at creation; the others are connected afterwards. */
export function takesAllNetworks(api: string): boolean {
  return !isOlder(api, "1.44");
}

export function record(strings: Project["environment"] | undefined): Record<string, string> | undefined {
  return strings && Object.fromEntries(strings);
}
