import type { Context } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import type { AddressPool, NetworkDetails, NetworkSummary } from "../../engine/networks.ts";
import { shortId } from "../format.ts";
import { present } from "../spec/resources.ts";
import { byName, type Conditions, meets } from "./conditions.ts";
import { plainText } from "./text.ts";

/** A container in a network, or one that will be in it as soon as it starts. */
export interface Member {
  name: string;
  state?: string;
  ipv4?: string;
  ipv6?: string;
}

/** The containers of a network, by name. Docker itself tells only of those that run. */
export async function membersOf({ engine, signal }: Context, network: NetworkDetails): Promise<Member[]> {
  const { Id, Name, Containers } = network;
  const filters = { network: [Id, Name] };
  const joined = await engine.containers.list({ all: true, filters }, { signal });
  const known = new Map(joined.map((container) => [container.Id, container]));
  const endpoints = Object.entries(Containers ?? {});
  const running = endpoints.map(([id, { Name, IPv4Address, IPv6Address }]) => ({
    name: plainText(Name),
    ...present({ state: known.get(id)?.State, ipv4: IPv4Address || undefined, ipv6: IPv6Address || undefined }),
  }));
  const ids = new Set(endpoints.map(([id]) => id));
  const waiting = joined.filter(({ Id }) => !ids.has(Id)).map(({ Id, Names, State }) => ({
    name: Names[0]?.slice(1) ?? Id,
    state: State,
  }));
  return [...running, ...waiting].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Subnets as they are given to docker_create_network. */
export function subnetsOf({ IPAM }: NetworkSummary) {
  return (IPAM?.Config ?? []).map(({ Subnet = "", Gateway, IPRange, AuxiliaryAddresses }: AddressPool) => ({
    subnet: Subnet,
    ...present({ gateway: Gateway || undefined, ip_range: IPRange || undefined, aux: filled(AuxiliaryAddresses) }),
  }));
}

function filled<T extends object>(record: T | null | undefined): T | undefined {
  return record && Object.keys(record).length > 0 ? record : undefined;
}

/** A network as a list shows it. */
export function networkRow(network: NetworkSummary) {
  return {
    id: shortId(network.Id),
    name: plainText(network.Name),
    driver: network.Driver,
    scope: network.Scope,
    subnets: subnetsOf(network).map(({ subnet }) => subnet),
  };
}

/** What every engine has from its first start and never removes: Docker's and Podman's. */
const predefined = new Set(["bridge", "host", "none", "nat", "podman"]);

/** Networks that no running container is in; those the engine came with are never among them. */
export async function unusedNetworks({ engine, signal }: Context, conditions: Conditions): Promise<NetworkDetails[]> {
  // Docker's own filter `dangling` holds every network for unused (seen with 20.10 and 28.5): its list knows no containers.
  const listed = (await engine.networks.list({ signal })).filter((network) => meets(network, conditions));
  const candidates = listed.filter(({ Name, Ingress }) => !Ingress && !predefined.has(Name));
  const details = await Promise.all(candidates.map(({ Id }) => orGone(engine.networks.inspect(Id, { signal }))));
  return details.filter((network) => network !== undefined)
    .filter(({ Containers }) => filled(Containers) === undefined);
}

/** Networks that no container is in, not even a stopped one, which could not start any more without it. */
export async function idleNetworks(context: Context, conditions: Conditions): Promise<NetworkDetails[]> {
  const [unused, containers] = await Promise.all([
    unusedNetworks(context, conditions),
    context.engine.containers.list({ all: true }, { signal: context.signal }),
  ]);
  // A container that has not run yet may know its network by the id.
  const used = new Set(containers.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings?.Networks ?? {})));
  return unused.filter(({ Name, Id }) => !used.has(Name) && !used.has(Id)).toSorted(byName);
}

/** What was removed since it was listed is nothing to be told of. */
async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** `"front" (bridge, 10.0.0.0/24)`. */
export function described(network: NetworkSummary): string {
  const { name, driver, subnets } = networkRow(network);
  return `"${name}" (${[driver, ...subnets].join(", ")})`;
}
