import { type Builds, builds } from "./builds.ts";
import { type Containers, containers } from "./containers.ts";
import { type Exec, exec } from "./exec.ts";
import { type Images, images } from "./images.ts";
import { type Networks, networks } from "./networks.ts";
import type { Transport } from "./request.ts";
import { system, type SystemApi } from "./system.ts";
import { type Volumes, volumes } from "./volumes.ts";

/** The Docker Engine API, one member for each kind of thing: `engine.containers.stop(id)`. */
export interface Engine {
  builds: Builds;
  containers: Containers;
  exec: Exec;
  images: Images;
  networks: Networks;
  system: SystemApi;
  volumes: Volumes;
}

/** The engine behind `transport`; every function sends one request. */
export function engine(transport: Transport): Engine {
  return {
    builds: builds(transport),
    containers: containers(transport),
    exec: exec(transport),
    images: images(transport),
    networks: networks(transport),
    system: system(transport),
    volumes: volumes(transport),
  };
}
