import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { parseReference, shortName, shortReference, versionOf } from "../../registry/reference.ts";
import { container, image, localPath } from "../fields.ts";
import { tagsOf } from "../facts/image_facts.ts";
import { findImage, follow } from "../facts/pull.ts";
import { shortId, size } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";

export const tagImage = defineTool({
  name: "docker_tag_image",
  title: "Tag an image",
  description: "Give an image another name, taken from the image that has it.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ image, tag: z.string().min(1) }),
  output: z.object({ image: z.string(), tag: z.string(), taken_from: z.string().optional() }),
  text: ({ image, tag, taken_from }) => `${image} is ${tag} now${taken_from ? `; before, ${taken_from} was` : ""}.`,
  async run(context, { image, tag }) {
    const { id: target, name } = newName("tag", tag);
    const before = await findImage(context, name);
    await context.engine.images.tag(image, target, { signal: context.signal });
    const after = before && await findImage(context, name);
    const taken = before && after && before.Id !== after.Id ? shortId(before.Id) : undefined;
    return { image, tag: name, ...present({ taken_from: taken }) };
  },
});

const changes = z.array(z.string().min(1)).optional();

const made = z.object({ id: z.string(), tags: z.array(z.string()), bytes: z.number() });

export const importImage = defineTool({
  name: "docker_import_image",
  title: "Import an image",
  description: "Make `image` of a tar archive of files at `url` or local `path`.",
  risk: "change",
  openWorld: true,
  input: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).optional(),
    path: localPath.optional(),
    image: image.optional(),
    changes,
    message: z.string().optional(),
    platform: z.string().optional(),
  }).refine(({ url, path }) => (url === undefined) !== (path === undefined), "expected either url or path"),
  output: made,
  text: toldMade,
  async run(context, { url, path, image, changes = [], message, platform }) {
    const name = image === undefined ? {} : newName("image", image).id;
    const options = { ...name, ...present({ message, platform }), changes, signal: context.signal };
    const from = path === undefined ? { url: url ?? "" } : { archive: (await context.files.openArchive(path)).content };
    const { statuses } = await follow(context, context.engine.images.import(from, options), "Importing");
    return await madeImage(context, statuses.at(-1) ?? "");
  },
});

export const commitContainer = defineTool({
  name: "docker_commit_container",
  title: "Make an image of a container",
  description: "Make `image` of a container; `changes` are Dockerfile lines.",
  risk: "change",
  input: z.strictObject({
    container,
    image: image.optional(),
    changes,
    author: z.string().optional(),
    message: z.string().optional(),
    pause: z.boolean().optional(),
  }),
  output: made,
  text: toldMade,
  async run(context, { container, image, changes = [], author, message, pause = true }) {
    const name = image === undefined ? {} : newName("image", image).id;
    const query = { container, ...name, ...present({ author, comment: message }), pause, changes };
    const { Id } = await context.engine.images.commit(query, { signal: context.signal });
    return await madeImage(context, Id);
  },
});

/** A name that can be given: no digest, which comes of the content. */
function newName(field: string, text: string): { id: { repo: string; tag: string }; name: string } {
  const reference = parseReference(text);
  if (reference.digest !== undefined) throw new InputError(field, "a digest cannot be given, only a name and a tag");
  return { id: { repo: shortName(reference), tag: versionOf(reference) }, name: shortReference(reference) };
}

async function madeImage({ engine, signal }: Context, id: string): Promise<z.output<typeof made>> {
  const { Id, RepoTags, Size } = await engine.images.inspect(id, { signal });
  return { id: shortId(Id), tags: tagsOf(RepoTags), bytes: Size };
}

function toldMade({ id, tags, bytes }: z.output<typeof made>): string {
  return `Made ${tags.join(", ") || "an image without a name"} (${id}, ${size(bytes)}).`;
}
