import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

interface Paged {
  cursor?: string | undefined;
}

/** Refuses to go on from where a list of one page cannot have led. An empty cursor is some clients' word for none. */
export function requireFirstPage({ cursor }: Paged = {}): void {
  if (cursor) throw noSuchCursor(cursor);
}

/** The error for a cursor that no page of the list has given. */
export function noSuchCursor(cursor: string): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Cannot go on from "${cursor.slice(0, 200)}": it is no cursor of this list`,
  );
}
