import type { Context } from "../../../define.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import { EngineError } from "../../../engine/errors.ts";
import { shortId } from "../../format.ts";
import { InputError } from "../../input_error.ts";
import { clipped } from "../diagnosis/cause.ts";
import { lastLines } from "../output.ts";
import { within } from "../signals.ts";
import { watch } from "../watch.ts";
import type { Blueprint } from "./blueprint.ts";
import { make } from "./make.ts";

/** What the successor must do for the old one to go. */
export interface Proof {
  wait: "none" | "healthy";
  /** Seconds, for its health. */
  timeout: number;
}

/**
 * Makes the successor beside the old container, lets it take over, and removes the old one when it runs. Where that
 * fails, the old one runs again under its name.
 */
export async function replace(
  context: Context,
  old: ContainerDetails,
  { blueprint, proof }: { blueprint: Blueprint; proof: Proof },
): Promise<{ id: string; warnings: string[] }> {
  const name = old.Name.slice(1);
  const aside = `${name}_${crypto.randomUUID().slice(0, 8)}`;
  const { id, warnings } = await make(context, blueprint, `${aside}_new`);
  try {
    if (proof.wait === "healthy") await requireHealthCheck(context, id);
    await takeOver(context, old, { id, aside });
    if (old.State.Running) await start(context, id, proof);
  } catch (error) {
    throw await rolledBack(context, old, { id, error });
  }
  return { id, warnings: [...warnings, ...await removeOld(context, old, aside)] };
}

/** Told while the old one still runs. */
async function requireHealthCheck({ engine, signal }: Context, id: string): Promise<void> {
  const { Healthcheck } = (await engine.containers.inspect(id, { signal })).Config;
  if (Healthcheck?.Test?.length && Healthcheck.Test[0] !== "NONE") return;
  throw new InputError("wait", 'cannot wait for "healthy": the container has no health check');
}

/**
 * Each change is waited for, also where the caller gives up: the engine would go on with it, and what is brought back
 * meanwhile would go down after all.
 */
async function takeOver(
  { engine, signal }: Context,
  old: ContainerDetails,
  { id, aside }: { id: string; aside: string },
): Promise<void> {
  if (old.State.Running) await engine.containers.stop(old.Id, { timeout: old.Config.StopTimeout ?? 10 });
  signal.throwIfAborted();
  await engine.containers.rename(old.Id, aside);
  await engine.containers.rename(id, old.Name.slice(1));
  signal.throwIfAborted();
}

/** Seconds in which one that cannot run mostly ends. */
const settling = 1;

async function start(context: Context, id: string, proof: Proof): Promise<void> {
  await context.engine.containers.start(id, { signal: context.signal });
  const fault = await faultOf(context, id, proof);
  if (fault === undefined) return;
  const { Config } = await context.engine.containers.inspect(id, { signal: context.signal });
  const { stdout, stderr } = await lastLines(context.engine, id, { tty: Config.Tty, signal: context.signal });
  const output = clipped((stderr || stdout).trim(), 500);
  throw new InputError("container", `the new one failed: ${fault}${output && `, after it printed: ${output}`}`);
}

/** Why it cannot take over; nothing where it can. */
async function faultOf(context: Context, id: string, { wait, timeout }: Proof): Promise<string | undefined> {
  const healthy = wait === "healthy";
  const span = within(healthy ? timeout : settling, context.signal);
  const watched = { context: { ...context, signal: span.signal }, id, note: noteOn(context) };
  try {
    const { met, reason, exit_code } = await watch(watched, { kind: healthy ? "healthy" : "exited" });
    return (healthy ? met : exit_code === 0) ? undefined : reason;
  } catch (error) {
    if (!span.expired()) throw error;
    return healthy ? `it was not healthy within ${timeout} s` : undefined;
  }
}

function noteOn({ progress }: Context): (text: string) => void {
  let count = 0;
  return (message) => progress({ progress: ++count, message });
}

/** Brings the old container back whatever has been done so far, also where the caller gave up. */
async function rolledBack(
  { engine }: Context,
  old: ContainerDetails,
  { id, error }: { id: string; error: unknown },
): Promise<unknown> {
  try {
    await engine.containers.remove(id, { force: true });
    const now = await engine.containers.inspect(old.Id);
    if (now.Name !== old.Name) await engine.containers.rename(old.Id, old.Name.slice(1));
    if (old.State.Running && !now.State.Running) await engine.containers.start(old.Id);
  } catch (cause) {
    return told(error, `; and it could not be undone: ${reasonOf(cause)}. The old container is "${shortId(old.Id)}"`);
  }
  return told(error, `; "${old.Name.slice(1)}" is as it was before`);
}

/** The same error with the fact added; what ended the call from outside speaks for itself. */
function told(error: unknown, fact: string): unknown {
  if (error instanceof InputError) return new InputError(error.field, error.message + fact);
  if (!(error instanceof EngineError)) return error;
  return new EngineError(error.message + fact, { fault: error.fault, request: error.request, cause: error });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Without its volumes, which the successor has. */
async function removeOld({ engine }: Context, { Id }: ContainerDetails, aside: string): Promise<string[]> {
  try {
    await engine.containers.remove(Id);
    return [];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return [`The old container stays as "${aside}": ${error.message}`];
  }
}
