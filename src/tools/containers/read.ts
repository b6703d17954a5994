import * as z from "zod";
import { defineTool } from "../../define.ts";
import { oneLine } from "../../safety/untrusted.ts";
import { anyOf, container, containerList, labelFilter, toFilters } from "../fields.ts";
import { table } from "../format.ts";
import { InputError } from "../input_error.ts";
import { pageFoot, pageInput, pageOf, pageOutput } from "../pages.ts";
import { portsOf, summarize } from "../facts/container_facts.ts";
import { statsOf, statsRow } from "../facts/stats_facts.ts";

const states = z.enum(["created", "running", "paused", "restarting", "removing", "exited", "dead"]);

const listedContainer = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  status: z.string(),
  ports: z.string().optional(),
});

export const listContainers = defineTool({
  name: "docker_list_containers",
  title: "List containers",
  description: "Running containers; stopped ones too with `all` or `status`.",
  risk: "read",
  input: z.strictObject({
    all: z.boolean().optional(),
    status: anyOf(states).optional(),
    label: labelFilter.optional(),
    name: anyOf(z.string()).optional(),
    network: anyOf(z.string()).optional(),
    ancestor: anyOf(z.string()).optional(),
    health: anyOf(z.enum(["starting", "healthy", "unhealthy", "none"])).optional(),
    ...pageInput,
  }),
  output: z.object({
    containers: z.array(listedContainer),
    ...pageOutput,
  }),
  text({ containers, ...page }) {
    if (page.total === 0) return "No containers match. Without `all` or `status` only running ones are listed.";
    return ["NAME IMAGE STATUS PORTS", ...containers.map(listRow)].join("\n") + pageFoot(containers, page);
  },
  async run({ engine, signal }, { all, limit, offset, ...filters }) {
    const query = { all: all ?? filters.status !== undefined, ...toFilters(filters) };
    const found = await engine.containers.list(query, { signal });
    const { rows, page } = pageOf(found, { limit, offset });
    const containers = rows.map(({ Id, Names, Image, State, Status, Ports }) => {
      const ports = portsOf(Ports ?? []);
      const name = Names[0]?.slice(1) ?? "";
      const row = { id: Id.slice(0, 12), name, image: Image, state: State, status: Status };
      return ports ? { ...row, ports } : row;
    });
    return { containers, ...page };
  },
});

/** Told most often of all, hence without ids and without blanks to align it, which would cost a model half as much again. */
function listRow({ name, image, status, ports }: Listed): string {
  return [name, image, status, ports?.replaceAll("127.0.0.1:", "localhost:") ?? ""].join(" ").trimEnd();
}

type Listed = z.output<typeof listedContainer>;

export const inspectContainer = defineTool({
  name: "docker_inspect_container",
  title: "Inspect a container",
  description: "State and settings of a container in short; `fields` (State.Health) or `raw` of Docker's own answer.",
  risk: "read",
  input: z.strictObject({
    container,
    fields: z.array(z.string()).min(1).optional(),
    raw: z.boolean().optional(),
  }),
  output: z.object({ container: z.record(z.string(), z.unknown()) }),
  async run({ engine, signal }, { container, fields, raw }) {
    const details = await engine.containers.inspect(container, { signal });
    if (fields) return { container: Object.fromEntries(fields.map((field) => [field, pick(details, field)])) };
    return { container: raw ? { ...details } : summarize(details) };
  },
});

function pick(value: unknown, field: string): unknown {
  let at = value;
  let seen = "";
  for (const key of field.split(".")) {
    if (typeof at !== "object" || at === null || !(key in at)) {
      const known = typeof at === "object" && at !== null ? Object.keys(at).join(", ") : "nothing";
      throw new InputError("fields", `"${field}" is not there: ${seen || "the container"} has ${known}`);
    }
    at = Object.entries(at).find(([name]) => name === key)?.[1];
    seen += (seen && ".") + key;
  }
  return at;
}

export const containerStats = defineTool({
  name: "docker_container_stats",
  title: "Container resource use",
  description: "CPU, memory, network, block I/O and processes of running containers, one sample.",
  risk: "read",
  input: z.strictObject({ containers: containerList.optional() }),
  output: z.object({
    stats: z.array(z.object({
      name: z.string(),
      cpu_percent: z.number(),
      memory_bytes: z.number(),
      memory_limit_bytes: z.number(),
      memory_percent: z.number(),
      network_rx_bytes: z.number(),
      network_tx_bytes: z.number(),
      block_read_bytes: z.number(),
      block_write_bytes: z.number(),
      pids: z.number(),
    })),
    not_running: z.array(z.string()).optional(),
  }),
  text({ stats, not_running = [] }) {
    const head = ["NAME", "CPU", "MEMORY", "OF LIMIT", "NET IN/OUT", "BLOCK IN/OUT", "PIDS"];
    const idle = not_running.length ? `\nNot running: ${not_running.join(", ")}` : "";
    return (stats.length ? table(head, stats.map(statsRow)) : "No container is running.") + idle;
  },
  async run({ engine, signal }, { containers }) {
    const names = containers ??
      (await engine.containers.list({}, { signal })).map(({ Names, Id }) => Names[0]?.slice(1) ?? Id);
    const results = await Promise.all(names.map((name) => statsOf(engine, name, { signal })));
    const not_running = names.filter((_, i) => results[i] === undefined);
    const stats = results.flatMap((result) => result ?? []);
    return { stats, ...(not_running.length && containers ? { not_running } : {}) };
  },
});

export const containerTop = defineTool({
  name: "docker_container_top",
  title: "Processes in a container",
  description: "Processes of a running container.",
  risk: "read",
  input: z.strictObject({ container, ps_args: z.string().optional() }),
  output: z.object({ titles: z.array(z.string()), processes: z.array(z.array(z.string())) }),
  text: ({ titles, processes }) => table(titles, processes),
  async run({ engine, signal }, { container, ps_args }) {
    const { Titles, Processes } = await engine.containers.top(container, {
      signal,
      ...(ps_args === undefined ? {} : { psArgs: ps_args }),
    });
    return { titles: Titles, processes: Processes ?? [] };
  },
});

const kinds = ["changed", "added", "deleted"] as const;

export const containerDiff = defineTool({
  name: "docker_container_diff",
  title: "Changed files in a container",
  description: "Files that differ from the image, below `path`.",
  risk: "read",
  input: z.strictObject({
    container,
    path: z.string().optional(),
    limit: z.number().int().min(1).max(10000).optional(),
  }),
  output: z.object({
    changes: z.array(z.object({ kind: z.enum(kinds), path: z.string() })),
    total: z.number(),
  }),
  text({ changes, total }) {
    if (total === 0) return "No file differs from the image.";
    const rest = changes.length < total ? `\n${changes.length} of ${total}; \`path\` or \`limit\` shows others` : "";
    return changes.map(({ kind, path }) => `${kind} ${oneLine(path)}`).join("\n") + rest;
  },
  async run({ engine, signal }, { container, path = "/", limit = 200 }) {
    const below = path.endsWith("/") ? path : `${path}/`;
    const all = await engine.containers.changes(container, { signal });
    const found = all.filter(({ Path }) => Path === path || Path.startsWith(below));
    const changes = found.slice(0, limit).map(({ Kind, Path }) => ({ kind: kinds[Kind] ?? "changed", path: Path }));
    return { changes, total: found.length };
  },
});
