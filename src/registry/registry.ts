import { type CredentialOptions, type Credentials, credentialsFor } from "./credentials.ts";
import type { ImageReference } from "./reference.ts";

/** What is known of registries. */
export interface Registry {
  /** Who the engine is to be at the registry of an image. */
  credentials(image: ImageReference): Credentials;
}

export function registry(options: CredentialOptions): Registry {
  return { credentials: (image) => credentialsFor(image.registry, options) };
}
