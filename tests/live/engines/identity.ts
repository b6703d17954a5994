import { mustAskEngine } from "../engine_api.ts";
import { type EngineIdentity, identify } from "./kinds.ts";

/** Asks an engine what it is. */
export async function identityOf(host: string): Promise<EngineIdentity> {
  const ask = async (path: string): Promise<unknown> => JSON.parse((await mustAskEngine(host, { path })).text);
  return identify(await ask("/version"), await ask("/info"));
}
