import { type Accounts, accountsOf, type CredentialOptions, type Credentials, credentialsFor } from "./credentials.ts";
import type { ImageReference } from "./reference.ts";

/** What is known of registries. */
export interface Registry {
  /** Who the engine is to be at the registry of an image. */
  credentials(image: ImageReference): Credentials;
  /** Who a builder may be at registries; absent where nobody in particular. */
  accounts?: Accounts;
}

export function registry(options: CredentialOptions): Registry {
  const accounts = accountsOf(options);
  return { credentials: (image) => credentialsFor(image.registry, options), ...(accounts ? { accounts } : {}) };
}
