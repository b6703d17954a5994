import type { Tool, Toolset } from "./define.ts";
import * as composeGenerate from "./tools/compose/generate.ts";
import * as composeLifecycle from "./tools/compose/lifecycle.ts";
import * as composeRead from "./tools/compose/read.ts";
import * as composeRun from "./tools/compose/run.ts";
import * as create from "./tools/containers/create.ts";
import * as exec from "./tools/containers/exec.ts";
import * as files from "./tools/containers/files.ts";
import * as lifecycle from "./tools/containers/lifecycle.ts";
import * as logs from "./tools/containers/logs.ts";
import * as read from "./tools/containers/read.ts";
import * as recreate from "./tools/containers/recreate.ts";
import * as remove from "./tools/containers/remove.ts";
import * as restore from "./tools/containers/restore.ts";
import * as imageBuild from "./tools/images/build.ts";
import * as imageFiles from "./tools/images/files.ts";
import * as imageMake from "./tools/images/make.ts";
import * as imageRead from "./tools/images/read.ts";
import * as imageRemove from "./tools/images/remove.ts";
import * as imageTransfer from "./tools/images/transfer.ts";
import * as diagnose from "./tools/insight/diagnose.ts";
import * as overview from "./tools/insight/overview.ts";
import * as waitFor from "./tools/insight/wait_for.ts";
import * as networks from "./tools/networks.ts";
import * as events from "./tools/system/events.ts";
import * as systemPrune from "./tools/system/prune.ts";
import * as system from "./tools/system/read.ts";
import * as usage from "./tools/system/usage.ts";
import * as volumes from "./tools/volumes.ts";

/** The table of contents: everything a client can do, in the order in which it is listed. */
export const toolsets: readonly Toolset[] = [
  {
    name: "containers",
    description: "Containers: list, inspect, run, stop, remove, logs, commands, files, resource use",
    tools: [read, logs, diagnose, waitFor, create, lifecycle, exec, files, remove, recreate, restore].flatMap((
      file,
    ): Tool[] => Object.values(file)),
  },
  {
    name: "images",
    description: "Images: list, inspect, build, pull, push, tag, save, load, import, commit, remove",
    tools: [imageRead, imageTransfer, imageBuild, imageMake, imageFiles, imageRemove].flatMap((file): Tool[] =>
      Object.values(file)
    ),
  },
  {
    name: "compose",
    description: "Compose projects: plan, up, down, list, logs, start, stop, run, generate",
    tools: [composeRead, composeLifecycle, composeRun, composeGenerate].flatMap((file): Tool[] => Object.values(file)),
  },
  {
    name: "networks",
    description: "Networks: list, inspect, create, remove, connect and disconnect containers",
    tools: Object.values(networks),
  },
  {
    name: "volumes",
    description: "Volumes: list, inspect, create, remove",
    tools: Object.values(volumes),
  },
  {
    name: "system",
    description: "The engine itself: version, information, reachability",
    tools: [overview, system, usage, systemPrune, events].flatMap((file): Tool[] => Object.values(file)),
  },
];
