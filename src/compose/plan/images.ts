import { imageName } from "../observe.ts";
import { locate, type Service } from "../project.ts";
import { planBuild } from "./builds.ts";
import { add } from "./draft.ts";
import type { Ground } from "./ground.ts";

/** The operations after which the images are there, by their names. */
export function planImages(ground: Ground): ReadonlyMap<string, number> {
  const ready = ground.draft.images;
  for (const name of ground.order) {
    const service = ground.services.get(name);
    if (!service || service.provider) continue;
    const image = imageName(ground.project.name, { name, service });
    if (ready.has(image)) continue;
    const id = planImage(ground, { name, service, image });
    if (id !== undefined) ready.set(image, id);
  }
  return ready;
}

export interface ServiceImage {
  name: string;
  service: Service;
  image: string;
}

function planImage(ground: Ground, given: ServiceImage): number | undefined {
  const { name, service, image } = given;
  const found = ground.observed.images.get(image);
  const policy = ground.options.pull ?? service.pull_policy ?? "missing";
  if (service.build) {
    const forced = ground.options.build ?? service.pull_policy === "build";
    if (forced) return planBuild(ground, given, "a build is asked for");
    return found ? undefined : planBuild(ground, given, "the image is not there");
  }
  const due = whyPull(policy, { found, now: ground.observed.time });
  if (due !== undefined) return planPull(ground, given, due);
  if (found) return undefined;
  const message =
    `Cannot make containers of the service "${name}": the image "${image}" is not there, and pull_policy ` +
    `is "${policy}"`;
  ground.draft.obstacles.push({ message, at: locate(ground.project, ["services", name, "image"]) });
}

/** Why the image is to be pulled, or nothing. */
function whyPull(
  policy: string,
  { found, now }: { found: { tagged?: number } | undefined; now: number },
): string | undefined {
  if (policy === "always") return "pull_policy is always";
  if (policy === "never" || policy === "build") return undefined;
  if (!found) return "the image is not there";
  const window = windowOf(policy);
  return window !== undefined && now - (found.tagged ?? 0) > window ? `pull_policy is ${policy}` : undefined;
}

/** Milliseconds after which an image is pulled anew: `daily`, `weekly`, `every_12h`. */
function windowOf(policy: string): number | undefined {
  if (policy === "daily") return day;
  if (policy === "weekly") return 7 * day;
  if (!policy.startsWith("every_")) return undefined;
  const parts = [...policy.slice(6).matchAll(/(\d+)([wdhms])/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units.get(unit) ?? 0), 0);
}

const day = 24 * 3600 * 1000;
const units = new Map([["w", 7 * day], ["d", day], ["h", 3600_000], ["m", 60_000], ["s", 1000]]);

export function planPull({ draft }: Pick<Ground, "draft">, { service, image }: ServiceImage, cause: string): number {
  const platform = service.platform === undefined ? {} : { platform: service.platform };
  return add(draft, { kind: "pull_image", image, ...platform }, { resource: { kind: "image", name: image }, cause });
}
