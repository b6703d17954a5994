import { type Env, look } from "./system.ts";

/** The container this program runs in. */
export interface Self {
  /** Its name or id. */
  container: string;
  /** The engine must have it; otherwise it may be another engine's, or none. */
  required: boolean;
}

/**
 * The container that was named; else the one whose short id is the hostname, as it is inside unless another one was
 * given. Nothing outside of a container. Of several engines only one has it.
 */
export function readSelf(named: string, env: Env, { engines }: { engines: number }): Self | undefined {
  if (named !== "") return { container: named, required: engines === 1 };
  const hostname = look(() => env("HOSTNAME"));
  if (hostname.kind !== "seen" || !/^[0-9a-f]{12}$/.test(hostname.value)) return undefined;
  return { container: hostname.value, required: false };
}
