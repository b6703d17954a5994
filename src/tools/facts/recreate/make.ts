import type { Context } from "../../../define.ts";
import type { Blueprint } from "./blueprint.ts";

/** Creates the container and joins it to its networks; it is not started. Where that fails nothing is left of it. */
export async function make(
  { engine, signal }: Context,
  { body, others, left }: Blueprint,
  name: string,
): Promise<{ id: string; warnings: string[] }> {
  signal.throwIfAborted();
  // Not given up with the call: without its id nobody could remove what the engine goes on to make.
  const { Id, Warnings } = await engine.containers.create(body, { name });
  try {
    if (left !== undefined) await engine.networks.disconnect(left, { container: Id }, { signal });
    for (const [network, endpoint] of others) {
      await engine.networks.connect(network, { container: Id, endpoint }, { signal });
    }
  } catch (error) {
    // Never with its volumes: they are those of the container it stands for.
    await engine.containers.remove(Id, { force: true });
    throw error;
  }
  return { id: Id, warnings: Warnings ?? [] };
}
