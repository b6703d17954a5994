import type { LocalFiles } from "../engine/build_context.ts";
import type { Host } from "./load/host.ts";

/** All that the library may ask for beside the engine. */
export interface Outside {
  host: Host;
  /** The folder of a build, ready to be sent. */
  buildContext: LocalFiles["buildContext"];
  /** Who the engine is to be at the registry of an image: the value of `X-Registry-Auth`. */
  auth(image: string): string | undefined;
}
