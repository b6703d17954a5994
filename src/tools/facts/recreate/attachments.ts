import type { EndpointConfig } from "../../../engine/container_types.ts";
import type { ContainerDetails, NetworkEndpoint } from "../../../engine/containers.ts";
import { present } from "../../spec/resources.ts";

/** How a container hangs on its networks, as it was asked for. */
export interface Attachments {
  /** The network that creation itself joins; nothing where it needs no word. */
  first?: [network: string, endpoint: EndpointConfig];
  /** Those to join afterwards: engines before API 1.44 take one at creation. */
  others: [network: string, endpoint: EndpointConfig][];
  /** A network that creation joins and the container had left. */
  left?: string;
}

/** Reads what was asked for out of what is: addresses and MACs that the engine chose are its choice again. */
export function attachmentsOf(container: ContainerDetails): Attachments {
  const mode = container.HostConfig.NetworkMode ?? "default";
  if (/^(host|none|container:.*)$/.test(mode)) return { others: [] };
  const name = mode === "default" ? "bridge" : mode;
  const networks = Object.entries(container.NetworkSettings.Networks ?? {});
  const first = networks.find(([network]) => network === name) ??
    // A network may have been named by its id.
    networks.find(([, { NetworkID }]) => name.length >= 12 && NetworkID?.startsWith(name));
  const others = networks.filter((network) => network !== first)
    .map(([network, endpoint]): [string, EndpointConfig] => [network, endpointOf(endpoint, container)]);
  if (!first) return { others, left: name };
  const [network, endpoint] = first;
  const asked = { ...endpointOf(endpoint, container), ...macOf(endpoint, container) };
  return { others, ...(Object.keys(asked).length > 0 ? { first: [network, asked] } : {}) };
}

/** Whether the engine takes the container's MAC address with its network, as it does from API 1.44 on. */
export function takesMacWithNetwork({ NetworkSettings }: ContainerDetails): boolean {
  return Object.values(NetworkSettings.Networks ?? {}).some(({ DNSNames }) => DNSNames !== undefined);
}

function endpointOf(endpoint: NetworkEndpoint, { Id, State }: ContainerDetails): EndpointConfig {
  // Engines before API 1.45 put the short id among the aliases.
  const aliases = (endpoint.Aliases ?? []).filter((alias) => alias !== Id.slice(0, 12));
  // Once it has run, one that was asked for looks like any other.
  const asked = State.StartedAt.startsWith("0001") ? endpoint.MacAddress : undefined;
  return present({
    Aliases: aliases.length > 0 ? aliases : undefined,
    IPAMConfig: endpoint.IPAMConfig ?? undefined,
    Links: endpoint.Links ?? undefined,
    DriverOpts: endpoint.DriverOpts ?? undefined,
    GwPriority: endpoint.GwPriority || undefined,
    MacAddress: asked || undefined,
  });
}

function macOf(endpoint: NetworkEndpoint, { Config }: ContainerDetails): EndpointConfig {
  return endpoint.DNSNames === undefined || !Config.MacAddress ? {} : { MacAddress: Config.MacAddress };
}
