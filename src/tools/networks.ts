import * as z from "zod";
import { type Context, defineTool } from "../define.ts";
import { anyOf, container, createdBefore, labelFilter, thing } from "./fields.ts";
import { byName, meets, whyKept } from "./facts/conditions.ts";
import { described, idleNetworks, membersOf, networkRow, subnetsOf } from "./facts/network_facts.ts";
import { plainRecord, plainText } from "./facts/text.ts";
import { count, listed, shortId, table } from "./format.ts";
import { pageFoot, pageInput, pageOf, pageOutput } from "./pages.ts";
import { present } from "./spec/resources.ts";
import { address, anyIpv6, subnets } from "./spec/subnets.ts";
import { moment } from "./spec/units.ts";
import { labels } from "./spec/words.ts";

const network = thing;

export const listNetworks = defineTool({
  name: "docker_list_networks",
  title: "List networks",
  description: "Networks and their subnets.",
  risk: "read",
  input: z.strictObject({
    name: anyOf(z.string()).optional(),
    driver: anyOf(z.string()).optional(),
    label: labelFilter.optional(),
    scope: anyOf(z.enum(["local", "global", "swarm"])).optional(),
    dangling: z.boolean().optional(),
    ...pageInput,
  }),
  output: z.object({
    networks: z.array(z.object({
      id: z.string(),
      name: z.string(),
      driver: z.string(),
      scope: z.string(),
      subnets: z.array(z.string()),
    })),
    ...pageOutput,
  }),
  text({ networks, ...page }) {
    if (page.total === 0) return "No networks match.";
    const rows = networks.map((n) => [n.name, n.id, n.driver, n.scope, n.subnets.join(", ")]);
    return table(["NAME", "ID", "DRIVER", "SCOPE", "SUBNETS"], rows) + pageFoot(networks, page);
  },
  async run(context, { limit, offset, dangling, ...conditions }) {
    const all = await context.engine.networks.list({ signal: context.signal });
    const idle = new Set(dangling === undefined ? [] : (await idleNetworks(context, conditions)).map(({ Id }) => Id));
    const found = all.filter((network) => meets(network, conditions))
      .filter(({ Id }) => dangling === undefined || idle.has(Id) === dangling)
      .toSorted(byName);
    const { rows, page } = pageOf(found, { limit, offset });
    const networks = rows.map(networkRow);
    return { networks, ...page };
  },
});

