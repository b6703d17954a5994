import * as z from "zod";
import { defineTool } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { untilListed } from "../../engine/listed.ts";
import { orRemoved, selfRemoval, selfRemovalText } from "../facts/auto_remove.ts";
import { within } from "../facts/signals.ts";
import { keepSnapshot } from "../facts/snapshot.ts";
import { exitCodeOf } from "../facts/watch.ts";
import { container, waitTime, wholeSeconds } from "../fields.ts";
import { limitFields, type Limits, present, restart, toResources } from "../spec/resources.ts";
import { newName } from "../spec/container.ts";
import { InputError } from "../input_error.ts";

const named = z.object({ container: z.string() });

export const startContainer = defineTool({
  name: "docker_start_container",
  title: "Start a container",
  description: "Start a created or stopped container.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ container }),
  output: named.extend({ started: z.boolean().describe("False: it was running already") }),
  text: ({ container, started }) => started ? `Started ${container}.` : `${container} was running already.`,
  async run({ engine, signal }, { container }) {
    return { container, started: await engine.containers.start(container, { signal }) };
  },
});

export const stopContainer = defineTool({
  name: "docker_stop_container",
  title: "Stop a container",
  description: "Stop a container; it is killed after `timeout` seconds.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ container, timeout: wholeSeconds.optional() }),
  output: named.extend({ stopped: z.boolean().describe("False: it was stopped already"), ...selfRemoval }),
  text: ({ container, stopped, ...gone }) =>
    stopped ? `Stopped ${container}.${selfRemovalText(gone)}` : `${container} was stopped already.`,
  async run(context, { container, timeout }) {
    const { engine, signal } = context;
    const details = await engine.containers.inspect(container, { signal });
    const options = { signal, timeout: timeout ?? graceOf(details) };
    let stopped = true;
    const gone = await orRemoved(context, details, async () => {
      stopped = await engine.containers.stop(container, options);
    });
    if (stopped) await untilListed(engine.containers, [details.Id], { signal });
    return { container, stopped, ...gone };
  },
});

export const restartContainer = defineTool({
  name: "docker_restart_container",
  title: "Restart a container",
  description: "Stop a container, killed after `timeout` seconds, and start it.",
  risk: "change",
  input: z.strictObject({ container, timeout: wholeSeconds.optional() }),
  output: named.extend({ restarted: z.literal(true) }),
  text: ({ container }) => `Restarted ${container}.`,
  async run(context, { container, timeout }) {
    const { engine, signal } = context;
    const seconds = timeout ?? graceOf(await engine.containers.inspect(container, { signal }));
    await engine.containers.restart(container, { signal, timeout: seconds });
    return { container, restarted: true as const };
  },
});

/** Seconds that the Engine waits by itself; they are asked for, since the request has to wait longer than that. */
function graceOf({ Config }: ContainerDetails): number {
  return Config.StopTimeout ?? 10;
}

export const killContainer = defineTool({
  name: "docker_kill_container",
  title: "Send a signal to a container",
  description: "Send `signal` (SIGKILL) to a container's main process.",
  risk: "change",
  input: z.strictObject({
    container,
    signal: z.string().regex(/^(SIG)?[A-Z0-9+]+$/i, "expected a signal like SIGHUP or 9").optional(),
  }),
  output: named.extend({ signal: z.string(), ...selfRemoval }),
  text: ({ container, signal, ...gone }) => `Sent ${signal} to ${container}.${selfRemovalText(gone)}`,
  async run(context, { container, signal = "SIGKILL" }) {
    const { engine, signal: cancelled } = context;
    const details = await engine.containers.inspect(container, { signal: cancelled });
    const kill = () => engine.containers.kill(container, signal, { signal: cancelled });
    return { container, signal, ...await orRemoved(context, details, kill) };
  },
});

export const pauseContainer = defineTool({
  name: "docker_pause_container",
  title: "Pause a container",
  description: "Freeze a container's processes.",
  risk: "change",
  input: z.strictObject({ container }),
  output: named.extend({ paused: z.literal(true) }),
  text: ({ container }) => `Paused ${container}.`,
  async run({ engine, signal }, { container }) {
    await engine.containers.pause(container, { signal });
    return { container, paused: true as const };
  },
});

