import * as z from "zod";
import { runContainer } from "../tools/containers/create.ts";
import { restartContainer, startContainer, stopContainer } from "../tools/containers/lifecycle.ts";
import { containerLogs } from "../tools/containers/logs.ts";
import { listContainers } from "../tools/containers/read.ts";
import { removeContainer } from "../tools/containers/remove.ts";
import { listImages } from "../tools/images/read.ts";
import { pullImageTool } from "../tools/images/transfer.ts";
import {
  connectContainer,
  createNetwork,
  disconnectContainer,
  inspectNetwork,
  listNetworks,
  removeNetwork,
} from "../tools/networks.ts";
import { listVolumes } from "../tools/volumes.ts";
import { type Alias, type Route, route } from "./alias.ts";
import { classicStacks } from "./stacks.ts";
import { amount, health, listOrObject, object, objectOrList, onOff, seconds, text, words } from "./fields.ts";

/** Seconds that `follow: true` goes on reading. */
const followed = 5;

const named = z.strictObject({ container_name: text });

/** Names with hyphens, one for each thing that is done, as several other servers have them. */
export const classic: readonly Alias[] = [
  single(
    "create-container",
    "Create and start a container. A missing image is pulled first.",
    route({
      tool: runContainer,
      input: z.strictObject({
        image: text,
        container_name: text.optional(),
        command: words.optional(),
        ports: listOrObject.optional().describe('["8080:80"] or {"80": 8080} (container: host)'),
        environment: objectOrList.optional(),
        volumes: listOrObject.optional().describe('["data:/data:ro"] or {"/host": "/path"}'),
        networks: listOrObject.optional(),
        network: text.optional(),
        health_check: health.optional(),
        resources: z.strictObject({ cpu: amount.optional(), memory: amount.optional() }).optional()
          .describe("{cpu, memory}: 0.5, 512m"),
        restart_policy: text.optional().describe("no, always, unless-stopped, on-failure:3"),
        restart: text.optional().describe("Same as restart_policy"),
      }),
      args: ({ container_name, resources, restart_policy, restart, ...same }) => ({
        ...same,
        name: container_name,
        restart: restart_policy ?? restart,
        ...resources,
      }),
    }),
  ),
  single(
    "list-containers",
    "List running containers, or all of them.",
    route({
      tool: listContainers,
      input: z.strictObject({
        all: onOff.optional(),
        filters: object.optional().describe("status, label, name, network, ancestor, health"),
      }),
      args: ({ all, filters }) => ({ ...filters, all }),
    }),
  ),
  single(
    "get-logs",
    `Read a container's log: its last lines, or new ones for ${followed} seconds with follow.`,
    route({
      tool: containerLogs,
      input: named.extend({
        tail: amount.optional().describe("Lines, default 100, or all"),
        follow: onOff.optional(),
        timestamps: onOff.optional(),
        since: amount.optional().describe("A time, or 10m ago"),
        until: amount.optional(),
      }),
      args: ({ container_name, tail, follow, ...same }) => ({
        ...same,
        container: container_name,
        tail: typeof tail === "string" && /^\d+$/.test(tail) ? Number(tail) : tail,
        follow: follow ? followed : undefined,
      }),
    }),
  ),
  single(
    "start-container",
    "Start a container.",
    route({
      tool: startContainer,
      input: named,
      args: ({ container_name }) => ({ container: container_name }),
    }),
  ),
  single("stop-container", "Stop a container; it is killed after timeout seconds.", stopping(stopContainer)),
  single("restart-container", "Stop a container and start it again.", stopping(restartContainer)),
  single(
    "remove-container",
    "Delete a container; a running one with force.",
    route({
      tool: removeContainer,
      input: named.extend({ force: onOff.optional(), volumes: onOff.optional().describe("Its anonymous ones too") }),
      args: ({ container_name, ...same }) => ({ ...same, container: container_name }),
    }),
  ),
  single(
    "pull-image",
    "Download an image.",
    route({
      tool: pullImageTool,
      input: z.strictObject({ image: text, platform: text.optional().describe("linux/arm64") }),
      args: (same) => same,
    }),
  ),
  single("list-images", "List images, newest first.", listing(listImages, "reference, label, dangling")),
  single("list-volumes", "List volumes.", listing(listVolumes, "name, driver, label, dangling")),
  single(
    "network-create",
    "Create a network, a bridge unless driver is given.",
    route({
      tool: createNetwork,
      input: z.strictObject({
        network: text,
        driver: text.optional(),
        internal: onOff.optional(),
        attachable: onOff.optional(),
        options: objectOrList.optional(),
        labels: objectOrList.optional(),
      }),
      args: ({ network, ...same }) => ({ ...same, name: network }),
    }),
  ),
  single("network-remove", "Delete a network.", ofNetwork(removeNetwork)),
  single(
    "network-list",
    "List networks and their subnets.",
    listing(listNetworks, "name, driver, label, scope, dangling"),
  ),
  single(
    "network-connect",
    "Put a container into a network.",
    route({
      tool: connectContainer,
      input: z.strictObject({
        network: text,
        container_name: text,
        aliases: z.array(text).optional(),
        ipv4_address: text.optional(),
      }),
      args: ({ container_name, ...same }) => ({ ...same, container: container_name }),
    }),
  ),
  single(
    "network-disconnect",
    "Take a container out of a network.",
    route({
      tool: disconnectContainer,
      input: z.strictObject({ network: text, container_name: text, force: onOff.optional() }),
      args: ({ container_name, ...same }) => ({ ...same, container: container_name }),
    }),
  ),
  single("network-inspect", "Show a network and the containers in it.", ofNetwork(inspectNetwork)),
  ...classicStacks,
];

function single(name: string, description: string, only: Route): Alias {
  return { name, title: only.tool.title, description, routes: { "": only } };
}

function stopping(tool: Route["tool"]): Route {
  return route({
    tool,
    input: named.extend({ timeout: seconds.optional() }),
    args: ({ container_name, timeout }) => ({ container: container_name, timeout }),
  });
}

function listing(tool: Route["tool"], known: string): Route {
  return route({
    tool,
    input: z.strictObject({ filters: object.optional().describe(known) }),
    args: ({ filters }) => ({ ...filters }),
  });
}

function ofNetwork(tool: Route["tool"]): Route {
  return route({ tool, input: z.strictObject({ network: text }), args: (same) => same });
}
