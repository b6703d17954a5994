import { EngineError } from "../../src/engine/errors.ts";
import { describeRequest, type EngineRequest, type EngineResponse, type Transport } from "../../src/engine/request.ts";
import { safety, type SafetyOptions } from "../../src/safety/safety.ts";
import { strict } from "./strict.ts";

/** A transport that answers what it knows, and what it was asked. */
export interface StubEngine {
  /** The door before it. */
  transport: Transport;
  /** All that reached the engine: `GET /containers/web/json`. */
  asked: string[];
  /** The changes that reached it, as they came. */
  changed: EngineRequest[];
}

/** An engine behind the daemon door. It answers reads from `known`, by path, else with 404; and `{}` to all else. */
export function stubEngine(known: Record<string, unknown>, options: Partial<SafetyOptions>): StubEngine {
  const asked: string[] = [];
  const changed: EngineRequest[] = [];
  const send = (request: EngineRequest): Promise<EngineResponse> => {
    asked.push(describeRequest(request));
    if (request.method !== "GET") changed.push(request);
    const answer = request.method === "GET" ? known[decodeURIComponent(request.path)] : {};
    if (answer !== undefined) return Promise.resolve(response(answer));
    const facts = { fault: { kind: "status", status: 404 }, request: describeRequest(request) } as const;
    return Promise.reject(new EngineError(`No such thing: ${request.path}`, facts));
  };
  const inner: Transport = {
    send,
    async upgrade(request) {
      await send(request);
      throw new Error("reached the daemon");
    },
  };
  return { transport: safety({ ...strict, ...options }).guard(inner), asked, changed };
}

function response(answer: unknown): EngineResponse {
  return {
    status: 200,
    headers: new Headers(),
    text: () => Promise.resolve(JSON.stringify(answer)),
    async *chunks() {},
    discard: () => Promise.resolve(),
  };
}
