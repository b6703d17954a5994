import type { Call, Next, Outcome } from "./stage.ts";

/** Checks the arguments before anybody is asked to confirm; what follows sees them as the subject reads them. */
export async function validate(call: Call, next: Next): Promise<Outcome> {
  return await next({ ...call, args: call.subject.parse(call.args) });
}
