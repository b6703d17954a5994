import * as z from "zod";
import type { Filters } from "../engine/containers.ts";
import { moment, waitSeconds } from "./spec/units.ts";
import { labels } from "./spec/words.ts";

/** The name or id of a thing. What no name can be is told here, since an engine takes it for another address. */
export const thing = z.string().min(1).max(1000).regex(
  /^\P{Cc}*$/u,
  "expected a name or an id, got text with a line break or another control character",
);

/** The container a tool works on. Docker's own answers write names with a slash in front. */
export const container = thing.overwrite((name) => name.replace(/^\/(?=.)/, ""));

/** A list of what is told as one: one of them alone is taken for a list of it. */
export const listOf = (list: z.ZodArray<z.ZodType<string>>) => z.union([list, list.element]).transform(inList);

/** Several of them. */
export const containerList = listOf(z.array(container).min(1).max(100));

/** A file of the machine this server runs on. */
export const localPath = z.string().regex(/^\//, "expected an absolute path");

/** The image a tool works on. */
export const image = thing;

/** A whole number of seconds that the Engine counts itself. */
export const wholeSeconds = z.number().int().min(0).max(86400);

/** How long a tool itself may wait, as `30s` or a number of seconds. */
export const waitTime = waitSeconds;

/** Lines from the end of a log. */
export const logTail = z.union([z.number().int().min(0), z.literal("all")], {
  error: 'expected a whole number of 0 or more (without quotes), or "all"',
});

/** One value or several, any of which may match. */
export const anyOf = (values: z.ZodType<string>) => z.union([values, z.array(values)]).transform(inList);

function inList(given: string | string[]): string[] {
  return Array.isArray(given) ? given : [given];
}

/** Label conditions: `key`, `key=value` or an object. */
export const labelFilter = z.union([anyOf(z.string()), labels]).transform((given) =>
  Array.isArray(given) ? given : Object.entries(given).map(([key, value]) => value === "" ? key : `${key}=${value}`)
);

/** The filters that were given, as the Engine wants them; nothing when there are none. */
export function toFilters(given: Record<string, readonly string[] | undefined>): { filters?: Filters } {
  const filters: Filters = {};
  for (const [key, values] of Object.entries(given)) if (values?.length) filters[key] = [...values];
  return Object.keys(filters).length > 0 ? { filters } : {};
}

/** Kept as it was given until the call is made: "24h" is another moment with each reading, and a question names it. */
export const createdBefore = z.string().min(1).refine((given) => moment.safeParse(given).success, {
  error: ({ input }) => `expected a time, or how long ago like 24h, got "${input}"`,
});