export const inspectNetwork = defineTool({
  name: "docker_inspect_network",
  title: "Inspect a network",
  description: "Driver, subnets, options and containers of a network.",
  risk: "read",
  input: z.strictObject({ network }),
  output: z.object({
    name: z.string(),
    id: z.string(),
    driver: z.string(),
    scope: z.string(),
    created: z.string(),
    subnets: z.array(z.object({
      subnet: z.string(),
      gateway: z.string().optional(),
      ip_range: z.string().optional(),
      aux: z.record(z.string(), z.string()).optional(),
    })),
    internal: z.boolean(),
    attachable: z.boolean(),
    ipv6: z.boolean(),
    options: z.record(z.string(), z.string()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    containers: z.array(z.object({
      name: z.string(),
      state: z.string().optional(),
      ipv4: z.string().optional(),
      ipv6: z.string().optional(),
    })),
  }),
  async run(context, { network }) {
    const found = await context.engine.networks.inspect(network, { signal: context.signal });
    return {
      name: plainText(found.Name),
      id: shortId(found.Id),
      driver: found.Driver,
      scope: found.Scope,
      created: found.Created,
      subnets: subnetsOf(found),
      internal: found.Internal,
      attachable: found.Attachable,
      ipv6: found.EnableIPv6,
      ...present({ options: plainRecord(found.Options), labels: plainRecord(found.Labels) }),
      containers: await membersOf(context, found),
    };
  },
});

export const createNetwork = defineTool({
  name: "docker_create_network",
  title: "Create a network",
  description: "Create a network, a bridge unless `driver` is given.",
  risk: "change",
  input: z.strictObject({
    // The Engine makes one of any name, but finds none by it that reads as a path: "a/../b".
    name: z.string().regex(
      /^(?!(.*\/)?\.{0,2}(\/|$))\P{Cc}{1,255}$/su,
      "expected a name that is no path and has no control characters, at most 255 characters",
    ),
    driver: z.string().min(1).optional(),
    subnets: subnets.optional().describe("{subnet, gateway, ip_range}"),
    internal: z.boolean().optional(),
    attachable: z.boolean().optional(),
    ipv6: z.boolean().optional(),
    options: labels.optional(),
    labels: labels.optional(),
  }).refine(({ ipv6, subnets = [] }) => ipv6 !== false || !anyIpv6(subnets), {
    path: ["ipv6"],
    error: "expected true, or nothing, with a subnet of IPv6",
  }),
  output: z.object({
    network: z.string(),
    id: z.string(),
    driver: z.string(),
    subnets: z.array(z.string()),
    warning: z.string().optional(),
  }),
  text: ({ network, id, driver, subnets, warning }) =>
    `Created network ${network} (${[id, driver, ...subnets].join(", ")}).${warning ? `\n${warning}` : ""}`,
  async run({ engine, signal }, { name, driver, subnets = [], internal, attachable, ipv6, options, labels }) {
    const { Id, Warning } = await engine.networks.create({
      Name: name,
      ...present({ Driver: driver, Internal: internal, Attachable: attachable, Options: options, Labels: labels }),
      ...present({ EnableIPv6: ipv6 ?? (anyIpv6(subnets) || undefined) }),
      ...(subnets.length > 0 ? { IPAM: { Config: subnets } } : {}),
    }, { signal });
    const row = networkRow(await engine.networks.inspect(Id, { signal }));
    return { network: row.name, id: row.id, driver: row.driver, subnets: row.subnets, ...warningOf(Warning) };
  },
});

function warningOf(text: string | undefined): { warning?: string } {
  return text ? { warning: plainText(text) } : {};
}

export const connectContainer = defineTool({
  name: "docker_connect_container",
  title: "Connect a container to a network",
  description: "Join a container to one more network.",
  risk: "change",
  input: z.strictObject({
    network,
    container,
    aliases: z.array(z.string().min(1)).optional(),
    ipv4_address: address(4).optional(),
    ipv6_address: address(6).optional(),
  }),
  output: z.object({
    container: z.string(),
    network: z.string(),
    ipv4: z.string().optional(),
    ipv6: z.string().optional(),
  }),
  text({ container, network, ipv4, ipv6 }) {
    const at = [ipv4, ipv6].filter((address) => address !== undefined).join(", ");
    return `Connected ${container} to ${network}${at ? ` as ${at}` : "; its address comes with its start"}.`;
  },
  async run({ engine, signal }, { network, container, aliases, ipv4_address, ipv6_address }) {
    const addresses = present({ IPv4Address: ipv4_address, IPv6Address: ipv6_address });
    const endpoint = present({
      Aliases: aliases,
      IPAMConfig: Object.keys(addresses).length > 0 ? addresses : undefined,
    });
    await engine.networks.connect(network, { container, endpoint }, { signal });
    const { NetworkSettings } = await engine.containers.inspect(container, { signal });
    const joined = Object.entries(NetworkSettings.Networks ?? {});
    const [, at] = joined.find(([name, { NetworkID }]) => name === network || NetworkID?.startsWith(network)) ?? [];
    return {
      container,
      network,
      ...present({ ipv4: at?.IPAddress || undefined, ipv6: at?.GlobalIPv6Address || undefined }),
    };
  },
});

export const disconnectContainer = defineTool({
  name: "docker_disconnect_container",
  title: "Disconnect a container from a network",
  description: "Take a container out of a network.",
  risk: "change",
  input: z.strictObject({ network, container, force: z.boolean().optional() }),
  output: z.object({ container: z.string(), network: z.string(), disconnected: z.literal(true) }),
  text: ({ container, network }) => `Disconnected ${container} from ${network}.`,
  async run({ engine, signal }, { network, container, force = false }) {
    await engine.networks.disconnect(network, { container, force }, { signal });
    return { container, network, disconnected: true as const };
  },
});

export const removeNetwork = defineTool({
  name: "docker_remove_network",
  title: "Remove a network",
  description: "Delete a network that no running container is in.",
  risk: "destroy",
  input: z.strictObject({ network }),
  output: z.object({ network: z.string(), removed: z.literal(true) }),
  text: ({ network }) => `Removed network ${network}.`,
  async consequence(context, { network }) {
    const found = await context.engine.networks.inspect(network, { signal: context.signal });
    const members = await membersOf(context, found);
    const names = members.map(({ name, state }) => state ? `${name} (${state})` : name);
    const used = names.length === 0 ? "No container is in it." : `In it: ${listed(names)}. ` +
      "The engine refuses while one that runs is in it; the others do not start without it.";
    return `Network ${described(found)} will be deleted. ${used}`;
  },
  async run({ engine, signal }, { network }) {
    await engine.networks.remove(network, { signal });
    return { network, removed: true as const };
  },
});

const pruneInput = z.strictObject({
  label: labelFilter.optional(),
  until: createdBefore.optional(),
});

export const pruneNetworks = defineTool({
  name: "docker_prune_networks",
  title: "Remove unused networks",
  description: "Delete networks that no container is in.",
  risk: "destroy",
  input: pruneInput,
  output: z.object({
    removed: z.array(z.string()),
    kept: z.array(z.object({ network: z.string(), why: z.string() })).optional(),
  }),
  text: ({ removed, kept = [] }) =>
    [
      `Removed ${count(removed.length, "network")}.${removed.length ? ` ${removed.join(", ")}` : ""}`,
      ...kept.map(({ network, why }) => `Kept ${network}: ${why}`),
    ].join("\n"),
  async consequence(context, input) {
    const networks = await toPrune(context, input);
    if (networks.length === 0) return "No network is unused and matches now; those that do by then will be deleted.";
    return `${count(networks.length, "unused network")} will be deleted: ${listed(networks.map(described))}.`;
  },
  // One by one, since the engine's own prune also takes networks from under stopped containers.
  async run(context, input) {
    const removed: string[] = [];
    const kept: { network: string; why: string }[] = [];
    for (const { Id, Name } of await toPrune(context, input)) {
      const network = plainText(Name);
      const why = await whyKept(context.engine.networks.remove(Id, { signal: context.signal }));
      if (why === undefined) removed.push(network);
      else kept.push({ network, why });
    }
    return { removed, ...(kept.length > 0 ? { kept } : {}) };
  },
});

async function toPrune(context: Context, { label, until }: z.output<typeof pruneInput>) {
  const before = until === undefined ? Infinity : Number(moment.parse(until)) * 1000;
  return (await idleNetworks(context, { label })).filter(({ Created }) => Date.parse(Created) < before);
}
