import * as z from "zod";
import { defineTool } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { blueprintOf } from "../facts/recreate/blueprint.ts";
import { changed, type Changes } from "../facts/recreate/changes.ts";
import { groundFor } from "../facts/recreate/ground.ts";
import { lostFiles, sharersOf } from "../facts/recreate/losses.ts";
import { replace } from "../facts/recreate/replace.ts";
import { keepSnapshot } from "../facts/snapshot.ts";
import { container, waitTime } from "../fields.ts";
import { count, listed, shortId } from "../format.ts";
import { InputError } from "../input_error.ts";
import { ports } from "../spec/ports.ts";
import { limitFields, present, restart, toResources } from "../spec/resources.ts";
import { words } from "../spec/words.ts";

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const settings = z.record(z.string().regex(/^[^=\0]+$/, 'expected a name without "="'), value.nullable());

const recreateInput = z.strictObject({
  container,
  image: z.string().min(1).optional(),
  pull: z.enum(["missing", "always", "never"]).optional(),
  environment: settings.optional().describe("Added; null removes"),
  labels: settings.optional(),
  ports: ports.optional().describe("Replace all"),
  command: words.optional(),
  restart: restart.optional(),
  ...limitFields,
  wait: z.enum(["none", "healthy"]).optional(),
  wait_timeout: waitTime.optional(),
});

type RecreateInput = z.output<typeof recreateInput>;

export const recreateContainer = defineTool({
  name: "docker_recreate_container",
  title: "Recreate a container",
  description:
    "Replace a container by its like, of a new `image` or with changes; volumes, networks, name stay. If it fails, the old one comes back.",
  risk: "destroy",
  openWorld: true,
  input: recreateInput,
  output: z.object({
    container: z.string(),
    id: z.string(),
    image: z.string(),
    state: z.string(),
    changed: z.array(z.string()),
    warnings: z.array(z.string()).optional(),
  }),
  text({ container, id, image, state, changed, warnings = [] }) {
    const changes = changed.length > 0 ? ` Changed: ${changed.join(", ")}.` : "";
    return [`Recreated ${container} (${id}) of ${image}: ${state}.${changes}`, ...warnings].join("\n");
  },
  async consequence(context, input) {
    const old = await context.engine.containers.inspect(input.container, { signal: context.signal });
    const files = await lostFiles(context, old);
    const sharers = await sharersOf(context, old);
    const by = input.image === undefined ? "" : ` by one of ${input.image}`;
    const network = sharers.length > 0 ? ` ${listed(sharers)} will lose the network they share with it.` : "";
    return `Container "${old.Name.slice(1)}" (${old.Config.Image}, ${old.State.Status}) will be replaced${by}; ` +
      `${count(files, "file")} changed in it since its creation will be lost. Its volumes stay.${network}`;
  },
  async run(context, input) {
    const { container: old, ...rest } = await keepSnapshot(context, input.container, "recreate");
    refuseSelfRemoval(old);
    const ground = await groundFor(context, old, input);
    const { body, ...networks } = blueprintOf({ container: old, ...rest }, ground);
    const blueprint = { ...networks, body: changed(body, changesOf(input)) };
    const sharers = await sharersOf(context, old);
    const proof = { wait: input.wait ?? "none", timeout: input.wait_timeout ?? 60 };
    const { id, warnings } = await replace(context, old, { blueprint, proof });
    const { State } = await context.engine.containers.inspect(id, { signal: context.signal });
    const all = [...warnings, ...sharers.map((name) => `${name} shared its network: recreate it too`)];
    return {
      container: old.Name.slice(1),
      id: shortId(id),
      image: ground.image,
      state: State.Status,
      changed: [...(ground.sameImage ? [] : ["image"]), ...namesOf(input)],
      ...(all.length > 0 ? { warnings: all } : {}),
    };
  },
});

/** Its stop would be its end, with no way back. */
function refuseSelfRemoval({ State, HostConfig }: ContainerDetails): void {
  if (!HostConfig.AutoRemove || !State.Running) return;
  const why = "it removes itself when it stops, so that a failure could not be undone";
  throw new InputError("container", `${why}; stop it and run a new one with docker_run_container`);
}

function changesOf({ environment, labels, ports, command, restart, ...limits }: RecreateInput): Changes {
  return { environment, labels, ports, command, restart, limits: toResources(limits) };
}

/** The values may be secrets. */
function namesOf({ environment = {}, labels = {}, ...input }: RecreateInput): string[] {
  const { ports, command, restart, cpu, memory, memory_reservation, memory_swap, cpu_shares, cpuset, pids_limit } =
    input;
  const limits = { cpu, memory, memory_reservation, memory_swap, cpu_shares, cpuset, pids_limit };
  return [
    ...Object.keys(environment).map((name) => `environment ${name}`),
    ...Object.keys(labels).map((name) => `label ${name}`),
    ...Object.keys(present({ ports, command, restart, ...limits })),
  ];
}
