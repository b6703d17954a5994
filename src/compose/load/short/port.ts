import ipaddr from "ipaddr.js";

/** A published port, as the short syntax says it. */
export interface ShortPort {
  host_ip?: string;
  target: number;
  published?: string;
  protocol: string;
}

/** The ports in `[[HOST_IP:][PUBLISHED:]]TARGET[/PROTOCOL]`, where both may be ranges; or why there are none. */
export function parsePort(spec: string): ShortPort[] | string {
  const parts = spec.split(":");
  const [container = "", protocol = "tcp"] = (parts.pop() ?? "").split("/");
  const host = parts.pop() ?? "";
  const address = hostAddress(parts.join(":"));
  if (address === undefined) return `Invalid ip address: ${parts.join(":")}; an IPv6 address stands in brackets`;
  if (container === "") return `No port specified: ${spec}<empty>`;
  const target = portRange(container);
  if (!target || target.first === 0) return `Invalid containerPort: ${container}`;
  const published = host === "" ? undefined : portRange(host);
  if (host !== "" && !published) return `Invalid hostPort: ${host}`;
  const uneven = published && length(published) !== length(target) && length(target) > 1;
  if (uneven) return `Invalid ranges specified for container and host Ports: ${container} and ${host}`;
  const lower = (protocol || "tcp").toLowerCase();
  if (!["tcp", "udp", "sctp"].includes(lower)) return `Invalid proto: ${protocol}`;
  return Array.from({ length: length(target) }, (_, i) => ({
    ...(address && { host_ip: address }),
    target: target.first + i,
    ...(published && { published: publishedAt(published, { offset: i, single: length(target) === 1 }) }),
    protocol: lower,
  })).sort((a, b) => order(`${a.target}/${lower}`, `${b.target}/${lower}`));
}

interface Range {
  first: number;
  last: number;
}

function length({ first, last }: Range): number {
  return last - first + 1;
}

/** A range for one port stays a range: the engine picks one of it. */
function publishedAt({ first, last }: Range, { offset, single }: { offset: number; single: boolean }): string {
  return single && first !== last ? `${first}-${last}` : String(first + offset);
}

function portRange(text: string): Range | undefined {
  const parts = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!parts) return undefined;
  const first = Number(parts[1]);
  const last = Number(parts[2] ?? first);
  return last <= 65535 && first <= last ? { first, last } : undefined;
}

/** Without brackets; undefined where it is no address. */
function hostAddress(text: string): string | undefined {
  if (text === "" || ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  return bracketed !== undefined && isAddress(bracketed) ? bracketed : undefined;
}

/** True for an IPv4 or an IPv6 address, as it is written most. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes("%"));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
