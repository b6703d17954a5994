import { cited } from "../../../safety/untrusted.ts";
import { count, memory } from "../../format.ts";
import { computeStats } from "../stats_facts.ts";
import { plainText } from "../text.ts";
import { type Cause, clipped, lastRun } from "./cause.ts";
import { ageOf } from "./age.ts";
import type { Evidence } from "./evidence.ts";

/** How a container that runs is doing. */
export function runningCause(evidence: Evidence, clue: string | undefined): Cause {
  return pausedCause(evidence) ?? healthCause(evidence) ?? unsteadyCause(evidence, clue) ?? pressureCause(evidence) ??
    wellCause(evidence, clue);
}

function pausedCause({ details: { State } }: Evidence): Cause | undefined {
  if (!State.Paused) return undefined;
  return {
    verdict: "ended",
    cause: "Paused: its processes stand still",
    next: "docker_unpause_container lets it go on",
  };
}

function healthCause({ details: { State, Config } }: Evidence): Cause | undefined {
  const { Status = "none", FailingStreak = 0, Log } = State.Health ?? {};
  const last = Log?.at(-1);
  if (Status === "starting") {
    const fails = FailingStreak > 0 ? `, ${count(FailingStreak, "probe")} failed so far` : "";
    const cause = `It runs, and its health check has not passed yet${fails}`;
    return { verdict: "starting", cause, next: 'docker_wait_for with state: "healthy" waits for it' };
  }
  if (Status !== "unhealthy") return undefined;
  const output = plainText(last?.Output ?? "").trim();
  const test = clipped(plainText((Config.Healthcheck?.Test ?? []).slice(1).join(" ")), 120);
  const cause = `Its health check fails, ${FailingStreak} times in a row: ${probeMeaning(last?.ExitCode, output)}`;
  const byHand = test
    ? `docker_exec_command runs the check by hand: ${cited(test)}`
    : "docker_container_logs shows what it does";
  return { verdict: "failing", cause, next: byHand };
}

function probeMeaning(code: number | undefined, output: string): string {
  if (/exceeded timeout/i.test(output)) return "it takes longer than its time-out allows";
  if (code === 126 || code === 127 || /executable file not found/i.test(output)) {
    return `the check's own command is not in the image: ${cited(clipped(output, 160))}`;
  }
  return `exit ${code ?? "unknown"}, ${output === "" ? "no output" : cited(clipped(output, 200))}`;
}

/** It runs again, after it died a short while ago. */
function unsteadyCause(evidence: Evidence, clue: string | undefined): Cause | undefined {
  const { details, events, now } = evidence;
  const deaths = events.filter(({ Action, timeNano }) => Action === "die" && now - timeNano / 1e6 < 10 * 60_000);
  if (details.RestartCount === 0 || deaths.length === 0) return undefined;
  const codes = [...new Set(deaths.map(({ Actor }) => Actor.Attributes?.["exitCode"] ?? "?"))].join(", ");
  const cause = `It runs, but died ${count(deaths.length, "time")} in the last 10 minutes (exit code ${codes}) ` +
    `and was started again by its restart policy${clue === undefined ? "" : `: ${cited(clue)}`}`;
  return { verdict: "failing", cause, next: "docker_container_logs shows what it printed before each end" };
}

function pressureCause(evidence: Evidence): Cause | undefined {
  const use = memoryUse(evidence);
  if (lastRun(evidence).outOfMemory) {
    const cause = "It runs, but the kernel killed a process in it for lack of memory";
    return { verdict: "failing", cause, next: "Raise the limit with docker_update_container (memory)" };
  }
  if (use && use.percent >= 90) {
    const cause = `It runs, but is near its memory limit: ${use.text}`;
    return { verdict: "failing", cause, next: "Raise the limit with docker_update_container (memory)" };
  }
  const pids = evidence.sample?.pids_stats?.current ?? 0;
  const most = evidence.details.HostConfig.PidsLimit ?? 0;
  if (most <= 0 || pids < most * 0.9) return undefined;
  const cause = `It runs, but is near its limit of processes: ${pids} of ${most}`;
  return {
    verdict: "failing",
    cause,
    next: "docker_container_top shows them; docker_update_container changes pids_limit",
  };
}

/** Memory in use without what can be given back. */
export function memoryUse({ sample }: Evidence): { percent: number; text: string } | undefined {
  if (!sample?.memory_stats.limit) return undefined;
  const { memory_bytes, memory_limit_bytes, memory_percent } = computeStats("", sample, sample);
  const percent = Math.round(memory_percent);
  return { percent, text: `${memory(memory_bytes)} of ${memory(memory_limit_bytes)} (${percent}%)` };
}

function wellCause({ details: { State }, now }: Evidence, clue: string | undefined): Cause {
  const health = State.Health?.Status === "healthy" ? " and healthy" : "";
  const cause = `Nothing wrong: running for ${ageOf(State.StartedAt, now)}${health}`;
  if (clue === undefined) return { verdict: "ok", cause, next: "None" };
  return { verdict: "ok", cause: `${cause}, though its log names faults`, next: "docker_container_logs shows its log" };
}
