import type { EndpointConfig } from "./container_types.ts";
import type { Filters } from "./containers.ts";
import { given, json, none, type Options, path, type Transport } from "./request.ts";

/** A row of `GET /networks`. */
export interface NetworkSummary {
  Id: string;
  Name: string;
  Created: string;
  Driver: string;
  /** `local`, `global` or `swarm`. */
  Scope: string;
  Internal: boolean;
  Attachable: boolean;
  /** The routing mesh of a swarm. */
  Ingress: boolean;
  EnableIPv6: boolean;
  IPAM?: { Driver?: string; Config?: AddressPool[] | null } | null;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** A subnet of a network, and which of its addresses are for what. */
export interface AddressPool {
  Subnet?: string;
  Gateway?: string;
  /** The part of the subnet that containers get their addresses from. */
  IPRange?: string;
  /** Addresses that no container gets, by the names of their hosts. */
  AuxiliaryAddresses?: Record<string, string> | null;
}

/** `GET /networks/{id}`. */
export interface NetworkDetails extends NetworkSummary {
  /** By full id; running containers alone. Addresses have their prefix: `10.0.0.2/24`. */
  Containers?: Record<string, { Name: string; IPv4Address?: string; IPv6Address?: string }> | null;
}

/** The body of `POST /networks/create`. */
export interface CreateNetworkBody {
  Name: string;
  Driver?: string;
  Internal?: boolean;
  Attachable?: boolean;
  EnableIPv6?: boolean;
  /** False from API 1.48 on. */
  EnableIPv4?: boolean;
  IPAM?: { Driver?: string; Config: AddressPool[] };
  Options?: Record<string, string>;
  Labels?: Record<string, string>;
}

/** Networks. */
export type Networks = ReturnType<typeof networks>;

export function networks(transport: Transport) {
  return {
    list({ signal }: Options = {}) {
      return json<NetworkSummary[]>(transport, { method: "GET", path: "/networks", ...given(signal) });
    },
    inspect(network: string, { signal }: Options = {}) {
      return json<NetworkDetails>(transport, { method: "GET", path: path`/networks/${network}`, ...given(signal) });
    },
    create(network: CreateNetworkBody, { signal }: Options = {}) {
      // Without the check, engines before API 1.44 make a second network of the same name.
      const body = { kind: "json", value: { ...network, CheckDuplicate: true } } as const;
      const ask = { method: "POST", path: "/networks/create", body, ...given(signal) } as const;
      return json<{ Id: string; Warning?: string }>(transport, ask);
    },
    async remove(network: string, { signal }: Options = {}) {
      await none(transport, { method: "DELETE", path: path`/networks/${network}`, ...given(signal) });
    },
    /** The names of the networks that were deleted. */
    prune({ filters, signal }: Options & { filters?: Filters } = {}) {
      const ask = { method: "POST", path: "/networks/prune", query: { filters }, ...given(signal) } as const;
      return json<{ NetworksDeleted?: string[] | null }>(transport, ask);
    },
    ...members(transport),
  };
}

/** The containers in them. */
function members(transport: Transport) {
  return {
    async connect(
      network: string,
      { container, endpoint }: { container: string; endpoint: EndpointConfig },
      { signal }: Options = {},
    ) {
      const body = { kind: "json", value: { Container: container, EndpointConfig: endpoint } } as const;
      await none(transport, { method: "POST", path: path`/networks/${network}/connect`, body, ...given(signal) });
    },
    async disconnect(
      network: string,
      { container, force = false }: { container: string; force?: boolean },
      { signal }: Options = {},
    ) {
      const body = { kind: "json", value: { Container: container, Force: force } } as const;
      await none(transport, { method: "POST", path: path`/networks/${network}/disconnect`, body, ...given(signal) });
    },
  };
}
