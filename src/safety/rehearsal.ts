import type { EngineRequest, Transport } from "../engine/request.ts";
import { Refusal } from "./refusal.ts";

/** Lets reads through, and no change: behind the daemon door it is judged like one that would be sent. */
export function rehearsing(transport: Transport): Transport {
  const stop = ({ method, path }: EngineRequest) =>
    Promise.reject(new Error(`Not sent, only judged: ${method} ${path}`));
  return {
    send: (request) => request.method === "GET" || request.method === "HEAD" ? transport.send(request) : stop(request),
    upgrade: stop,
  };
}

/** Whether a rule of this server is what made something fail, also by way of an operation that failed. */
export function isRefused(error: unknown): boolean {
  return error instanceof Refusal || error instanceof Error && error.cause !== undefined && isRefused(error.cause);
}