export const unpauseContainer = defineTool({
  name: "docker_unpause_container",
  title: "Unpause a container",
  description: "Let a paused container go on.",
  risk: "change",
  input: z.strictObject({ container }),
  output: named.extend({ paused: z.literal(false) }),
  text: ({ container }) => `Unpaused ${container}.`,
  async run({ engine, signal }, { container }) {
    await engine.containers.unpause(container, { signal });
    return { container, paused: false as const };
  },
});

export const renameContainer = defineTool({
  name: "docker_rename_container",
  title: "Rename a container",
  description: "Give a container another name.",
  risk: "change",
  input: z.strictObject({ container, new_name: newName }),
  output: named.extend({ new_name: z.string() }),
  text: ({ container, new_name }) => `Renamed ${container} to ${new_name}.`,
  async run({ engine, signal }, { container, new_name }) {
    await engine.containers.rename(container, new_name, { signal });
    return { container, new_name };
  },
});

export const updateContainer = defineTool({
  name: "docker_update_container",
  title: "Change a container's limits",
  description: "Change limits or restart policy while it runs.",
  risk: "change",
  idempotent: true,
  input: z.strictObject({ container, ...limitFields, restart: restart.optional() }),
  output: named.extend({ updated: z.literal(true), warnings: z.array(z.string()).optional() }),
  text: ({ container, warnings = [] }) => [`Updated ${container}.`, ...warnings].join("\n"),
  async run(context, { container, restart, ...limits }) {
    const change = { ...toResources(limits), ...present({ RestartPolicy: restart }) };
    if (Object.keys(change).length === 0) throw new InputError("cpu", "nothing to change: give a limit or restart");
    refuseZero(limits);
    await keepSnapshot(context, container, "update");
    const { Warnings } = await context.engine.containers.update(container, change, { signal: context.signal });
    return { container, updated: true as const, ...(Warnings?.length ? { warnings: Warnings } : {}) };
  },
});

/** To the engine it says that nothing is given, so that it would answer well and change nothing. */
function refuseZero(limits: Limits): void {
  for (const name of ["memory", "memory_reservation", "memory_swap", "cpu_shares"] as const) {
    if (limits[name] !== 0) continue;
    const other = name === "memory_swap" ? "-1 is no limit" : "give a higher one";
    throw new InputError(
      name,
      `0 would leave it as it is: ${other}, or take docker_recreate_container to be rid of it`,
    );
  }
}

export const waitContainer = defineTool({
  name: "docker_wait_container",
  title: "Wait for a container to exit",
  description: "Wait for a container's exit code, at most `timeout` (60s).",
  risk: "read",
  input: z.strictObject({ container, timeout: waitTime.optional() }),
  output: named.extend({ exited: z.boolean(), exit_code: z.number().optional(), error: z.string().optional() }),
  text({ container, exited, exit_code, error }) {
    if (!exited) return `${container} still runs. Wait longer with \`timeout\`, or read its logs.`;
    const how = exit_code === undefined ? "exited; its exit code is not known" : `exited with code ${exit_code}`;
    return `${container} ${how}.${error ? ` ${error}` : ""}`;
  },
  async run({ engine, signal }, { container, timeout = 60 }) {
    const { Id, State } = await engine.containers.inspect(container, { signal });
    // The engine takes it for one that has ended, with code 0.
    if (State.Status === "created") throw neverRun();
    const span = within(timeout, signal);
    try {
      const exited = await engine.containers.wait(container, { signal: span.signal });
      const exit = await exited();
      // Podman 5 says so of one that it has only prepared.
      if (exit.StatusCode < 0) throw neverRun();
      await untilListed(engine.containers, [Id], { signal });
      return { container, exited: true, ...present({ exit_code: exitCodeOf(exit), error: exit.Error?.Message }) };
    } catch (error) {
      if (!span.expired()) throw error;
      return { container, exited: false };
    }
  },
});

function neverRun(): InputError {
  return new InputError("container", "it was created and has never run: start it first");
}
