import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { parseReference, shortName, shortReference } from "../../registry/reference.ts";
import { image } from "../fields.ts";
import { platformOf } from "../facts/image_facts.ts";
import { platformWarnings } from "../facts/platform.ts";
import { pullImage, pushImage } from "../facts/pull.ts";
import { count, shortId, size } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";

const platform = z.string().optional();

export const pullImageTool = defineTool({
  name: "docker_pull_image",
  title: "Pull an image",
  description: "Download an image; without a tag, latest.",
  risk: "change",
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ image: image, platform }),
  output: z.object({
    image: z.string(),
    id: z.string(),
    bytes: z.number(),
    platform: z.string(),
    digest: z.string().optional(),
    status: z.string().optional(),
    warnings: z.array(z.string()).optional(),
  }),
  text: ({ image, id, bytes, platform, status, warnings = [] }) =>
    [`${status ?? `Pulled ${image}`} (${id}, ${platform}, ${size(bytes)})`, ...warnings].join("\n"),
  async run(context, { image, platform }) {
    const reference = parseReference(image);
    const { statuses, digest } = await pullImage(context, reference, platform);
    const found = await context.engine.images.inspect(shortReference(reference), { signal: context.signal });
    const told = statuses.flatMap((line) => /^WARNING: (.*)/s.exec(line)?.[1] ?? []);
    const warnings = told.length > 0 ? told : await platformWarnings(context, found, platform);
    const status = statuses.findLast((line) => line.startsWith("Status:"))?.replace("Status: ", "");
    return {
      image,
      id: shortId(found.Id),
      bytes: found.Size,
      platform: platformOf(found),
      ...present({ digest: digest ?? digestIn(found.RepoDigests ?? [], shortName(reference)), status }),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  },
});

function digestIn(digests: readonly string[], name: string): string | undefined {
  return digests.find((digest) => digest.startsWith(`${name}@`))?.split("@")[1];
}

export const pushImageTool = defineTool({
  name: "docker_push_image",
  title: "Push an image",
  description: "Upload an image to the registry in its name.",
  risk: "change",
  idempotent: true,
  openWorld: true,
  input: z.strictObject({
    image: image,
    platform: platform,
  }),
  output: z.object({
    image: z.string(),
    digest: z.string().optional(),
    layers_pushed: z.number(),
    layers_there: z.number(),
  }),
  text: ({ image, digest, layers_pushed, layers_there }) =>
    `Pushed ${image}${digest ? ` (${digest})` : ""}: ${
      count(layers_pushed, "new layer")
    }, ${layers_there} there already`,
  async run(context, { image, platform }) {
    const reference = parseReference(image);
    if (reference.digest !== undefined) throw new InputError("image", "a push names a tag; the digest comes of it");
    const chosen = platform === undefined ? undefined : await onePlatform(context, platform);
    // Engines tell a missing image in words of their own, and some only within the stream.
    await context.engine.images.inspect(shortReference(reference), { signal: context.signal });
    const { digest, moved, there } = await pushImage(context, reference, chosen);
    const layers = { layers_pushed: moved, layers_there: there };
    return { image: shortReference(reference), ...layers, ...present({ digest }) };
  },
});

/** An older engine would leave the platform unread and push them all. */
async function onePlatform({ engine, signal }: Context, platform: string) {
  const [os = "", architecture = "", variant] = platform.split("/");
  if (!architecture) throw new InputError("platform", `expected a platform like linux/arm64, got "${platform}"`);
  const { ApiVersion } = await engine.system.version({ signal });
  if (Number(ApiVersion.replace("1.", "")) < 46) {
    throw new InputError("platform", `this engine speaks API ${ApiVersion}, and chooses none below 1.46; do without`);
  }
  return { os, architecture, ...present({ variant }) };
}
