import { load } from "../../src/compose/compose.ts";
import { composeLabels } from "../../src/compose/labels.ts";
import type { Host } from "../../src/compose/load/host.ts";
import { imagesOf, type Observed, type ObservedContainer, type ObservedImage } from "../../src/compose/observe.ts";
import type { Project } from "../../src/compose/project.ts";

/** A host whose only file is `compose.yaml` in `directory`. */
export function memoryHost(text: string, directory = "/srv/stacks/a", env: Record<string, string> = {}): Host {
  const file = `${directory}/compose.yaml`;
  return {
    readText: () => Promise.resolve(text),
    isFile: (path) => Promise.resolve(path === file),
    refusal: () => undefined,
    env: new Map(Object.entries(env)),
    home: "/root",
    cwd: directory,
  };
}

/** The project that a text says. */
export function projectIn(text: string, { name = "shop", directory }: { name?: string; directory?: string } = {}) {
  return load(memoryHost(text, directory), { name });
}

/** An engine with nothing but the images of a project. */
export function emptyEngine(project: Project, { api = "1.51", image = imageId } = {}): Observed {
  const there = imageOf(image);
  return {
    project: project.name,
    api,
    time: 0,
    containers: [],
    foreign: [],
    networks: [],
    volumes: [],
    images: new Map(imagesOf(project).map(({ image }) => [image, there])),
    built: [],
    missingFiles: new Set(),
    profiles: new Map(),
  };
}

/** An image that says nothing of itself. */
export function imageOf(id: string, platforms = [{ os: "linux", architecture: "amd64" }]): ObservedImage {
  return { id, volumes: [], healthcheck: false, environment: [], platforms };
}

export const imageId = `sha256:${"1".repeat(64)}`;

/** A container of a project that runs; what is not given is as a plain one has it. */
export function container(service: string, given: Partial<ObservedContainer> = {}): ObservedContainer {
  const number = given.number ?? 1;
  const name = given.name ?? `shop-${service}-${number}`;
  return {
    id: `${service}${number}`.padEnd(64, "0"),
    name,
    service,
    number,
    oneoff: false,
    state: "running",
    status: "Up 3 minutes",
    image: imageId,
    imageName: "busybox",
    created: 1,
    networks: new Map(),
    mounts: [],
    ports: [],
    ...given,
    labels: {
      [composeLabels.project]: "shop",
      [composeLabels.service]: service,
      [composeLabels.number]: String(number),
      [composeLabels.image]: imageId,
      [composeLabels.version]: "2.40.3",
      ...given.labels,
    },
  };
}
