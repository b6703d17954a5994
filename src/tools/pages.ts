import * as z from "zod";

/** The inputs of a list that comes in pages. */
export const pageInput = {
  limit: z.number().int().min(1).max(1000).optional(),
  offset: z.number().int().min(0).optional(),
};

/** What its answer says beside the rows. */
export const pageOutput = { total: z.number(), next_offset: z.number().optional() };

interface Page {
  /** Of all pages. */
  total: number;
  /** Where the next one begins; absent with the last one. */
  next_offset?: number | undefined;
}

/** The rows of one page, of fifty unless told otherwise, and what the answer says beside them. */
export function pageOf<T>(
  found: readonly T[],
  { limit = 50, offset = 0 }: { limit?: number | undefined; offset?: number | undefined },
): { rows: T[]; page: Page } {
  const rows = found.slice(offset, offset + limit);
  const end = offset + rows.length;
  return { rows, page: { total: found.length, ...(end < found.length ? { next_offset: end } : {}) } };
}

/** What stands under the rows of a page that is not the only one. */
export function pageFoot(rows: readonly unknown[], { total, next_offset }: Page): string {
  if (rows.length === 0) return `\n${total} in all, none of them from this offset on`;
  return next_offset === undefined ? "" : `\n${total} in all; the next page: offset ${next_offset}`;
}
