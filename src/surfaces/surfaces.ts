import type { Alias } from "./alias.ts";
import { classic } from "./classic.ts";
import { compact } from "./compact.ts";
import { operations } from "./operations.ts";

/** The names besides the tools' own, by the value of `--surface`; those of `default` are offered beside the tools. */
export const surfaces: Readonly<Record<"default" | "classic" | "compact", readonly Alias[]>> = {
  default: operations,
  classic,
  compact,
};
