import type { Alias } from "./alias.ts";
import { classic } from "./classic.ts";
import { compact } from "./compact.ts";

/** The vocabularies besides the tools' own, by the value of `--surface`. */
export const surfaces: Readonly<Record<"classic" | "compact", readonly Alias[]>> = { classic, compact };
