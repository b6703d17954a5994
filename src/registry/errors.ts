import type { Account } from "./credentials.ts";

export type RegistryFault =
  /** The text names no image. */
  | { kind: "reference" }
  /** A pull or push failed; `account` says who the engine was told to be. `cause` is the engine's own error. */
  | { kind: "transfer"; registry: string; account: Account };

/** The one error of this library. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly fault: RegistryFault;

  constructor(message: string, fault: RegistryFault, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}
