import * as z from "zod";
import { defineTool } from "../../define.ts";
import type { ImageSummary } from "../../engine/images.ts";
import { anyOf, image, labelFilter, toFilters } from "../fields.ts";
import { commandOf, summarizeImage, tagsOf, usersOfImages } from "../facts/image_facts.ts";
import { shortId, size, table } from "../format.ts";
import { pageFoot, pageInput, pageOf, pageOutput } from "../pages.ts";

export const listImages = defineTool({
  name: "docker_list_images",
  title: "List images",
  description: "Images, newest first.",
  risk: "read",
  input: z.strictObject({
    reference: anyOf(z.string()).optional(),
    label: labelFilter.optional(),
    dangling: z.boolean().optional(),
    ...pageInput,
  }),
  output: z.object({
    images: z.array(z.object({ id: z.string(), tags: z.array(z.string()), created: z.string(), bytes: z.number() })),
    ...pageOutput,
  }),
  text({ images, ...page }) {
    if (page.total === 0) return "No images match.";
    const rows = images.map((i) => [i.tags.join(", ") || "<untagged>", i.id, i.created.slice(0, 10), size(i.bytes)]);
    return table(["TAGS", "ID", "CREATED", "SIZE"], rows) + pageFoot(images, page);
  },
  async run({ engine, signal }, { limit, offset, reference, label, dangling }) {
    const filters = toFilters({ reference, label, dangling: dangling === undefined ? undefined : [String(dangling)] });
    const found = (await engine.images.list(filters, { signal })).toSorted(newestFirst);
    const { rows, page } = pageOf(found, { limit, offset });
    const images = rows.map(({ Id, RepoTags, Created, Size }) => ({
      id: shortId(Id),
      tags: tagsOf(RepoTags),
      created: new Date(Created * 1000).toISOString(),
      bytes: Size,
    }));
    return { images, ...page };
  },
});

/** The Engine leaves images of the same second in no order, and a page would miss what another shows twice. */
function newestFirst(a: ImageSummary, b: ImageSummary): number {
  return b.Created - a.Created || (a.Id < b.Id ? -1 : 1);
}

export const inspectImage = defineTool({
  name: "docker_inspect_image",
  title: "Inspect an image",
  description: "Tags, platform, size, settings and users of an image; `raw` for Docker's own answer.",
  risk: "read",
  input: z.strictObject({ image, raw: z.boolean().optional() }),
  output: z.object({ image: z.record(z.string(), z.unknown()) }),
  async run(context, { image, raw }) {
    const details = await context.engine.images.inspect(image, { signal: context.signal });
    if (raw) return { image: { ...details } };
    const users = await usersOfImages(context);
    return { image: summarizeImage(details, users.get(details.Id) ?? []) };
  },
});

export const imageHistory = defineTool({
  name: "docker_image_history",
  title: "History of an image",
  description: "Layers, newest first; `full` for whole commands.",
  risk: "read",
  input: z.strictObject({ image, full: z.boolean().optional() }),
  output: z.object({
    layers: z.array(z.object({
      created: z.string(),
      bytes: z.number(),
      command: z.string(),
      tags: z.array(z.string()).optional(),
    })),
    bytes: z.number(),
  }),
  text({ layers, bytes }) {
    const rows = layers.map(({ created, bytes, command, tags = [] }) => [
      created.slice(0, 10),
      size(bytes),
      [command, ...tags.map((tag) => `(${tag})`)].join(" "),
    ]);
    return `${table(["CREATED", "SIZE", "COMMAND"], rows)}\n${size(bytes)} in all`;
  },
  async run({ engine, signal }, { image, full = false }) {
    const rows = await engine.images.history(image, { signal });
    const layers = rows.map((row) => ({
      created: new Date(row.Created * 1000).toISOString(),
      bytes: row.Size,
      command: commandOf(row, full),
      ...(row.Tags?.length ? { tags: row.Tags } : {}),
    }));
    return { layers, bytes: rows.reduce((sum, { Size }) => sum + Size, 0) };
  },
});
