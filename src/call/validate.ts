import { ZodError } from "zod";
import type { Call, Next, Outcome } from "./stage.ts";

/** Checks the arguments before anybody is asked to confirm; what follows sees them as the subject reads them. */
export async function validate(call: Call, next: Next): Promise<Outcome> {
  const lost = lostKeys(call.args);
  if (lost.length > 0) throw new ZodError(lost.map((path) => ({ code: "custom", path, message, input: undefined })));
  return await next({ ...call, args: call.subject.parse(call.args) });
}

const message = "expected another key: this one is lost on the way";

type Path = (string | number)[];

/** Where a key is one that zod leaves out in silence: a label or a variable would be missing, and nobody told. */
function lostKeys(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([step, inner]) => step === "__proto__" ? [[...path, step]] : lostKeys(inner, [...path, step]));
}
