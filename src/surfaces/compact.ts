import * as z from "zod";
import { runContainer } from "../tools/containers/create.ts";
import * as lifecycle from "../tools/containers/lifecycle.ts";
import { containerLogs } from "../tools/containers/logs.ts";
import { containerStats, inspectContainer } from "../tools/containers/read.ts";
import { removeContainer } from "../tools/containers/remove.ts";
import { buildImage } from "../tools/images/build.ts";
import { tagImage } from "../tools/images/make.ts";
import { imageHistory, inspectImage, listImages } from "../tools/images/read.ts";
import { removeImage } from "../tools/images/remove.ts";
import { pullImageTool, pushImageTool } from "../tools/images/transfer.ts";
import * as networks from "../tools/networks.ts";
import { type Alias, type Route, route } from "./alias.ts";
import { compactStacks } from "./stacks.ts";
import { listOrObject, object, objectOrList, onOff, seconds, text, words } from "./fields.ts";

/** Few tools, most of them with actions, for models with little room. */
export const compact: readonly Alias[] = [
  {
    name: "build-image",
    title: "Build an image",
    description: "Build from `path`, a local folder or a URL, or without it from `dockerfile` as a text.",
    routes: {
      "": route({
        tool: buildImage,
        input: z.strictObject({
          path: text.optional(),
          dockerfile: text.optional(),
          tag: text.optional(),
          build_args: object.optional(),
          target: text.optional(),
          no_cache: onOff.optional(),
        }),
        args: ({ path, dockerfile, tag, ...same }) => ({
          ...same,
          ...(path === undefined ? { dockerfile } : { context: path, file: dockerfile }),
          tags: tag,
        }),
      }),
    },
  },
  {
    name: "run-container",
    title: "Run a container",
    description: "Create and start a container; with `detach` false wait for its end and give its output.",
    routes: {
      "": route({
        tool: runContainer,
        input: z.strictObject({
          image: text,
          name: text.optional(),
          ports: listOrObject.optional().describe("8080:80"),
          volumes: listOrObject.optional().describe("data:/data:ro"),
          environment: objectOrList.optional(),
          command: words.optional(),
          detach: onOff.optional(),
        }),
        args: ({ detach, ...same }) => ({ ...same, wait: detach === false ? "exit" : undefined }),
      }),
    },
  },
  {
    name: "manage-container",
    title: "Manage a container",
    description: "`force` goes with remove, `timeout` (seconds until it is killed) with stop and restart.",
    routes: {
      start: ofContainer(lifecycle.startContainer),
      stop: stopping(lifecycle.stopContainer),
      restart: stopping(lifecycle.restartContainer),
      remove: route({
        tool: removeContainer,
        input: z.strictObject({ container_id: text, force: onOff.optional() }),
        args: ({ container_id, force }) => ({ container: container_id, force }),
      }),
      pause: ofContainer(lifecycle.pauseContainer),
      unpause: ofContainer(lifecycle.unpauseContainer),
      kill: ofContainer(lifecycle.killContainer),
      inspect: ofContainer(inspectContainer),
      logs: ofContainer(containerLogs),
      stats: route({
        tool: containerStats,
        input: z.strictObject({ container_id: text }),
        args: ({ container_id }) => ({ containers: [container_id] }),
      }),
    },
  },
  {
    name: "image-operations",
    title: "Manage images",
    description: "`registry` goes before the name of `image`: tag gives it that name. `force` goes with remove.",
    routes: {
      pull: atRegistry(pullImageTool),
      push: atRegistry(pushImageTool),
      tag: route({
        tool: tagImage,
        input: z.strictObject({ image: text, registry: text }),
        args: ({ image, registry }) => ({ image, tag: at(registry, image) }),
      }),
      remove: route({
        tool: removeImage,
        input: z.strictObject({ image: text, force: onOff.optional() }),
        args: (same) => same,
      }),
      list: route({
        tool: listImages,
        input: z.strictObject({ image: text.optional() }),
        args: ({ image }) => ({ reference: image }),
      }),
      inspect: ofImage(inspectImage),
      history: ofImage(imageHistory),
    },
  },
  {
    name: "network-management",
    title: "Manage networks",
    description: "`containers` go with connect and disconnect, `driver` and `options` with create.",
    routes: {
      create: route({
        tool: networks.createNetwork,
        input: z.strictObject({ name: text, driver: text.optional(), options: objectOrList.optional() }),
        args: (same) => same,
      }),
      remove: ofNetwork(networks.removeNetwork),
      connect: joining(networks.connectContainer),
      disconnect: joining(networks.disconnectContainer),
      list: route({
        tool: networks.listNetworks,
        input: z.strictObject({ name: text.optional() }),
        args: (same) => same,
      }),
      inspect: ofNetwork(networks.inspectNetwork),
    },
  },
  ...compactStacks,
];

function ofContainer(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ container_id: text }),
    args: ({ container_id }) => ({ container: container_id }),
  });
}

function stopping(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ container_id: text, timeout: seconds.optional() }),
    args: ({ container_id, timeout }) => ({ container: container_id, timeout }),
  });
}

function ofImage(tool: Route["tool"]): Route {
  return route({ tool, input: z.strictObject({ image: text }), args: (same) => same });
}

function atRegistry(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ image: text, registry: text.optional() }),
    args: ({ image, registry }) => ({ image: registry === undefined ? image : at(registry, image) }),
  });
}

/** An image that is named with its registry already keeps its name. */
function at(registry: string, image: string): string {
  const address = registry.replace(/\/+$/, "");
  return image.startsWith(`${address}/`) ? image : `${address}/${image}`;
}

function ofNetwork(tool: Route["tool"]): Route {
  return route({ tool, input: z.strictObject({ name: text }), args: ({ name }) => ({ network: name }) });
}

/** One after the other: the engine joins one container at a time. */
function joining(tool: Route["tool"]): Route {
  return route({
    tool,
    input: z.strictObject({ name: text, containers: z.array(text).min(1) }),
    args: ({ name, containers }) => containers.map((container) => ({ network: name, container })),
  });
}
