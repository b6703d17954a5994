import type { CreateContainerBody } from "../../../engine/container_types.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import type { ImageConfig } from "../../../engine/images.ts";
import type { Snapshot } from "../../../snapshots/snapshots.ts";
import { securityOptionsOf, ulimitsOf } from "../container_facts.ts";
import { type Attachments, attachmentsOf, takesMacWithNetwork } from "./attachments.ts";
import { mountsOf } from "./held_volumes.ts";
import { ownConfig } from "./inherited.ts";

/** All that it takes to make a container: the body of its creation, and the networks that come after it. */
export interface Blueprint extends Pick<Attachments, "others" | "left"> {
  body: CreateContainerBody;
}

/** What the container is made on now. */
export interface Ground {
  /** The image's name, or its id. */
  image: string;
  /** True where it is the very image that the container had. */
  sameImage: boolean;
  /** Volumes of the container that are not there any more. */
  gone: ReadonlySet<string>;
  /** True where engine and kernel use cgroups of version 1. */
  oldCgroups: boolean;
}

/**
 * What an inspect tells, turned back into what was asked for. All else that the Engine tells of the configuration is
 * sent as it is, known here or not.
 */
export function blueprintOf({ container, imageConfig = {} }: Snapshot, ground: Ground): Blueprint {
  const { first, ...rest } = attachmentsOf(container);
  const HostConfig = { ...container.HostConfig, ...mountsOf(container, ground.gone) };
  // The default there, which the guard would hold for a choice.
  if (ground.oldCgroups && HostConfig.CgroupnsMode === "host") delete HostConfig.CgroupnsMode;
  // Podman tells the share in both ways, and takes only one.
  if (HostConfig.NanoCpus) {
    delete HostConfig.CpuPeriod;
    delete HostConfig.CpuQuota;
  }
  // It tells a size also where the memory is another's, and takes none there.
  if (/^(host$|container:)/.test(HostConfig.IpcMode ?? "")) delete HostConfig.ShmSize;
  if (HostConfig.Ulimits) HostConfig.Ulimits = ulimitsOf(HostConfig);
  // The guard would hold what the engine adds for a choice.
  if (HostConfig.SecurityOpt) HostConfig.SecurityOpt = securityOptionsOf(HostConfig);
  const { Env, ...config } = configOf(container, { imageConfig, sameImage: ground.sameImage });
  return {
    ...rest,
    body: {
      ...config,
      ...(Env ? { Env } : {}),
      Image: ground.image,
      HostConfig,
      ...(first ? { NetworkingConfig: { EndpointsConfig: { [first[0]]: first[1] } } } : {}),
    },
  };
}

function configOf(
  container: ContainerDetails,
  { imageConfig, sameImage }: { imageConfig: ImageConfig; sameImage: boolean },
): ContainerDetails["Config"] {
  const config = { ...(sameImage ? container.Config : ownConfig(container, imageConfig)) };
  // Sent as nothing, the image's would come back.
  if (!container.Config.Entrypoint?.length && imageConfig.Entrypoint?.length) config.Entrypoint = [""];
  if (config.Hostname === container.Id.slice(0, 12) || container.HostConfig.UTSMode === "host") delete config.Hostname;
  if (takesMacWithNetwork(container)) delete config.MacAddress;
  // They belong to the container whose network it shares, and the Engine takes none.
  if (container.HostConfig.NetworkMode?.startsWith("container:")) {
    delete config.Hostname;
    delete config.Domainname;
    delete config.ExposedPorts;
  }
  return config;
}
