import * as z from "zod";
import type { DeviceRequest, Resources, RestartPolicy } from "../../engine/container_types.ts";
import { bytes, bytesOrUnlimited, cpus, Expected, parsed } from "./units.ts";

/** `always`, `unless-stopped`, `no`, `on-failure` or `on-failure:3`. */
export const restart = parsed(z.string(), (value): RestartPolicy => {
  const [, name, count] = /^(no|always|unless-stopped|on-failure)(?::(\d+))?$/.exec(value) ?? [];
  switch (name) {
    case "no":
    case "always":
    case "unless-stopped":
      if (count === undefined) return { Name: name };
      break;
    case "on-failure":
      return { Name: name, MaximumRetryCount: Number(count ?? 0) };
  }
  throw new Expected(`expected no, always, unless-stopped, on-failure or on-failure:3, got "${value}"`);
});

/** Limits that can be set at creation and changed later. */
export const limitFields = {
  cpu: cpus.optional(),
  memory: bytes.optional(),
  memory_reservation: bytes.optional(),
  memory_swap: bytesOrUnlimited.optional(),
  cpu_shares: z.number().int().min(0).max(262144).optional(),
  cpuset: z.string().regex(/^\d+([-,]\d+)*$/, "expected CPUs like 0-2,4").optional(),
  pids_limit: z.number().int().min(-1).max(4194304).optional(),
};

export type Limits = z.output<z.ZodObject<typeof limitFields>>;

/** The Engine's spelling of the limits that are given. */
export function toResources(limits: Limits): Resources {
  return present({
    NanoCpus: limits.cpu,
    Memory: limits.memory,
    MemoryReservation: limits.memory_reservation,
    MemorySwap: limits.memory_swap,
    CpuShares: limits.cpu_shares,
    CpusetCpus: limits.cpuset,
    PidsLimit: limits.pids_limit,
  });
}

/** Ulimits: `{"nofile": "1024:2048"}`, `{"nproc": 64}` or `{"nofile": {soft, hard}}`. */
export const ulimits = parsed(
  z.record(z.string(), z.union([z.number(), z.string(), z.strictObject({ soft: z.number(), hard: z.number() })])),
  (given) =>
    Object.entries(given).map(([Name, value]) => {
      if (typeof value === "object") return { Name, Soft: value.soft, Hard: value.hard };
      const [, soft, hard = soft] = /^(-1|\d+)(?::(-1|\d+))?$/.exec(String(value)) ?? [];
      if (soft === undefined) {
        throw new Expected(`expected a limit like 1024 or 1024:2048 for "${Name}", got "${value}"`);
      }
      return { Name, Soft: Number(soft), Hard: Number(hard) };
    }),
);

/** Devices as `docker run --device` takes them: `/dev/sda[:/dev/xvda][:rwm]`. */
export const devices = parsed(z.array(z.string()), (given) =>
  given.map((text) => {
    const match = /^(\/[^:]*)(?::(\/[^:]*))?(?::([rwm]+))?$/.exec(text);
    if (!match) throw new Expected(`expected a device like /dev/snd or /dev/sda:/dev/xvda:rwm, got "${text}"`);
    const [, PathOnHost = "", PathInContainer = PathOnHost, CgroupPermissions = "rwm"] = match;
    return { PathOnHost, PathInContainer, CgroupPermissions };
  }));

/** GPUs: `"all"`, a count, or `{count, ids, capabilities}`. */
export const gpus = parsed(
  z.union([
    z.string(),
    z.number().int().min(1),
    z.strictObject({
      count: z.union([z.number().int(), z.literal("all")]).optional(),
      ids: z.array(z.string()).optional(),
      capabilities: z.array(z.string()).optional(),
    }),
  ]),
  (given): DeviceRequest[] => {
    if (typeof given !== "object") return [{ Count: gpuCount(given), Capabilities: [["gpu"]] }];
    const Capabilities = [given.capabilities ?? ["gpu"]];
    if (given.ids) return [{ DeviceIDs: given.ids, Capabilities }];
    return [{ Count: gpuCount(given.count ?? "all"), Capabilities }];
  },
);

function gpuCount(value: string | number): number {
  const count = value === "all" ? -1 : Number(value);
  if (Number.isInteger(count) && (count === -1 || count > 0)) return count;
  throw new Expected(`expected "all" or a number of GPUs, got "${value}"`);
}

/** An object without the keys that are undefined. */
export function present<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in object) {
    const value = object[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
