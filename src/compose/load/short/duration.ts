const units: Record<string, number> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};

/** Nanoseconds in `1m30s`, `2.5h`, `1d12h` or `0`; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const parts = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w))+)$/.exec(text);
  if (!parts) return undefined;
  const [, sign, terms = ""] = parts;
  const total = [...terms.matchAll(/([\d.]+)([a-z\u00b5\u03bc]+)/g)]
    .reduce((sum, [, number, unit = ""]) => sum + Math.trunc(Number(number) * (units[unit] ?? 0)), 0);
  return sign === "-" ? -total : total;
}

/** Nanoseconds as Go writes them: `1m30s`, `24h0m0s`, `1.5ms`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const sign = nanoseconds < 0 ? "-" : "";
  const left = BigInt(Math.abs(nanoseconds));
  if (left < 1_000_000_000n) return sign + smallDuration(left);
  const seconds = `${fraction(left % 60_000_000_000n, 1_000_000_000n)}s`;
  const minutes = left / 60_000_000_000n;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ""}${minutes % 60n}m${seconds}`;
}

function smallDuration(nanoseconds: bigint): string {
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  return nanoseconds < 1_000_000n ? `${fraction(nanoseconds, 1000n)}\u00b5s` : `${fraction(nanoseconds, 1_000_000n)}ms`;
}

/** The quotient, with the decimals that it needs. */
function fraction(value: bigint, unit: bigint): string {
  const rest = value % unit;
  if (rest === 0n) return String(value / unit);
  const decimals = String(rest).padStart(String(unit).length - 1, "0").replace(/0+$/, "");
  return `${value / unit}.${decimals}`;
}
