import { isOlder } from "../../engine/version.ts";
import { mountsOfImages, type ObservedContainer } from "../observe.ts";
import { locate, type Service } from "../project.ts";
import { profileFiles } from "../seccomp.ts";
import { refusedIn } from "../support.ts";
import type { Ground } from "./ground.ts";
import { checkFiles } from "./injected.ts";
import { containerName } from "./names.ts";
import { firstOf } from "./ground.ts";
import { scaleOf } from "./selection.ts";
import { parentsOf } from "./translate/spec.ts";

/** Says what of the services cannot be done at all, before anything is done. */
export function checkServices(ground: Ground): void {
  const files = profileFiles(ground.project);
  const foreign = ground.observed.foreign.map((one) => ({ ...one, service: "", oneoff: false }));
  const named = new Map([...foreign, ...ground.observed.containers].map((one) => [one.name, one]));
  for (const name of ground.order) {
    const service = ground.services.get(name);
    if (!service) continue;
    checkAttributes(ground, name, service);
    checkFiles(ground, name, service);
    checkNames(ground, { name, service, named });
    checkParents(ground, name, service);
    checkProfiles(ground, { name, service, files });
  }
}

function checkAttributes({ draft, project, observed: { api } }: Ground, name: string, service: Service): void {
  const refuse = (attribute: string, why: string) => {
    const message = `Cannot do "${attribute}" of the service "${name}": ${why}`;
    draft.obstacles.push({ message, at: locate(project, ["services", name, attribute]) });
  };
  // A build is judged where one is planned.
  const asked = refusedIn(project, ["services", name]).filter(({ path }) => path[2] !== "build");
  for (const { path, why } of asked) refuse(path.slice(2).join("."), why);
  for (const { attribute, what = "it", since, used } of newer(service)) {
    if (used && isOlder(api, since)) refuse(attribute, `${what} takes API ${since}, and this engine speaks ${api}`);
  }
  const { restart = "" } = service;
  if (!/^(|no|always|unless-stopped|on-failure(:\d+)?)$/.test(restart)) {
    refuse("restart", `expected no, always, unless-stopped, on-failure or on-failure:3, got "${restart}"`);
  }
  // Compose goes on without it.
  if (isOlder(api, "1.48") && [...service.networks?.values() ?? []].some((end) => end?.gw_priority)) {
    draft.warnings.push(`gw_priority in "${name}" does nothing: it takes API 1.48, and this engine speaks ${api}`);
  }
}

/** What older engines do not know. */
function newer(service: Service): { attribute: string; what?: string; since: string; used: unknown }[] {
  const { healthcheck, volumes = [], networks = new Map() } = service;
  const ends = [...networks.values()];
  const isSub = volumes.some(({ volume }) => volume?.subpath !== undefined);
  const images = mountsOfImages(service).map(({ source }) => `"${source}"`).join(", ");
  return [
    { attribute: "healthcheck", since: "1.44", used: healthcheck?.start_interval !== undefined },
    { attribute: "volumes", since: "1.45", used: isSub },
    { attribute: "volumes", what: `a mount of an image (${images})`, since: "1.48", used: images },
    { attribute: "volumes", since: "1.44", used: volumes.some(({ bind }) => bind?.recursive === "readonly") },
    { attribute: "networks", since: "1.44", used: ends.some((end) => end?.mac_address !== undefined) },
    { attribute: "networks", since: "1.49", used: ends.some((end) => end?.interface_name !== undefined) },
  ];
}

interface Naming {
  name: string;
  service: Service;
  /** All containers of the engine, by their names. */
  named: ReadonlyMap<string, Pick<ObservedContainer, "id" | "name" | "service" | "oneoff">>;
}

/** Names are of one container each; those of others are not taken away from them. */
function checkNames({ draft, project, options }: Ground, { name, service, named }: Naming): void {
  const count = scaleOf(name, service, options.scale);
  const at = locate(project, ["services", name, "container_name"]);
  if (service.container_name !== undefined && count > 1) {
    const message =
      `Cannot scale the service "${name}" to ${count}: its container_name "${service.container_name}" is ` +
      "for one container";
    draft.obstacles.push({ message, at });
    return;
  }
  const wanted = Array.from({ length: count }, (_, i) => containerName(project, { name, service }, i + 1));
  const found = wanted.flatMap((other) => named.get(other) ?? []);
  const taken = found.find((other) => other.service !== name || other.oneoff);
  if (!taken || draft.removed.has(taken.id)) return;
  const message =
    `Cannot name a container of the service "${name}" "${taken.name}": another container has this name. ` +
    "docker_rename_container or docker_remove_container makes room";
  draft.obstacles.push({ message, at });
}

function checkParents(ground: Ground, name: string, service: Service): void {
  const { draft, project, services, options } = ground;
  for (const parent of parentsOf(service)) {
    const definition = services.get(parent);
    const isThere = definition ? scaleOf(parent, definition, options.scale) > 0 : firstOf(ground, parent) !== undefined;
    if (isThere) continue;
    const message = `Cannot make containers of the service "${name}": it shares with "${parent}", which has none`;
    draft.obstacles.push({ message, at: locate(project, ["services", name]) });
  }
}

function checkProfiles(
  { draft, project, observed: { profiles } }: Ground,
  { name, service, files }: { name: string; service: Service; files: ReadonlyMap<string, string> },
): void {
  for (const option of service.security_opt ?? []) {
    const file = files.get(option);
    if (file === undefined || profiles.has(option)) continue;
    const message = `Cannot use the seccomp profile of the service "${name}": "${file}" is not there, or no JSON`;
    draft.obstacles.push({ message, at: locate(project, ["services", name, "security_opt"]) });
  }
}
