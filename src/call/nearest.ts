import { distance } from "fastest-levenshtein";

/** The kinds of things that are called by name. */
export type Named = "container" | "image" | "network" | "volume";

/** The kinds of things whose names can be completed; a project is none of the engine's own. */
export type Completed = Named | "project";

/** Names of what exists; it asks the engine, so it may fail. */
export type Names = (kind: Named) => Promise<string[]>;

/** The same, on the engine `host`. */
export type NamesOn = (kind: Named, host: string | undefined) => Promise<string[]>;

/** What is longer is no name, and to compare it would take long. */
const longest = 300;

/** The known names that `wanted` may have meant, the likeliest first, three at most. */
export function nearest(wanted: string, known: readonly string[]): string[] {
  if (wanted.length > longest) return [];
  const scored = [...new Set(known)].map((name) => ({ name, score: unlikeness(wanted, name) }));
  const likely = scored.filter(({ score }) => score <= Math.max(2, wanted.length / 3));
  return likely.sort((a, b) => a.score - b.score || a.name.localeCompare(b.name)).slice(0, 3).map(({ name }) => name);
}

function unlikeness(wanted: string, name: string): number {
  const [a, b] = [wanted.toLowerCase(), name.toLowerCase()];
  if (b.startsWith(a) || a.startsWith(b)) return 0.5;
  if (a.length > 2 && b.includes(a) || b.length > 2 && a.includes(b)) return 1;
  // An image is often asked for without its tag.
  return Math.min(distance(a, b), distance(a, b.replace(/:[^:/]*$/, "")));
}
