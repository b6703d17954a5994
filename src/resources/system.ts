import { defineResource } from "../define.ts";

export const networks = defineResource({
  uri: "docker://networks",
  name: "networks",
  title: "Networks",
  description: "Networks with driver and subnets; the first 200.",
  mimeType: "application/json",
  tool: "docker_list_networks",
  args: () => ({ limit: 200 }),
  changedBy: ["network create", "network update", "network remove", "network destroy"],
});

export const network = defineResource({
  uri: "docker://networks/{name}",
  name: "network",
  title: "A network's details",
  description: "Driver, subnets and settings of a network, and the containers in it.",
  mimeType: "application/json",
  names: "network",
  tool: "docker_inspect_network",
  args: (network) => ({ network }),
  changedBy: ["network"],
});

export const volumes = defineResource({
  uri: "docker://volumes",
  name: "volumes",
  title: "Volumes",
  description: "Volumes with driver and age; the first 200.",
  mimeType: "application/json",
  tool: "docker_list_volumes",
  args: () => ({ limit: 200 }),
  changedBy: ["volume create", "volume remove", "volume destroy"],
});

export const volume = defineResource({
  uri: "docker://volumes/{name}",
  name: "volume",
  title: "A volume's details",
  description: "Driver, options, labels and size of a volume, and the containers that use it.",
  mimeType: "application/json",
  names: "volume",
  tool: "docker_inspect_volume",
  args: (volume) => ({ volume }),
  changedBy: ["volume"],
});

export const systemInfo = defineResource({
  uri: "docker://system/info",
  name: "system-info",
  title: "The engine",
  description: "The engine's host, counts of containers and images, storage, runtimes and warnings.",
  mimeType: "application/json",
  tool: "docker_system_info",
  changedBy: ["start", "die", "pause", "unpause", "create", "destroy"].map((action) => `container ${action}`)
    .concat("image", "daemon"),
});

export const systemDf = defineResource({
  uri: "docker://system/df",
  name: "system-df",
  title: "Disk use",
  description: "Disk space that images, containers, volumes and build cache take, and how much of it is unused.",
  mimeType: "application/json",
  tool: "docker_system_df",
  changedBy: [
    ...["container create", "container die", "container destroy", "container commit"],
    ...["volume create", "volume remove", "volume destroy", "image", "builder"],
  ],
});

export const events = defineResource({
  uri: "docker://events",
  name: "events",
  title: "Engine events",
  description: "What happened on the engine in the last hour; the newest 50 events.",
  mimeType: "text/plain",
  tool: "docker_events",
  changedBy: ["container", "image", "network", "volume", "builder", "daemon", "plugin"],
});
