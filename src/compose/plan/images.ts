import { imageName, mountedImage, mountsOfImages } from "../observe.ts";
import { locate, type Service } from "../project.ts";
import { planBuild } from "./builds.ts";
import { add } from "./draft.ts";
import type { Ground } from "./ground.ts";

/** The operations after which the images are there, by their names. */
export function planImages(ground: Ground): ReadonlyMap<string, number> {
  const ready = ground.draft.images;
  const services = ground.order.flatMap((name): ServiceImage[] => {
    const service = ground.services.get(name);
    if (!service || service.provider) return [];
    return [{ name, service, image: imageName(ground.project.name, { name, service }) }];
  });
  const own = new Set(services.map(({ image }) => image));
  // What a service is made of may be built: that comes before it is mounted elsewhere.
  const mounted = services.flatMap(({ name, service }) =>
    mountsOfImages(service).map((mount) => ({ name, service, image: mountedImage(ground.project, mount) }))
      .filter(({ image }) => !own.has(image))
  );
  const plan = (images: readonly ServiceImage[], planOne: typeof planImage) => {
    for (const given of images) {
      const id = ready.has(given.image) ? undefined : planOne(ground, given);
      if (id !== undefined) ready.set(given.image, id);
    }
  };
  plan(services, planImage);
  plan(mounted, planMounted);
  return ready;
}

export interface ServiceImage {
  name: string;
  service: Service;
  image: string;
}

function planImage(ground: Ground, given: ServiceImage): number | undefined {
  const { service, image } = given;
  if (service.build) {
    const forced = ground.options.build ?? service.pull_policy === "build";
    if (forced) return planBuild(ground, given, "a build is asked for");
    return ground.observed.images.has(image) ? undefined : planBuild(ground, given, "the image is not there");
  }
  return pullIfDue(ground, given, { policy: policyOf(ground, service), attribute: "image" });
}

/** No build makes an image that is only mounted. */
function planMounted(ground: Ground, given: ServiceImage): number | undefined {
  const policy = policyOf(ground, given.service);
  return pullIfDue(ground, given, { policy: policy === "build" ? "missing" : policy, attribute: "volumes" });
}

function policyOf({ options }: Ground, { pull_policy }: Service): string {
  return options.pull ?? pull_policy ?? "missing";
}

function pullIfDue(
  ground: Ground,
  given: ServiceImage,
  { policy, attribute }: { policy: string; attribute: "image" | "volumes" },
): number | undefined {
  const { name, image } = given;
  const found = ground.observed.images.get(image);
  const due = whyPull(policy, { found, now: ground.observed.time });
  const mounts = attribute === "volumes";
  if (due !== undefined) return planPull(ground, given, mounts ? `"${name}" mounts it, and ${due}` : due);
  if (found) return undefined;
  const message =
    `Cannot make containers of the service "${name}": the image "${image}"${mounts ? " it mounts" : ""} ` +
    `is not there, and pull_policy is "${policy}"`;
  ground.draft.obstacles.push({ message, at: locate(ground.project, ["services", name, attribute]) });
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
