/** What may be done on an engine, within what the server permits: all, nothing that loses data, or reading only. */
export type Rights = "all" | "no-destroy" | "ro";

/** One engine as the operator wrote it: `prod(ro)=tcp://box:2376`, or an address alone. */
export interface NamedHost {
  /** Absent where an address stands alone. */
  name?: string;
  rights: Rights;
  address: string;
}

/** Reads the engines, a line each. Several of them need names, by which calls choose among them. */
export function readHosts(text: string): { hosts: NamedHost[]; faults: string[] } {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const read = lines.map(readHost);
  const hosts = read.flatMap((one) => typeof one === "string" ? [] : [one]);
  const faults = read.flatMap((one) => typeof one === "string" ? [one] : []);
  const names = hosts.flatMap(({ name }) => name ?? []);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  const nameless = lines.length > 1 ? hosts.filter(({ name }) => name === undefined) : [];
  return {
    hosts,
    faults: [
      ...faults,
      ...twice.map((name) => `Cannot use the host "${name}": two have this name`),
      ...nameless.map(({ address }) => withoutPassword(address)).map((address) =>
        `Cannot use "${address}" as one of several hosts: write name=${address}`
      ),
    ],
  };
}

/** The folder of certificates for each host, by `name=folder`, a line each; without a name it is for all the others. */
export function readCertPaths(text: string, hosts: readonly NamedHost[]): (host: NamedHost) => string {
  const folders = new Map<string | undefined, string>();
  for (const line of text.split("\n")) {
    const { name, folder } = named(line, hosts);
    folders.set(name, folder);
  }
  return ({ name }) => folders.get(name) ?? folders.get(undefined) ?? "";
}

// A folder's own name may hold "=", so it counts only behind the name of a host.
function named(line: string, hosts: readonly NamedHost[]): { name: string | undefined; folder: string } {
  const host = hosts.find(({ name }) => name !== undefined && line.startsWith(`${name}=`));
  return { name: host?.name, folder: line.slice(host?.name === undefined ? 0 : host.name.length + 1) };
}

/** The address as it may be told. */
export function withoutPassword(address: string): string {
  return address.replace(/(:\/\/[^/@:]*:)[^/]*@/, "$1[redacted]@");
}

function readHost(line: string): NamedHost | string {
  const [, name, right, address] = /^([A-Za-z0-9][\w.-]{0,39})(?:\(([^)]*)\))?=(.+)$/.exec(line) ?? [];
  if (name === undefined || address === undefined) return { rights: "all", address: line };
  if (right === undefined) return { name, rights: "all", address };
  if (right === "ro" || right === "no-destroy") return { name, rights: right, address };
  return `Cannot use the rights "${right}" of the host "${name}": they are (ro), (no-destroy), or none for all`;
}
