import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import type { ImageDetails, ImageSummary } from "../../engine/images.ts";
import { createdBefore, image, labelFilter, toFilters } from "../fields.ts";
import { imageName, olderThan, removedOf, tagsLostText, tagsOf, usersOfImages } from "../facts/image_facts.ts";
import { count, listed, shortId, size } from "../format.ts";
import { moment } from "../spec/units.ts";

export const removeImage = defineTool({
  name: "docker_remove_image",
  title: "Remove an image",
  description: "Remove a tag, and the image with its last one; `force` all tags.",
  risk: "destroy",
  input: z.strictObject({
    image,
    force: z.boolean().optional(),
    no_prune: z.boolean().optional(),
  }),
  output: z.object({ untagged: z.array(z.string()), deleted: z.array(z.string()) }),
  text: ({ untagged, deleted }) => removedText({ untagged, deleted }) || "Nothing was removed.",
  async consequence(context, { image, force }) {
    const details = await context.engine.images.inspect(image, { signal: context.signal });
    const users = (await usersOfImages(context)).get(details.Id) ?? [];
    return lossOf(details, { image, users, force: force ?? false });
  },
  async run({ engine, signal }, { image, force = false, no_prune = false }) {
    return removedOf(await engine.images.remove(image, { force, noPrune: no_prune, signal }));
  },
});

interface Removal {
  /** As it was called. */
  image: string;
  users: readonly string[];
  force: boolean;
}

/** A tag is only taken off while there are others; an id, and the last tag, stand for the image itself. */
function lossOf({ Id, RepoTags, Size }: ImageDetails, { image, users, force }: Removal): string {
  const tags = tagsOf(RepoTags);
  const isTag = tags.includes(image) || tags.includes(`${image}:latest`);
  const others = tags.filter((tag) => tag !== image && tag !== `${image}:latest`);
  if (isTag && others.length > 0) {
    return `The tag "${image}" will be taken off image ${shortId(Id)}, which stays as ${listed(others)}.`;
  }
  const named = tags.length > 0 ? `, ${listed(tags)}` : "";
  const used = users.length === 0
    ? ""
    : ` It is used by ${listed(users)}${force ? "" : ", so that the engine may refuse"}.`;
  return `Image ${shortId(Id)} (${size(Size)}${named}) will be deleted.${used}`;
}

const pruneInput = z.strictObject({
  all: z.boolean().optional(),
  label: labelFilter.optional(),
  until: createdBefore.optional(),
});

export const pruneImages = defineTool({
  name: "docker_prune_images",
  title: "Remove unused images",
  description: "Delete unused untagged images, with `all` tagged ones too.",
  risk: "destroy",
  input: pruneInput,
  output: z.object({ untagged: z.array(z.string()), deleted: z.array(z.string()), bytes_freed: z.number() }),
  text: ({ bytes_freed, ...removed }) => `${removedText(removed) || "Nothing was unused."} ${size(bytes_freed)} freed.`,
  async consequence(context, input) {
    const { unused, inUse } = await matching(context, input);
    return `${unusedText(unused)}${await tagsLostText(context, input.all ? inUse : [])}`;
  },
  async run({ engine, signal }, input) {
    const { ImagesDeleted, SpaceReclaimed } = await engine.images.prune({ filters: pruneFilters(input), signal });
    return { ...removedOf(ImagesDeleted), bytes_freed: SpaceReclaimed };
  },
});

type PruneInput = z.output<typeof pruneInput>;

/** Without `dangling=false` the Engine keeps to untagged ones. */
function pruneFilters({ all = false, label, until }: PruneInput): Record<string, string[]> {
  const time = until === undefined ? {} : { until: [moment.parse(until)] };
  return { dangling: [String(!all)], ...(label ? { label } : {}), ...time };
}

function unusedText(images: readonly ImageSummary[]): string {
  if (images.length === 0) return "No image is unused and matches now; those that do by then will be deleted.";
  const names = images.map(imageName).toSorted();
  const bytes = images.reduce((sum, { Size }) => sum + Size, 0);
  return `${count(images.length, "unused image")} will be deleted, at most ${size(bytes)}: ${listed(names)}.`;
}

/** What a prune would take, as the Engine chooses it, and what it would take but for the containers that use it. */
async function matching(context: Context, { all = false, label, until }: PruneInput) {
  const filters = toFilters({ label, dangling: all ? undefined : ["true"] });
  const [images, users, isOld] = await Promise.all([
    context.engine.images.list(filters, { signal: context.signal }),
    usersOfImages(context),
    olderThan(context, until === undefined ? undefined : moment.parse(until)),
  ]);
  const old = images.filter(isOld);
  return {
    unused: old.filter(({ Id }) => !users.has(Id)),
    inUse: old.filter(({ Id }) => users.has(Id)),
  };
}

function removedText({ untagged, deleted }: { untagged: readonly string[]; deleted: readonly string[] }): string {
  const parts = [
    untagged.length > 0 ? `Untagged ${listed(untagged)}.` : "",
    deleted.length > 0 ? `Deleted ${listed(deleted)}.` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
