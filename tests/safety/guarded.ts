import assert from "node:assert/strict";
import { EngineError } from "../../src/engine/errors.ts";
import type { EngineRequest, Transport } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { safety, type SafetyOptions } from "../../src/safety/safety.ts";
import { strict } from "./strict.ts";

/** What a guarded transport does with a request: `sent`, or the refusal. */
export async function pass(request: EngineRequest, options: Partial<SafetyOptions> = {}): Promise<"sent" | Refusal> {
  const sent: EngineRequest[] = [];
  const inner: Transport = {
    send: (request) => {
      if (notThere.has(request.path)) return Promise.reject(missing(request));
      sent.push(request);
      return Promise.reject(new Error("reached the daemon"));
    },
    upgrade: () => Promise.reject(new Error("not asked for")),
  };
  try {
    await safety({ ...strict, ...options }).guard(inner).send(request);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) {
      assert.deepEqual(sent, [request]);
      return "sent";
    }
    assert.deepEqual(sent, [], "a refused request must not be sent");
    return thrown;
  }
  throw new Error("the inner transport always throws");
}

/** What a new container would take over; what is there is judged in taken_over_test.ts. */
const notThere = new Set(["/volumes/data", "/containers/web/json"]);

function missing({ path }: EngineRequest): EngineError {
  return new EngineError(`Not there: ${path}`, { fault: { kind: "status", status: 404 }, request: `GET ${path}` });
}

export function post(path: string, value: unknown): EngineRequest {
  return { method: "POST", path, body: { kind: "json", value }, reply: "whole" };
}

export function create(host: Record<string, unknown>): EngineRequest {
  return post("/containers/create", { Image: "bb", HostConfig: host });
}

export async function assertRefused(request: EngineRequest, flag: string, options: Partial<SafetyOptions> = {}) {
  const outcome = await pass(request, options);
  assert.ok(outcome instanceof Refusal, `was sent: ${JSON.stringify(request.body ?? request.query)}`);
  assert.equal(outcome.flag, flag, JSON.stringify(request.body));
  return outcome;
}

export async function assertSent(request: EngineRequest, options: Partial<SafetyOptions> = {}) {
  const outcome = await pass(request, options);
  if (outcome !== "sent") assert.fail(`refused: ${outcome.message}`);
}
