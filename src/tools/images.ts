import { z } from "zod";
import { defineTool } from "../define.ts";
import { anyOf, labelFilter, toFilters } from "./fields.ts";
import { pullImage } from "./facts/pull.ts";
import { shortId, size, table } from "./format.ts";

export const listImages = defineTool({
  name: "docker_list_images",
  title: "List images",
  description: "List images, newest first. At most `limit` rows (default 50).",
  risk: "read",
  input: z.strictObject({
    reference: anyOf(z.string()).optional().describe("Name or pattern: nginx, team/*:1.*"),
    label: labelFilter.optional(),
    dangling: z.boolean().optional().describe("True: only untagged ones"),
    limit: z.number().int().min(1).max(1000).optional(),
    offset: z.number().int().min(0).optional(),
  }),
  output: z.object({
    images: z.array(z.object({ id: z.string(), tags: z.array(z.string()), created: z.string(), bytes: z.number() })),
    total: z.number(),
    next_offset: z.number().optional(),
  }),
  text({ images, total, next_offset }) {
    if (total === 0) return "No images match.";
    const rows = images.map((i) => [i.tags.join(", ") || "<untagged>", i.id, i.created.slice(0, 10), size(i.bytes)]);
    const rest = next_offset === undefined ? "" : `\n${total} in all; the next page: offset ${next_offset}`;
    return table(["TAGS", "ID", "CREATED", "SIZE"], rows) + rest;
  },
  async run({ engine, signal }, { limit = 50, offset = 0, reference, label, dangling }) {
    const filters = toFilters({ reference, label, dangling: dangling === undefined ? undefined : [String(dangling)] });
    const found = await engine.images.list(filters, { signal });
    const images = found.slice(offset, offset + limit).map(({ Id, RepoTags, Created, Size }) => ({
      id: shortId(Id),
      tags: (RepoTags ?? []).filter((tag) => tag !== "<none>:<none>"),
      created: new Date(Created * 1000).toISOString(),
      bytes: Size,
    }));
    const end = offset + images.length;
    return { images, total: found.length, ...(end < found.length ? { next_offset: end } : {}) };
  },
});

export const pullImageTool = defineTool({
  name: "docker_pull_image",
  title: "Pull an image",
  description: "Download an image from its registry; without a tag, `latest`.",
  risk: "change",
  idempotent: true,
  openWorld: true,
  input: z.strictObject({
    image: z.string().min(1).describe("e.g. nginx:1.27 or ghcr.io/team/app@sha256:..."),
    platform: z.string().optional().describe("e.g. linux/arm64"),
  }),
  output: z.object({
    image: z.string(),
    id: z.string(),
    bytes: z.number(),
    platform: z.string(),
    digest: z.string().optional(),
    status: z.string().optional(),
  }),
  text: ({ image, id, bytes, platform, status }) =>
    `${status ?? `Pulled ${image}`} (${id}, ${platform}, ${size(bytes)})`,
  async run(context, { image, platform }) {
    const statuses = await pullImage(context, image, platform);
    const { Id, Size, Os, Architecture, RepoDigests } = await context.engine.images.inspect(image, {
      signal: context.signal,
    });
    const status = statuses.findLast((line) => line.startsWith("Status:"))?.replace("Status: ", "");
    const digest = RepoDigests?.[0]?.split("@")[1];
    return {
      image,
      id: shortId(Id),
      bytes: Size,
      platform: `${Os}/${Architecture}`,
      ...(digest ? { digest } : {}),
      ...(status ? { status } : {}),
    };
  },
});
