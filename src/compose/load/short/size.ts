const powers = "kmgtp";

/** Bytes in `512m`, `1.5 GB` or `2gib`, by powers of 1024; undefined where the text is no size. */
export function parseSize(text: string): number | undefined {
  const parts = /^([+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?([a-z]*)$/i.exec(text);
  if (!parts) return undefined;
  const [, number, suffix = ""] = parts;
  const unit = suffix.toLowerCase();
  if (unit === "" || unit === "b") return Math.trunc(Number(number));
  const power = powers.indexOf(unit.charAt(0)) + 1;
  if (power === 0 || !["", "b", "ib"].includes(unit.slice(1))) return undefined;
  return Math.trunc(Number(number) * 1024 ** power);
}
