import * as z from "zod";
import { defineTool } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { untilListed } from "../../engine/listed.ts";
import { within } from "../facts/signals.ts";
import { keepSnapshot } from "../facts/snapshot.ts";
import { container, waitTime, wholeSeconds } from "../fields.ts";
import { limitFields, present, restart, toResources } from "../spec/resources.ts";
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
  output: named.extend({ stopped: z.boolean().describe("False: it was stopped already") }),
  text: ({ container, stopped }) => stopped ? `Stopped ${container}.` : `${container} was stopped already.`,
  async run({ engine, signal }, { container, timeout }) {
    const { Id, Config } = await engine.containers.inspect(container, { signal });
    const stopped = await engine.containers.stop(container, { signal, timeout: timeout ?? graceOf(Config) });
    if (stopped) await untilListed(engine.containers, [Id], { signal });
    return { container, stopped };
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
  async run({ engine, signal }, { container, timeout }) {
    const { Config } = await engine.containers.inspect(container, { signal });
    await engine.containers.restart(container, { signal, timeout: timeout ?? graceOf(Config) });
    return { container, restarted: true as const };
  },
});

/** Seconds that the Engine waits by itself; they are asked for, since the request has to wait longer than that. */
function graceOf({ StopTimeout }: ContainerDetails["Config"]): number {
  return StopTimeout ?? 10;
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
  output: named.extend({ signal: z.string() }),
  text: ({ container, signal }) => `Sent ${signal} to ${container}.`,
  async run({ engine, signal: cancelled }, { container, signal = "SIGKILL" }) {
    await engine.containers.kill(container, signal, { signal: cancelled });
    return { container, signal };
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
    await keepSnapshot(context, container, "update");
    const { Warnings } = await context.engine.containers.update(container, change, { signal: context.signal });
    return { container, updated: true as const, ...(Warnings?.length ? { warnings: Warnings } : {}) };
  },
});

export const waitContainer = defineTool({
  name: "docker_wait_container",
  title: "Wait for a container to exit",
  description: "Wait for a container's exit code, at most `timeout` (60s).",
  risk: "read",
  input: z.strictObject({ container, timeout: waitTime.optional() }),
  output: named.extend({ exited: z.boolean(), exit_code: z.number().optional(), error: z.string().optional() }),
  text({ container, exited, exit_code, error }) {
    if (!exited) return `${container} still runs. Wait longer with \`timeout\`, or read its logs.`;
    return `${container} exited with code ${exit_code}.${error ? ` ${error}` : ""}`;
  },
  async run({ engine, signal }, { container, timeout = 60 }) {
    const { Id, State } = await engine.containers.inspect(container, { signal });
    // The engine takes it for one that has ended, with code 0.
    if (State.Status === "created") throw neverRun();
    const span = within(timeout, signal);
    try {
      const exited = await engine.containers.wait(container, { signal: span.signal });
      const { StatusCode, Error } = await exited();
      // Podman 5 says so of one that it has only prepared.
      if (StatusCode < 0) throw neverRun();
      await untilListed(engine.containers, [Id], { signal });
      return { container, exited: true, exit_code: StatusCode, ...present({ error: Error?.Message }) };
    } catch (error) {
      if (!span.expired()) throw error;
      return { container, exited: false };
    }
  },
});

function neverRun(): InputError {
  return new InputError("container", "it was created and has never run: start it first");
}
