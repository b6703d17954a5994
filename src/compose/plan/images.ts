import { isFor, platformText } from "../../engine/platforms.ts";
import { imageName, mountedImage, mountsOfImages, type ObservedImage } from "../observe.ts";
import { locate, type Project, type Service } from "../project.ts";
import { defaultPlatform, planBuild } from "./builds.ts";
import { add } from "./draft.ts";
import type { Ground } from "./ground.ts";

/** The operations after which the images are there, by their names. */
export function planImages(ground: Ground): ReadonlyMap<string, number> {
  const ready = ground.draft.images;
  const services = ground.order.flatMap((name): ServiceImage[] => {
    const service = ground.services.get(name);
    if (!service || service.provider) return [];
    return [ownImage(ground.project, name, service)];
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
  /** The one for which the image has to be, where it matters. */
  platform?: string | undefined;
}

/** The image that a service's containers are made of. */
export function ownImage(project: Project, name: string, service: Service): ServiceImage {
  return { name, service, image: imageName(project.name, { name, service }), platform: service.platform };
}

function planImage(ground: Ground, given: ServiceImage): number | undefined {
  const { service, image } = given;
  if (service.build) {
    const forced = ground.options.build ?? service.pull_policy === "build";
    if (forced) return planBuild(ground, given, "a build is asked for");
    const lack = lackOf(given, ground.observed.images.get(image));
    return lack === undefined ? undefined : planBuild(ground, given, `the image ${lack}`);
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
  const mounts = attribute === "volumes";
  const found = ground.observed.images.get(image);
  const lack = lackOf(given, found);
  const due = whyPull(policy, { found, lack, now: ground.observed.time });
  if (due !== undefined) return planPull(ground, given, mounts ? `"${name}" mounts it, and ${due}` : due);
  if (lack === undefined) return undefined;
  const message =
    `Cannot make containers of the service "${name}": the image "${image}"${mounts ? " it mounts" : ""} ` +
    `${lack}, and pull_policy is "${policy}"`;
  ground.draft.obstacles.push({ message, at: locate(ground.project, ["services", name, attribute]) });
}

/** Why nothing can be made of the image, or nothing: one of the name may be for another platform. */
function lackOf({ platform }: ServiceImage, found: ObservedImage | undefined): string | undefined {
  if (!found) return "is not there";
  if (platform === undefined || found.platforms.some((one) => isFor(platform, one))) return undefined;
  return `is there for ${found.platforms.map(platformText).join(" and ")}, not for ${platform}`;
}

/** Why the image is to be pulled, or nothing. */
function whyPull(
  policy: string,
  { found, lack, now }: { found: ObservedImage | undefined; lack: string | undefined; now: number },
): string | undefined {
  if (policy === "always") return "pull_policy is always";
  if (policy === "never" || policy === "build") return undefined;
  if (lack !== undefined) return `the image ${lack}`;
  const window = windowOf(policy);
  return window !== undefined && now - (found?.tagged ?? 0) > window ? `pull_policy is ${policy}` : undefined;
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

export function planPull(
  { draft, project }: Pick<Ground, "draft" | "project">,
  { image, platform: own }: ServiceImage,
  cause: string,
): number {
  const platform = own ?? project.environment.get(defaultPlatform);
  const action = { kind: "pull_image", image, ...(platform ? { platform } : {}) } as const;
  return add(draft, action, { resource: { kind: "image", name: image }, cause });
}
