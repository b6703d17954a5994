/** The host and its addresses in `HOST=IP[,IP]` or `HOST:IP`; undefined where it is none. */
export function parseExtraHost(entry: string): { host: string; addresses: string[] } | undefined {
  const cut = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":");
  if (cut < 0) return undefined;
  return { host: entry.slice(0, cut), addresses: entry.slice(cut + 1).split(",") };
}

/** Without the brackets that an IPv6 address may have. */
export function bareAddress(address: string): string {
  return /^\[(.+)\]$/.exec(address)?.[1] ?? address;
}
