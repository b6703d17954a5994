/** A request that cannot be read, as far as its sender can be told. */
export interface Malformed {
  id: string | number;
  why: string;
}

/** What is wrong with the form of a request; undefined where nobody waits for an answer. */
export function malformed(message: unknown): Malformed | undefined {
  if (!isObject(message) || typeof message["method"] !== "string") return undefined;
  const { id } = message;
  if (typeof id !== "string" && typeof id !== "number") return undefined;
  return { id, why: `This is no request: ${faultOf(message, id)}` };
}

function faultOf({ jsonrpc, params = {}, ...rest }: Record<string, unknown>, id: string | number): string {
  if (jsonrpc !== "2.0") return '"jsonrpc" must be "2.0"';
  if (typeof id === "number" && !Number.isSafeInteger(id)) return '"id" must be a text or a whole number';
  if (!isObject(params)) return '"params" must be an object';
  const { _meta: meta = {} } = params;
  if (!isObject(meta)) return '"params._meta" must be an object';
  const { progressToken: token = "" } = meta;
  if (typeof token !== "string" && !Number.isSafeInteger(token)) {
    return '"params._meta.progressToken" must be a text or a whole number';
  }
  const unknown = Object.keys(rest).filter((key) => key !== "id" && key !== "method");
  return unknown.length > 0 ? `"${unknown[0]?.slice(0, 100)}" is not known here` : "its form is not JSON-RPC's";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
