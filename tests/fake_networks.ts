import type { Route } from "./fake_daemon.ts";
import type { FakeContainer } from "./fake_containers.ts";
import { failure, json, NoSuch, type Seen } from "./fake_http.ts";

interface FakeNetwork {
  Id: string;
  Name: string;
  Created: string;
  Driver: string;
  Scope: string;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  EnableIPv6: boolean;
  IPAM: { Driver: string; Config: { Subnet: string; Gateway?: string }[] };
  Options: Record<string, string>;
  Labels: Record<string, string>;
}

interface Containers {
  all: readonly FakeContainer[];
  find(name: string): FakeContainer;
}

/** The networks of the fake daemon, with their routes. Its first ones are those that every engine has. */
export function fakeNetworks(containers: Containers) {
  const bare = { IPAM: { Driver: "default", Config: [] } };
  const all = [
    network(0, { Name: "bridge" }),
    network(1, { Name: "host", Driver: "host", ...bare }),
    network(2, { Name: "none", Driver: "null", ...bare }),
  ];
  const find = (name: string): FakeNetwork => {
    const found = all.find(({ Id, Name }) => Name === name || Id.startsWith(name));
    if (!found) throw new NoSuch(404, `network ${name} not found`);
    return found;
  };
  const members = ({ Name }: FakeNetwork) => containers.all.filter(({ networks }) => Name in networks);
  const active = (network: FakeNetwork) => members(network).filter(({ state }) => state === "running");

  function remove(name: string): Response {
    const found = find(name);
    if (ours(found)) return failure(403, `${found.Name} is a pre-defined network and cannot be removed`);
    const [first] = active(found);
    if (first) {
      const why = `network ${found.Name} has active endpoints (name:"${first.Name}" id:"${first.Id.slice(0, 12)}")`;
      return failure(403, `error while removing network: ${why}`);
    }
    all.splice(all.indexOf(found), 1);
    return new Response(null, { status: 204 });
  }

  function join({ body }: Seen, name: string): Response {
    const found = find(name);
    const container = containers.find(body.Container);
    if (found.Name in container.networks) {
      return failure(403, `endpoint with name ${container.Name} already exists in network ${found.Name}`);
    }
    const { IPAMConfig = {}, Aliases = null } = body.EndpointConfig;
    const at = { IPAddress: IPAMConfig.IPv4Address ?? "172.20.0.2", GlobalIPv6Address: IPAMConfig.IPv6Address ?? "" };
    const address = container.state === "running" ? at : { IPAddress: "", GlobalIPv6Address: "" };
    container.networks[found.Name] = { NetworkID: found.Id, Aliases, ...address };
    return new Response(null, { status: 200 });
  }

  function leave({ body }: Seen, name: string): Response {
    const found = find(name);
    const container = containers.find(body.Container);
    if (!(found.Name in container.networks)) {
      return failure(500, `container ${container.Id} is not connected to network ${found.Name}`);
    }
    delete container.networks[found.Name];
    return new Response(null, { status: 200 });
  }

  const routes: Route[] = [
    ["GET", /^\/networks$/, (ask) => json(all.filter((network) => listed(network, ask)))],
    ["POST", /^\/networks\/create$/, ({ body }) => {
      if (all.some(({ Name }) => Name === body.Name)) {
        return failure(409, `network with name ${body.Name} already exists`);
      }
      all.push(network(all.length, body));
      return json({ Id: all.at(-1)?.Id, Warning: "" }, 201);
    }],
    ["POST", /^\/networks\/prune$/, (ask) => {
      const gone = all.filter((network) => !ours(network) && listed(network, ask) && active(network).length === 0);
      for (const network of gone) all.splice(all.indexOf(network), 1);
      return json({ NetworksDeleted: gone.map(({ Name }) => Name) });
    }],
    ["POST", /^\/networks\/(.+)\/connect$/, join],
    ["POST", /^\/networks\/(.+)\/disconnect$/, leave],
    ["DELETE", /^\/networks\/(.+)$/, (_, name) => remove(name)],
    ["GET", /^\/networks\/(.+)$/, (_, name) => {
      const found = find(name);
      const endpoints = active(found).map(({ Id, Name, networks }) => {
        const { IPAddress = "", GlobalIPv6Address = "" } = networks[found.Name] ?? {};
        const prefixed = {
          IPv4Address: `${IPAddress}/16`,
          IPv6Address: GlobalIPv6Address && `${GlobalIPv6Address}/64`,
        };
        return [Id, { Name, ...prefixed }];
      });
      // What a swarm itself puts into its networks is no container.
      const own = found.Driver === "overlay" ? { lb: { Name: "balancer", IPv4Address: "10.0.1.4/24" } } : {};
      return json({ ...found, Containers: { ...own, ...Object.fromEntries(endpoints) } });
    }],
  ];
  return { routes, idOf: (name: string) => all.find(({ Name }) => Name === name)?.Id };
}

function network(number: number, asked: Partial<FakeNetwork>): FakeNetwork {
  const Subnet = `172.${17 + number}.0.0/16`;
  return {
    Id: String(number + 1).padStart(4, "e").repeat(16),
    Name: "",
    Created: `2026-01-0${number + 1}T10:00:00.123456789Z`,
    Driver: "bridge",
    Scope: "local",
    Internal: false,
    Attachable: false,
    Ingress: false,
    EnableIPv6: false,
    Options: {},
    Labels: {},
    ...asked,
    IPAM: { Driver: "default", Config: asked.IPAM?.Config ?? [{ Subnet, Gateway: Subnet.replace("0.0/16", "0.1") }] },
  };
}

function ours({ Name }: FakeNetwork): boolean {
  return ["none", "host", "bridge"].includes(Name);
}

/** As Docker's list: whatever the containers, `dangling` holds every network of a user for unused. */
function listed({ Name, Driver, Labels }: FakeNetwork, { query }: Seen): boolean {
  const filters: Record<string, string[]> = JSON.parse(query["filters"] ?? "{}");
  const wants = (key: string, test: (value: string) => boolean) => filters[key]?.some(test) ?? true;
  return wants("name", (name) => Name.includes(name)) && wants("driver", (driver) => driver === Driver) &&
    wants("label", (label) => Object.entries(Labels).some(([k, v]) => label === k || label === `${k}=${v}`));
}
