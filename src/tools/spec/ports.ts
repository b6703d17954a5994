import * as z from "zod";
import { isAddress } from "../../compose/load/short/port.ts";
import type { EmptyObject, PortBinding } from "../../engine/container_types.ts";
import { Expected, parsed } from "./units.ts";

/** Ports as the Engine wants them: `{"80/tcp": [{HostPort: "8080"}]}`. */
export interface Ports {
  exposed: Record<string, EmptyObject>;
  bindings: Record<string, PortBinding[]>;
}

const hostSide = z.union([z.string(), z.number(), z.null()]);

/** Published ports in the shapes people write: `{"80": "8080"}`, `["127.0.0.1:8080:80/udp"]`, ranges. */
export const ports = parsed(
  z.union([
    z.array(z.union([z.string(), z.number()])),
    z.record(z.string(), z.union([hostSide, z.array(hostSide)])),
  ]),
  (value) => Array.isArray(value) ? collect(value.flatMap(readMapping)) : collect(readRecord(value)),
);

interface Mapping extends PortBinding {
  /** `80/tcp` */
  container: string;
}

type HostSide = z.output<typeof hostSide>;

function readRecord(record: Record<string, HostSide | HostSide[]>): Mapping[] {
  return Object.entries(record).flatMap(([container, hosts]) =>
    [hosts].flat().flatMap((host) => readMapping(host === null || host === "" ? container : `${host}:${container}`))
  );
}

/** One mapping as `docker run --publish` takes it: `[[address:][host]:]container[/protocol]`. */
function readMapping(value: string | number): Mapping[] {
  const [numbers = "", protocol = "tcp", ...rest] = String(value).trim().split("/");
  const match = /^(?:(?:(\[[0-9a-f:.]+\]|[^:]*):)?(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)$/i.exec(numbers);
  if (!match || rest.length > 0 || !["tcp", "udp", "sctp"].includes(protocol.toLowerCase())) {
    throw new Expected(`expected a port like 8080:80, 127.0.0.1:8080:80/udp or 8000-8010:8000-8010, got "${value}"`);
  }
  const [, address, host = "", container = ""] = match;
  const inside = range(container, value);
  const outside = isAny(host) ? [] : range(host, value);
  const free = outside.length > inside.length && inside.length === 1;
  if (outside.length > 0 && outside.length !== inside.length && !free) {
    throw new Expected(`expected as many host ports as container ports, got "${value}"`);
  }
  const ip = address?.replace(/^\[|\]$/g, "");
  // The engine publishes on all addresses what it cannot read.
  if (ip && !isAddress(ip)) {
    throw new Expected(`expected an IP address in front of the host port, such as 127.0.0.1, got "${value}"`);
  }
  const hostIp = ip ? { HostIp: ip } : {};
  return inside.map((port, i) => ({
    container: `${port}/${protocol.toLowerCase()}`,
    HostPort: free ? host : String(outside[i] ?? ""),
    ...hostIp,
  }));
}

/** Port 0 is any that is free, as it is to `docker run`. */
function isAny(host: string): boolean {
  return /^0*$/.test(host);
}

function range(text: string, value: string | number): number[] {
  const [first = NaN, last = first] = text.split("-").map(Number);
  if (!(first >= 1 && last <= 65535 && first <= last)) {
    throw new Expected(`expected ports from 1 to 65535, the lower one first, got "${value}"`);
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function collect(mappings: readonly Mapping[]): Ports {
  const bindings: Record<string, PortBinding[]> = {};
  for (const { container, ...binding } of mappings) (bindings[container] ??= []).push(binding);
  const exposed = Object.fromEntries(Object.keys(bindings).map((port) => [port, {}]));
  return { exposed, bindings };
}
