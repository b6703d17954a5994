import { healthStatus } from "../../../engine/containers.ts";
import type { EngineEvent } from "../../../engine/system.ts";
import { count } from "../../format.ts";
import { plainText } from "../text.ts";
import { ageOf } from "./age.ts";
import { type Cause, clipped } from "./cause.ts";
import type { Evidence } from "./evidence.ts";
import { exitCause } from "./exit.ts";
import { publishers } from "./ports.ts";
import { memoryUse, runningCause } from "./running.ts";
import { startFailure } from "./start_failure.ts";
import { type TellingLines, tellingLines } from "./telling_lines.ts";

/** What is the matter with one container, small enough to be read at once. */
export interface Diagnosis extends Cause {
  container: string;
  state: string;
  facts: string[];
  health: string[];
  log: string[];
  /** Lines of `log`, counted from 1. */
  repeated?: TellingLines["repeated"];
  events: string[];
}

/** Brings the evidence together. Pure: the same evidence gives the same diagnosis. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { details, log = [] } = evidence;
  const printed = tellingLines(log, { room: 400 });
  return {
    container: details.Name.slice(1),
    state: stateOf(evidence),
    ...causeOf(evidence, printed),
    facts: factsOf(evidence),
    health: healthOf(evidence),
    log: printed.lines,
    ...(printed.repeated.length > 0 ? { repeated: printed.repeated } : {}),
    events: eventsOf(evidence.events),
  };
}

function causeOf(evidence: Evidence, printed: TellingLines): Cause {
  const { State } = evidence.details;
  if (State.Status === "restarting") return loopCause(evidence, exitCause(evidence, printed));
  if (State.Running) return runningCause(evidence, printed.clue);
  if (State.Status === "removing" || State.Status === "dead") {
    const cause = "Its removal has begun and is not done";
    return { verdict: "failing", cause, next: "docker_remove_container with force tries again" };
  }
  return startFailure(evidence) ?? neverStarted(evidence) ?? givenUp(evidence, exitCause(evidence, printed));
}

function loopCause({ details: { RestartCount, HostConfig } }: Evidence, exit: Cause): Cause {
  const policy = HostConfig.RestartPolicy?.Name ?? "no";
  const cause = `Crash loop: restarted ${count(RestartCount, "time")} by its policy "${policy}". ${exit.cause}`;
  return { ...exit, verdict: "failing", cause };
}

/** The restart policy has tried as often as it may. */
function givenUp({ details: { RestartCount, HostConfig } }: Evidence, exit: Cause): Cause {
  const most = HostConfig.RestartPolicy?.MaximumRetryCount ?? 0;
  if (exit.verdict !== "failing" || most === 0 || RestartCount < most) return exit;
  return { ...exit, cause: `${exit.cause}. Its restart policy gave up after ${count(RestartCount, "restart")}` };
}

/** Docker notes no reason where it looks at the configuration before it starts anything. */
function neverStarted({ details }: Evidence): Cause | undefined {
  if (details.State.Status !== "created") return undefined;
  const binds = (details.Mounts ?? []).filter(({ Type }) => Type === "bind").map(({ Source }) => `"${Source}"`);
  const missing = binds.length ? `; a start fails if a folder it mounts is not on the host: ${binds.join(", ")}` : "";
  const cause = `It was created and has never run${clipped(missing, 200)}`;
  return { verdict: "ended", cause, next: "docker_start_container starts it, and says why where it cannot" };
}

function stateOf({ details: { State, Created }, now }: Evidence): string {
  if (State.Status === "created") {
    return `created ${ageOf(Created, now)} ago${State.ExitCode ? `, start failed with code ${State.ExitCode}` : ""}`;
  }
  if (State.Running && State.Status !== "restarting") {
    const health = healthStatus(State);
    return `${State.Status} for ${ageOf(State.StartedAt, now)}${health === undefined ? "" : `, ${health}`}`;
  }
  return `${State.Status}, exit code ${State.ExitCode}, ${ageOf(State.FinishedAt, now)} ago`;
}

function factsOf(evidence: Evidence): string[] {
  const { details, log, networks } = evidence;
  const { RestartCount, HostConfig, State } = details;
  const policy = HostConfig.RestartPolicy?.Name || "no";
  // Podman lists its default network as "bridge", and has its containers in "podman".
  const known = new Set([...networks.flatMap(({ Id, Name }) => [Id, Name]), "podman"]);
  const gone = Object.keys(details.NetworkSettings.Networks ?? {}).filter((name) => !known.has(name));
  const use = memoryUse(evidence);
  const { periods = 0, throttled_periods = 0 } = evidence.sample?.cpu_stats.throttling_data ?? {};
  return [
    imageFact(evidence),
    RestartCount > 0 || policy !== "no" ? `${count(RestartCount, "restart")}, policy ${policy}` : "",
    use && use.percent >= 50 ? `memory ${use.text}` : "",
    throttled_periods > periods / 4 ? `CPU limit reached in ${throttled_periods} of ${periods} periods` : "",
    networks.length > 0 && gone.length > 0 ? `network gone: ${gone.join(", ")}` : "",
    ...(State.Running ? [] : publishers(evidence).slice(0, 3)).map(({ port, container }) =>
      `its port ${port} is published by ${container} now`
    ),
    log === undefined ? `its log cannot be read (driver ${HostConfig.LogConfig?.Type ?? "unknown"})` : "",
  ].filter(Boolean).slice(0, 5).map((fact) => clipped(plainText(fact), 120));
}

function imageFact({ details, image, now }: Evidence): string {
  const name = details.Config.Image;
  if (!image) return `image ${name}, a name that no image bears any more`;
  const age = image.Created && !image.Created.startsWith("0001") ? `, built ${ageOf(image.Created, now)} ago` : "";
  return `image ${name}${age}${image.Id === details.Image ? "" : "; the name stands for another image now"}`;
}

/** The last two probes, where they fail. */
function healthOf({ details: { State } }: Evidence): string[] {
  const failed = (State.Health?.Log ?? []).filter(({ ExitCode }) => ExitCode !== 0).slice(-2);
  const told = failed.map(({ ExitCode, Output }) => clipped(`exit ${ExitCode}: ${plainText(Output).trim()}`, 160));
  return [...new Set(told)];
}

/** The last few in one word each; what repeats is counted. */
function eventsOf(events: readonly EngineEvent[]): string[] {
  return events.slice(-6).map(({ Action, Actor, timeNano }) => {
    const { exitCode, signal } = Actor.Attributes ?? {};
    const detail = exitCode === undefined ? signal === undefined ? "" : ` signal ${signal}` : ` exit ${exitCode}`;
    return `${new Date(timeNano / 1e6).toISOString().slice(11, 19)} ${plainText(Action)}${detail}`;
  });
}
