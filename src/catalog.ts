import type { Tool, Toolset } from "./define.ts";
import * as create from "./tools/containers/create.ts";
import * as exec from "./tools/containers/exec.ts";
import * as files from "./tools/containers/files.ts";
import * as lifecycle from "./tools/containers/lifecycle.ts";
import * as logs from "./tools/containers/logs.ts";
import * as read from "./tools/containers/read.ts";
import * as remove from "./tools/containers/remove.ts";
import * as images from "./tools/images.ts";
import * as system from "./tools/system.ts";

/** The table of contents: everything a client can do, in the order in which it is listed. */
export const toolsets: readonly Toolset[] = [
  {
    name: "containers",
    description: "Containers: list, inspect, run, stop, remove, logs, commands, files, resource use",
    tools: [read, logs, create, lifecycle, exec, files, remove].flatMap((file): Tool[] => Object.values(file)),
  },
  { name: "images", description: "Images: list and pull", tools: Object.values(images) },
  {
    name: "system",
    description: "The engine itself: version, information, reachability",
    tools: Object.values(system),
  },
];
