import type { Context } from "../../define.ts";
import { type ContainerDetails, type ContainerState, type Exit, healthStatus } from "../../engine/containers.ts";
import { EngineError } from "../../engine/errors.ts";
import { untilListed } from "../../engine/listed.ts";
import { type Output, textLines } from "../../engine/stream.ts";
import type { Hide } from "../../safety/secrets.ts";
import { cited } from "../../safety/untrusted.ts";
import { count } from "../format.ts";
import { InputError } from "../input_error.ts";
import { clipped } from "./diagnosis/cause.ts";
import { stateWithHealth } from "./container_facts.ts";
import { listeningOn } from "./listening.ts";
import { finder } from "./log_window.ts";
import { outputsOf } from "./output.ts";
import { pause } from "./signals.ts";
import { plainText } from "./text.ts";

/** What is waited for. */
export type Condition =
  | { kind: "running" | "healthy" | "exited" }
  | { kind: "log"; text: string }
  | { kind: "port"; port: number };

/** How the wait ended by itself. */
export interface End {
  met: boolean;
  reason: string;
  exit_code?: number;
}

/** What a watch works with; `signal` ends it. */
export interface Watch {
  context: Context;
  /** The id: a name may pass on to another container meanwhile. */
  id: string;
  /** Keeps what there is to tell while it waits. */
  note(text: string): void;
}

/** Watches until the condition holds or cannot hold any more. */
export async function watch(watched: Watch, condition: Condition): Promise<End> {
  switch (condition.kind) {
    case "exited":
      return await watchExit(watched);
    case "log":
      return await watchLog(watched, condition.text);
    case "running":
      return await poll(watched, ({ State }) => State.Running ? met("it runs") : undefined);
    case "healthy":
      return await watchHealth(watched);
    case "port":
      return await poll(watched, (details) => lookForPort(watched, details, condition));
  }
}

/** Asks again and again, less often with time, until `look` finds something or the container has ended. */
async function poll(
  { context: { engine, signal }, id, note }: Watch,
  look: (details: ContainerDetails) => Promise<End | undefined> | End | undefined,
): Promise<End> {
  for (let wait = 50;; wait = Math.min(wait * 1.5, 1000)) {
    const details = await engine.containers.inspect(id, { signal });
    const end = await look(details) ?? ended(details.State);
    if (end) return end;
    note(stateText(details.State));
    await pause(wait, signal);
  }
}

/** One that the restart policy will start again has not ended. */
function ended({ Status, ExitCode }: ContainerState): End | undefined {
  if (Status !== "exited" && Status !== "dead" && Status !== "removing") return undefined;
  return { met: false, reason: `it ended with exit code ${ExitCode} before that`, exit_code: ExitCode };
}

function stateText(state: ContainerState): string {
  const failed = state.Health?.FailingStreak ?? 0;
  return stateWithHealth(state) + (failed > 0 ? `, ${count(failed, "failed probe")}` : "");
}

async function watchExit({ context: { engine, signal }, id }: Watch): Promise<End> {
  const { State } = await engine.containers.inspect(id, { signal });
  // One that was never started counts as not running.
  const condition = State.Status === "created" ? "next-exit" : "not-running";
  const exit = await (await engine.containers.wait(id, { signal, condition }))();
  await untilListed(engine.containers, [id], { signal });
  const code = exitCodeOf(exit);
  if (code === undefined) return met(`it ended, and its exit code is not known: ${exit.Error?.Message}`);
  return { ...met(`it ended with exit code ${code}`), exit_code: code };
}

/** Podman 4 tells 0 of a container that was removed before it could ask; the error beside it says so. */
export function exitCodeOf({ StatusCode, Error }: Exit): number | undefined {
  return StatusCode === 0 && Error?.Message ? undefined : StatusCode;
}

/** A container that is ill from the start may get well; one that falls ill while it is watched has failed. */
async function watchHealth(watched: Watch): Promise<End> {
  let before: string | undefined;
  return await poll(watched, ({ State }) => {
    const status = healthStatus(State);
    const { Running } = State;
    if (Running && status === undefined) {
      throw new InputError("state", 'cannot wait for "healthy": the container has no health check');
    }
    if (Running && status === "healthy") return met("it is healthy");
    const fell = Running && status === "unhealthy" && before === "starting";
    before = status;
    const output = clipped(plainText(State.Health?.Log?.at(-1)?.Output ?? "").trim(), 200);
    return fell ? { met: false, reason: `its health check fails: ${output ? cited(output) : "no output"}` } : undefined;
  });
}

async function lookForPort(
  { context, id }: Watch,
  { State }: ContainerDetails,
  { port }: { port: number },
): Promise<End | undefined> {
  if (State.Status !== "running") return undefined;
  const found = await unlessInBetween(listeningOn(context, id, { port }));
  if (found === undefined || found === "nothing") return undefined;
  const where = found === "loopback" ? ", on the loopback address only, which no published port reaches" : "";
  return met(`port ${port} is listened on${where}`);
}

/** The container may end or pause between two requests; the next look tells. */
async function unlessInBetween<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineError && error.status === 409) return undefined;
    throw error;
  }
}

/** Reads each run's log from its start; where it ends and the container starts again, so does the reading. */
async function watchLog(watched: Watch, text: string): Promise<End> {
  const { context: { engine, hide, signal }, id } = watched;
  for (;;) {
    const { State, Config } = await started(watched);
    // A line may be printed before the start is noted.
    const since = ((Date.parse(State.StartedAt) - 200) / 1000).toFixed(3);
    const query = { stdout: true, stderr: true, follow: true, since, tail: "all" };
    const response = await unlessInBetween(engine.containers.logs(id, query, { signal }));
    const line = response &&
      await findLine(outputsOf(response.chunks(), Config.Tty), { text, hide, note: watched.note });
    if (line !== undefined) return met(`its log says ${cited(line)}`);
    const over = ended((await engine.containers.inspect(id, { signal })).State);
    if (over) return over;
    await pause(200, signal);
  }
}

async function findLine(
  outputs: AsyncIterable<Output>,
  { text, hide, note }: { text: string; hide: Hide; note: Watch["note"] },
): Promise<string | undefined> {
  const isWanted = finder(text, hide);
  const withoutKeys = hide.lines({ cut: false });
  for await (const batch of textLines(outputs)) {
    const lines = withoutKeys(batch).map((line) => plainText(line.text));
    const found = lines.find(isWanted);
    if (found !== undefined) return clipped(found, 200);
    note(`its log says ${cited(clipped(lines.at(-1) ?? "", 200))}`);
  }
}

/** The container once it has run, or runs. */
async function started({ context: { engine, signal }, id, note }: Watch): Promise<ContainerDetails> {
  for (;; await pause(200, signal)) {
    const details = await engine.containers.inspect(id, { signal });
    if (details.State.Status !== "created") return details;
    note(stateText(details.State));
  }
}

function met(reason: string): End {
  return { met: true, reason };
}
