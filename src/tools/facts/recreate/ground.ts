import type { Context } from "../../../define.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import { ensureImage, findImage } from "../pull.ts";
import type { Ground } from "./blueprint.ts";
import { volumesOf } from "./held_volumes.ts";

export type PullPolicy = "missing" | "always" | "never";

/** What is there for the container's successor: the image that is asked for, or else its own image's name as it is now. */
export async function groundFor(
  context: Context,
  container: ContainerDetails,
  { image, pull }: { image?: string | undefined; pull?: PullPolicy | undefined },
): Promise<Ground> {
  const found = image === undefined && pull === undefined ? await nameOrId(context, container) : undefined;
  return await groundOn(context, container, found ?? await pulled(context, image ?? container.Config.Image, pull));
}

/** What is left for the container itself: its very image where there is one, by its name where that still leads to it. */
export async function groundLeft(context: Context, container: ContainerDetails): Promise<Ground> {
  const { Image, Config } = container;
  const name = (await findImage(context, Config.Image))?.Id === Image ? Config.Image : undefined;
  const own = name ?? (await findImage(context, Image))?.Id;
  return await groundOn(context, container, own ?? await pulled(context, Config.Image));
}

async function groundOn(context: Context, container: ContainerDetails, image: string): Promise<Ground> {
  const { engine, signal } = context;
  const { Id } = await engine.images.inspect(image, { signal });
  const old = container.HostConfig.CgroupnsMode === "host" && (await engine.system.info({ signal })).CgroupVersion;
  return {
    image,
    sameImage: Id === container.Image,
    gone: await goneVolumes(context, container),
    oldCgroups: old === "1",
  };
}

/** An image that lost its name is found by its id. */
async function nameOrId(context: Context, { Config, Image }: ContainerDetails): Promise<string | undefined> {
  if (await findImage(context, Config.Image)) return Config.Image;
  return (await findImage(context, Image))?.Id;
}

async function pulled(context: Context, image: string, pull: PullPolicy = "missing"): Promise<string> {
  await ensureImage(context, { image, pull });
  return image;
}

async function goneVolumes({ engine, signal }: Context, container: ContainerDetails): Promise<Set<string>> {
  const there = new Set((await engine.volumes.list({ signal })).map(({ Name }) => Name));
  return new Set(volumesOf(container).filter((name) => !there.has(name)));
}
