import * as z from "zod";
import { defineTool } from "../../define.ts";
import { present } from "../spec/resources.ts";
import { memory } from "../format.ts";

export const version = defineTool({
  name: "docker_version",
  title: "Docker version",
  description: "Versions of engine, API and components.",
  risk: "read",
  input: z.strictObject({}),
  output: z.object({
    version: z.string(),
    api_version: z.string(),
    min_api_version: z.string().optional(),
    os: z.string(),
    arch: z.string(),
    kernel: z.string().optional(),
    components: z.record(z.string(), z.string()),
  }),
  text: ({ version, api_version, os, arch, components }) =>
    `Docker ${version}, API ${api_version}, ${os}/${arch}. ` +
    Object.entries(components).map(([name, version]) => `${name} ${version}`).join(", "),
  async run({ engine, signal }) {
    const found = await engine.system.version({ signal });
    return {
      version: found.Version,
      api_version: found.ApiVersion,
      os: found.Os,
      arch: found.Arch,
      components: Object.fromEntries((found.Components ?? []).map(({ Name, Version }) => [Name, Version])),
      ...present({ min_api_version: found.MinAPIVersion, kernel: found.KernelVersion }),
    };
  },
});

export const systemInfo = defineTool({
  name: "docker_system_info",
  title: "Docker system information",
  description: "Host, storage, cgroups, runtimes and warnings.",
  risk: "read",
  input: z.strictObject({}),
  output: z.object({
    name: z.string(),
    version: z.string(),
    containers: z.object({ running: z.number(), paused: z.number(), stopped: z.number() }),
    images: z.number(),
    cpus: z.number(),
    memory_bytes: z.number(),
    operating_system: z.string(),
    kernel: z.string(),
    architecture: z.string(),
    storage_driver: z.string(),
    logging_driver: z.string(),
    cgroup: z.string(),
    root_dir: z.string(),
    runtimes: z.array(z.string()),
    security: z.array(z.string()),
    swarm: z.string(),
    warnings: z.array(z.string()),
  }),
  text: (info) =>
    [
      `${info.name}: Docker ${info.version} on ${info.operating_system} (kernel ${info.kernel}, ${info.architecture})`,
      `${info.cpus} CPUs, ${memory(info.memory_bytes)} memory`,
      `containers: ${info.containers.running} running, ${info.containers.paused} paused, ${info.containers.stopped} stopped; images: ${info.images}`,
      `storage ${info.storage_driver}, logs ${info.logging_driver}, cgroup ${info.cgroup}, root ${info.root_dir}`,
      `runtimes ${info.runtimes.join(", ")}; swarm ${info.swarm}; security ${info.security.join(", ")}`,
      ...info.warnings,
    ].join("\n"),
  async run({ engine, signal }) {
    const info = await engine.system.info({ signal });
    return {
      name: info.Name,
      version: info.ServerVersion,
      containers: {
        running: info.ContainersRunning,
        paused: info.ContainersPaused,
        stopped: info.ContainersStopped,
      },
      images: info.Images,
      cpus: info.NCPU,
      memory_bytes: info.MemTotal,
      operating_system: info.OperatingSystem,
      kernel: info.KernelVersion,
      architecture: info.Architecture,
      storage_driver: info.Driver,
      logging_driver: info.LoggingDriver,
      cgroup: `v${info.CgroupVersion ?? "1"} (${info.CgroupDriver ?? "unknown"})`,
      root_dir: info.DockerRootDir,
      runtimes: Object.keys(info.Runtimes ?? {}),
      security: (info.SecurityOptions ?? []).map((option) => option.replace(/^name=/, "")),
      swarm: info.Swarm?.LocalNodeState ?? "inactive",
      warnings: info.Warnings ?? [],
    };
  },
});

export const healthcheck = defineTool({
  name: "docker_healthcheck",
  title: "Is Docker reachable",
  description: "Whether the engine answers, and how fast.",
  risk: "read",
  input: z.strictObject({}),
  output: z.object({ healthy: z.literal(true), milliseconds: z.number() }),
  text: ({ milliseconds }) => `Docker answers (${milliseconds} ms).`,
  async run({ engine, signal }) {
    const start = performance.now();
    await engine.system.ping({ signal });
    return { healthy: true as const, milliseconds: Math.round((performance.now() - start) * 10) / 10 };
  },
});
