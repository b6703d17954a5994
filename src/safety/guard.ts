import type { EngineRequest, Transport } from "../engine/request.ts";
import { Refusal } from "./refusal.ts";
import type { Rule } from "./rules.ts";

/** The daemon door: a transport that lets a request pass only when no rule objects; otherwise it throws `Refusal`. */
export function guard(transport: Transport, rules: readonly Rule[]): Transport {
  return {
    async send(request) {
      check(request, rules);
      return await transport.send(request);
    },
    async upgrade(request) {
      check(request, rules);
      return await transport.upgrade(request);
    },
  };
}

function check(request: EngineRequest, rules: readonly Rule[]): void {
  for (const rule of rules) {
    const violation = rule(request);
    if (violation) throw new Refusal(violation);
  }
}
