import ipaddr from "ipaddr.js";
import * as z from "zod";
import type { AddressPool } from "../../engine/networks.ts";
import { present } from "./resources.ts";
import { Expected, parsed } from "./units.ts";

const subnetObject = z.strictObject({
  subnet: z.string(),
  gateway: z.string().optional(),
  ip_range: z.string().optional(),
  aux: z.record(z.string(), z.string()).optional(),
});

/** Subnets of a network: `"10.0.0.0/24"`, or a list of such and of `{subnet, gateway, ip_range, aux}`. */
export const subnets = parsed(
  z.union([z.array(z.union([subnetObject, z.string()])), z.string()]),
  (given) => [given].flat().map((entry) => toPool(typeof entry === "string" ? { subnet: entry } : entry)),
);

/** An address of the family, without its prefix. */
export const address = (family: 4 | 6) =>
  z.string().refine((text) => familyOf(text) === family, {
    error: ({ input }) =>
      `expected an IPv${family} address like ${family === 4 ? "10.0.0.5" : "fd00::5"}, got "${input}"`,
  });

/** Whether one of the subnets is of IPv6. */
export function anyIpv6(pools: readonly AddressPool[]): boolean {
  return pools.some(({ Subnet = "" }) => Subnet.includes(":"));
}

function toPool({ subnet, gateway, ip_range, aux }: z.output<typeof subnetObject>): AddressPool {
  checkCidr(subnet);
  if (ip_range !== undefined) {
    checkCidr(ip_range);
    if (prefixOf(ip_range) < prefixOf(subnet)) throw outside(ip_range, subnet);
  }
  const inside = [ip_range?.split("/")[0], gateway, ...Object.values(aux ?? {})].filter((text) => text !== undefined);
  for (const text of inside) checkInside(text, subnet);
  return { Subnet: subnet, ...present({ Gateway: gateway, IPRange: ip_range, AuxiliaryAddresses: aux }) };
}

/** Docker before 25 takes an address within the subnet for the subnet, later ones refuse it. */
function checkCidr(text: string): void {
  const [start = "", prefix = "", more] = text.split("/");
  const family = familyOf(start);
  const bits = family === 4 ? 32 : 128;
  if (family === undefined || more !== undefined || !/^\d+$/.test(prefix) || Number(prefix) > bits) {
    throw new Expected(`expected a subnet like 10.0.0.0/24 or fd00::/64, got "${text}"`);
  }
  const first = (family === 4 ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text).toString();
  if (first !== ipaddr.parse(start).toString()) {
    throw new Expected(`expected the first address of the subnet, ${first}/${prefix}, got "${text}"`);
  }
}

function checkInside(text: string, subnet: string): void {
  const family = familyOf(text);
  if (family === undefined) throw new Expected(`expected an address in ${subnet}, got "${text}"`);
  const [start, prefix] = ipaddr.parseCIDR(subnet);
  const found = ipaddr.parse(text);
  if (found.kind() !== start.kind() || !found.match(start, prefix)) throw outside(text, subnet);
}

function outside(text: string, subnet: string): Expected {
  return new Expected(`expected an address in ${subnet}, got "${text}"`);
}

function prefixOf(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** Nothing for what is no address; short forms like `10.1` and octal ones are none. */
function familyOf(text: string): 4 | 6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return 4;
  return ipaddr.IPv6.isValid(text) && text.includes(":") ? 6 : undefined;
}
