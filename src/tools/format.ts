import { oneLine } from "../safety/untrusted.ts";

/** `1.5 GB`: three digits and a decimal unit, as `docker` prints what is on disk or on its way. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** `64 MiB`: memory, whose units are powers of 1024, as `docker stats` prints it. */
export function memory(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${Number(value.toPrecision(4))} ${units[unit]}`;
}

/** The first twelve digits, without the algorithm: enough to name a thing. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** Columns as wide as their content, two blanks between; the last one is not padded. A cell is one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((line) => line.map(oneLine));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd()).join("\n");
}

/** `3 containers`, `1 container`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first twenty names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 20).join(", ");
  return names.length > 20 ? `${first} and ${names.length - 20} more` : first;
}
