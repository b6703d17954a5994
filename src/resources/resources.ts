import type { Resource } from "../define.ts";
import * as containers from "./containers.ts";
import * as images from "./images.ts";
import * as projects from "./projects.ts";
import * as system from "./system.ts";

/** Everything that has an address, in the order in which it is listed. It names tools and loads none. */
export const resources: readonly Resource[] = [containers, images, projects, system].flatMap((file): Resource[] =>
  Object.values(file)
);
