import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { healthStatus } from "../../engine/containers.ts";
import type { Engine } from "../../engine/engine.ts";
import { runAttached } from "../facts/attached_run.ts";
import { type Captured, lastLines, outputLack, outputLackOf, outputLines } from "../facts/output.ts";
import { platformWarnings } from "../facts/platform.ts";
import { withImage } from "../facts/pull.ts";
import { pause, within } from "../facts/signals.ts";
import { waitTime } from "../fields.ts";
import { shortId } from "../format.ts";
import { InputError } from "../input_error.ts";
import {
  containerFields,
  type ContainerSpec,
  createBody,
  extraNetworks,
  namesOneNetwork,
  oneNetwork,
} from "../spec/container.ts";
import { present } from "../spec/resources.ts";

const pullPolicy = z.enum(["missing", "always", "never"]).optional();

const created = z.object({
  id: z.string(),
  name: z.string(),
  warnings: z.array(z.string()).optional(),
});

export const createContainer = defineTool({
  name: "docker_create_container",
  title: "Create a container",
  description: "Create a container without starting it, as `docker create`. Pulls a missing image.",
  risk: "execute",
  input: z.strictObject({ ...containerFields, pull: pullPolicy }).refine(namesOneNetwork, oneNetwork),
  output: created,
  text: ({ id, name, warnings = [] }) =>
    [`Created ${name} (${id}). docker_start_container starts it.`, ...warnings].join("\n"),
  async run(context, { pull, ...spec }) {
    const { id, ...rest } = await create(context, spec, pull);
    return { id: shortId(id), ...rest };
  },
});

const waits = z.enum(["none", "exit", "healthy"]).optional();
const runInput = z.strictObject({
  ...containerFields,
  pull: pullPolicy,
  wait: waits,
  wait_timeout: waitTime.optional(),
}).refine(namesOneNetwork, oneNetwork);

export const runContainer = defineTool({
  name: "docker_run_container",
  title: "Run a container",
  description:
    "Create and start a container, as `docker run`. `wait` for exit (gives its output) or healthy, at most `wait_timeout` (60s).",
  risk: "execute",
  input: runInput,
  output: created.extend({
    state: z.string(),
    exit_code: z.number().optional(),
    health: z.string().optional(),
    timed_out: z.boolean().optional(),
    stdout: z.string().optional(),
    stderr: z.string().optional(),
    ...outputLack,
  }),
  text({ name, id, state, exit_code, health, timed_out, warnings = [], ...output }) {
    const end = exit_code === undefined ? "" : `, exit code ${exit_code}`;
    const late = timed_out ? "; the wait timed out, it goes on" : "";
    const head = `${name} (${id}) is ${state}${end}${health ? `, ${health}` : ""}${late}.`;
    return [head, ...warnings, ...outputLines(output)].join("\n");
  },
  async run(context, { pull, wait = "none", wait_timeout = 60, ...spec }) {
    const made = await create(context, spec, pull);
    const ended = await orRemove(
      context,
      made.id,
      () => startAnd(context, made.id, { wait, timeout: wait_timeout, spec }),
    );
    return { ...made, id: shortId(made.id), ...ended };
  },
});

async function create(context: Context, spec: ContainerSpec, pull: z.output<typeof pullPolicy>) {
  const { engine, signal } = context;
  const { image, name, platform } = spec;
  const make = () => engine.containers.create(createBody(spec), { signal, ...present({ name, platform }) });
  const { Id, Warnings } = await withImage(context, { image, ...present({ pull, platform }) }, make);
  const chosen = await orRemove(context, Id, async () => {
    for (const [network, endpoint] of extraNetworks(spec)) {
      await engine.networks.connect(network, { container: Id, endpoint }, { signal });
    }
    return name ?? (await engine.containers.inspect(Id, { signal })).Name.slice(1);
  });
  const warnings = [...Warnings ?? [], ...await otherPlatform(context, spec)];
  return { id: Id, name: chosen, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** An engine refuses an image for another platform, or makes a container of it and says nothing: Podman 4. */
async function otherPlatform(context: Context, { image, platform }: ContainerSpec): Promise<string[]> {
  if (platform === undefined) return [];
  const { engine, signal } = context;
  return await platformWarnings(context, await engine.images.inspect(image, { signal }), platform);
}

/** A container that could not be started or joined to its networks is of no use, and its name would be in the way. */
async function orRemove<T>({ engine }: Context, id: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    // With auto_remove it may be gone already; that is not what the caller must know.
    await removeUnstarted(engine, id).catch(() => {});
    throw error;
  }
}

async function removeUnstarted(engine: Engine, id: string): Promise<void> {
  const { Running, StartedAt } = (await engine.containers.inspect(id)).State;
  if (!Running && StartedAt.startsWith("0001")) await engine.containers.remove(id, { force: true, volumes: true });
}

type Wait = { wait: "none" | "exit" | "healthy"; timeout: number; spec: ContainerSpec };

async function startAnd(context: Context, id: string, options: Wait) {
  switch (options.wait) {
    case "exit":
      return await runToExit(context, id, options);
    case "healthy":
      return await runToHealthy(context, id, options);
    case "none":
      await context.engine.containers.start(id, { signal: context.signal });
      return { state: await stateOf(context, id) };
  }
}

async function runToExit(context: Context, id: string, { timeout, spec }: Wait) {
  const run = { timeout, tty: spec.tty ?? false, autoRemove: spec.auto_remove ?? false };
  const { captured, exitCode } = await runAttached(context, id, run);
  if (exitCode === undefined) return { state: "running", timed_out: true, ...shown(captured) };
  return { state: "exited", exit_code: exitCode, ...shown(captured) };
}

async function runToHealthy(context: Context, id: string, { timeout, spec }: Wait) {
  const { engine, signal } = context;
  const span = within(timeout, signal);
  const { Config } = await engine.containers.inspect(id, { signal });
  if (!Config.Healthcheck?.Test?.length || Config.Healthcheck.Test[0] === "NONE") {
    throw new InputError(
      "wait",
      'cannot wait for "healthy": neither health_check nor the image defines a health check',
    );
  }
  await engine.containers.start(id, { signal });
  const tty = spec.tty ?? false;
  for (let wait = 100, probes = 1;; wait = Math.min(wait * 1.5, 1000), probes++) {
    const { State } = await engine.containers.inspect(id, { signal });
    const health = healthStatus(State) ?? "none";
    const settled = health === "healthy" || health === "unhealthy" || !State.Running;
    if (settled || span.signal.aborted) {
      const exit = State.Running ? {} : { exit_code: State.ExitCode };
      const late = settled ? {} : { timed_out: true };
      return { state: State.Status, health, ...exit, ...late, ...shown(await lastLines(engine, id, { tty, signal })) };
    }
    context.progress({ progress: probes, message: `Health: ${health}` });
    await pause(wait, signal);
  }
}

function shown(captured: Captured) {
  const { stdout, stderr } = captured;
  return { ...present({ stdout: stdout || undefined, stderr: stderr || undefined }), ...outputLackOf(captured) };
}

async function stateOf({ engine, signal }: Context, id: string): Promise<string> {
  return (await engine.containers.inspect(id, { signal })).State.Status;
}
