import type { ArchiveFiles } from "../engine/archive_files.ts";
import type { LocalFiles } from "../engine/build_context.ts";
import type { BuildBody, BuildOptions, RegistryAccounts } from "../engine/builds.ts";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "./load/host.ts";

/** All that the library may ask for beside the engine. */
export interface Outside {
  host: Host;
  /** The folder of a build, ready to be sent. */
  buildContext: LocalFiles["buildContext"];
  /** Runs a build and throws what it failed at; without it the builder's own last words are all that is told. */
  build?(work: BuildWork): Promise<unknown>;
  /** The file of a secret for a build. */
  readFile: ArchiveFiles["readFile"];
  /** Why the engine may not be asked for this, where there are rules about that; nothing is sent. */
  refusal?(ask: (engine: Engine) => Promise<unknown>): Promise<Error | undefined>;
  /** Who the engine is to be at the registry of an image: the value of `X-Registry-Auth`. */
  auth(image: string): string | undefined;
  /** Who a builder may be at registries. */
  accounts?: RegistryAccounts;
}

/** A build that is to be run. */
export interface BuildWork {
  engine: Engine;
  options: BuildOptions;
  body: BuildBody | undefined;
  signal: AbortSignal;
  /** Takes what is done at the moment, for people. */
  note(text: string): void;
}
