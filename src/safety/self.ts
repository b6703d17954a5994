import { EngineError } from "../engine/errors.ts";
import type { Transport } from "../engine/request.ts";
import type { Named } from "./changes.ts";
import { type Found, look } from "./look.ts";
import { Refusal, type RefusalFacts } from "./refusal.ts";

/** The container that this server runs in, as far as it knows. */
export interface SelfOptions {
  /** Its name or id. */
  container: string;
  /** The engine must have it; otherwise it may be another engine's, or none. */
  required: boolean;
}

/** Gives the own container, or nothing where the server runs in none of this engine. The engine is asked once. */
export function findSelf(transport: Transport, { container, required }: SelfOptions): () => Promise<Found | undefined> {
  let known: Promise<Found | undefined> | undefined;
  return () =>
    known ??= find().catch((error) => {
      known = undefined;
      throw error;
    });

  async function find(): Promise<Found | undefined> {
    const found = await look(transport, { kind: "container", name: container });
    if (!(found instanceof EngineError)) return found;
    if (!required) return undefined;
    const reason = "this engine has no such container, so that this server cannot tell which one it must spare";
    throw new Refusal({ rule: "self", reason, flag: "--self", field: "--self", value: container });
  }
}

/** The reason to spare the container that this server runs in, or its image. */
export function spared({ kind, name }: Named): RefusalFacts {
  const reason = kind === "image"
    ? "this server runs in a container of it, and leaves it as it is"
    : "this server runs in it, and leaves it as it is";
  return { rule: "self", reason, flag: "--self", field: kind === "exec" ? "container" : kind, value: name };
}
