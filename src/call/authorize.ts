import type { Decide } from "../safety/policy.ts";
import { Refusal } from "../safety/refusal.ts";
import type { Stage } from "./stage.ts";

/** Lets a call pass unless the policy denies it to this caller. */
export function authorize(decide: Decide): Stage {
  return async (call, next) => {
    const verdict = decide(call.caller, call.subject);
    if (verdict.kind === "deny") throw new Refusal({ rule: "policy", reason: verdict.reason, flag: verdict.flag });
    return await next(call);
  };
}
