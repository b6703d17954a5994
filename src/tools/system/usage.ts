import * as z from "zod";
import { defineTool } from "../../define.ts";
import { diskUsage, kinds, storedOf, usageOf } from "../facts/disk_usage.ts";
import { plainText } from "../facts/text.ts";
import { size, table } from "../format.ts";

const usage = z.object({
  count: z.number(),
  active: z.number(),
  bytes: z.number(),
  reclaimable_bytes: z.number(),
});

/** How many of the biggest things `details` names. */
const biggest = 15;

export const systemDf = defineTool({
  name: "docker_system_df",
  title: "Disk use",
  description: "Disk space by kind, and how much is unused; `details` names the biggest.",
  risk: "read",
  input: z.strictObject({ details: z.boolean().optional() }),
  output: z.object({
    images: usage,
    containers: usage,
    volumes: usage,
    build_cache: usage,
    biggest: z.array(z.object({ kind: z.enum(kinds), name: z.string(), bytes: z.number(), in_use: z.boolean() }))
      .optional(),
  }),
  text(disk) {
    const rows = kinds.map((kind) => {
      const { count, active, bytes, reclaimable_bytes } = disk[kind];
      return [kind, String(count), String(active), size(bytes), size(reclaimable_bytes)];
    });
    const sums = table(["KIND", "COUNT", "ACTIVE", "SIZE", "RECLAIMABLE"], rows);
    if (!disk.biggest) return sums;
    const list = disk.biggest.map((one) => [size(one.bytes), one.kind, one.in_use ? "in use" : "unused", one.name]);
    return `${sums}\n\n${table(["SIZE", "KIND", "", "BIGGEST"], list)}`;
  },
  async run(context, { details }) {
    const disk = await diskUsage(context);
    const sums = usageOf(disk);
    if (!details) return sums;
    const named = storedOf(disk).filter(({ bytes }) => bytes > 0).slice(0, biggest);
    return { ...sums, biggest: named.map((one) => ({ ...one, name: plainText(one.name).slice(0, 120) })) };
  },
});
