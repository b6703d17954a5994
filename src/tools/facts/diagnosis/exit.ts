import { cited } from "../../../safety/untrusted.ts";
import { memory } from "../../format.ts";
import { type Cause, lastRun } from "./cause.ts";
import { clueOf } from "./clues.ts";
import type { Evidence } from "./evidence.ts";
import type { TellingLines } from "./telling_lines.ts";

const startAgain = "docker_start_container starts it again";

/** Why a container ended. */
export function exitCause(evidence: Evidence, printed: TellingLines): Cause {
  return memoryCause(evidence) ?? requestCause(evidence) ?? signalCause(evidence) ?? codeCause(evidence, printed);
}

function memoryCause(evidence: Evidence): Cause | undefined {
  const { State, HostConfig } = evidence.details;
  if (!lastRun(evidence).outOfMemory) return undefined;
  const limit = HostConfig.Memory
    ? `it reached its memory limit of ${memory(HostConfig.Memory)}`
    : "the host had no memory left";
  const cause = State.ExitCode === 137
    ? `Out of memory: ${limit}, and the kernel killed it`
    : `Out of memory: ${limit}, the kernel killed a process in it, and it ended with code ${State.ExitCode}`;
  const next = "Raise the limit with docker_update_container (memory), or make it use less; " + startAgain;
  return { verdict: "failing", cause, next };
}

/** Somebody asked Docker to end it. */
function requestCause(evidence: Evidence): Cause | undefined {
  const { ExitCode } = evidence.details.State;
  const { stopped, signals } = lastRun(evidence);
  if (stopped && ExitCode === 137) {
    const cause = "Stopped on request; it did not heed the stop signal and was killed when its grace time was over";
    const next = `${startAgain}. To end in time it must handle SIGTERM; a shell as main process needs init`;
    return { verdict: "ended", cause, next };
  }
  if (stopped) {
    return { verdict: "ended", cause: `Stopped on request; it ended with code ${ExitCode}`, next: startAgain };
  }
  const signal = signals.findLast((number) => ExitCode === 128 + number || (ExitCode === 0 && terminating.has(number)));
  if (signal === undefined) return undefined;
  const cause = `Killed on request: Docker was told to send it ${nameOf(signal)}`;
  return { verdict: "ended", cause, next: startAgain };
}

const terminating = new Set([2, 3, 15]);

const signalNames = new Map<number, string>([
  ...[[1, "SIGHUP"], [2, "SIGINT"], [3, "SIGQUIT"], [4, "SIGILL"], [6, "SIGABRT"], [7, "SIGBUS"]] as const,
  ...[[8, "SIGFPE"], [9, "SIGKILL"], [11, "SIGSEGV"], [13, "SIGPIPE"], [15, "SIGTERM"]] as const,
]);

/** Codes above 128 are those of a signal, and Docker has no note that somebody asked for it. */
function signalCause(evidence: Evidence): Cause | undefined {
  const { State, HostConfig } = evidence.details;
  const signal = State.ExitCode - 128;
  if (signal < 1 || signal > 64) return undefined;
  const { remembered } = lastRun(evidence);
  if (signal === 9) return killed({ limit: HostConfig.Memory ?? 0, remembered });
  const code = `(exit code ${State.ExitCode})`;
  if (terminating.has(signal)) {
    const by = remembered
      ? "not by way of Docker: by itself, or the engine was stopped"
      : "most likely a stop on request";
    return { verdict: "ended", cause: `Ended by ${nameOf(signal)} ${code}, ${by}`, next: startAgain };
  }
  const why = signalMeanings.get(signal) ?? `Ended by ${nameOf(signal)}`;
  return { verdict: "failing", cause: `${why} ${code}`, next: `docker_container_logs may tell more; ${startAgain}` };
}

function killed({ limit, remembered }: { limit: number; remembered: boolean }): Cause {
  const killer = limit > 0 ? `out of memory (limit ${memory(limit)})` : "the host's out-of-memory killer";
  const cause = remembered
    ? `Killed with SIGKILL (exit code 137), not by way of Docker: most likely ${killer}, or a kill on the host`
    : "Killed with SIGKILL (exit code 137). Docker has forgotten whether it was asked to: a stop whose grace time ran " +
      `out, a kill, or ${killer}`;
  const next = `docker_container_stats shows its memory once it runs; ${startAgain}`;
  return { verdict: "failing", cause, next };
}

function nameOf(signal: number): string {
  return signalNames.get(signal) ?? `signal ${signal}`;
}

const signalMeanings = new Map<number, string>([
  [4, "SIGILL: the program uses instructions that this CPU lacks, or is built for another platform"],
  [6, "SIGABRT: the program gave up by itself, as after a failed assertion or for lack of memory"],
  [7, "SIGBUS: a fault in memory, mostly of a file that shrank or of a full /dev/shm (shm_size)"],
  [8, "SIGFPE: a fault in arithmetic, such as a division by zero"],
  [11, "Segmentation fault (SIGSEGV): the program, or a library of another platform, used memory that is not its own"],
]);

/** The program's own exit code. */
function codeCause(evidence: Evidence, { clue, last }: TellingLines): Cause {
  const { State, RestartCount } = evidence.details;
  const code = State.ExitCode;
  if (code === 0) return finished({ loops: State.Status === "restarting" || RestartCount > 2, ...lastRun(evidence) });
  const said = clue !== undefined ? `: ${cited(clue)}` : last !== undefined ? `; it printed last: ${cited(last)}` : "";
  const shell = shellMeanings.get(code);
  if (shell) {
    const next =
      "Check the command with docker_inspect_container; make the container anew with docker_create_container";
    return { verdict: "failing", cause: `${shell} (exit code ${code})${said}`, next };
  }
  const known = clueOf(clue);
  const cause = `The program failed with exit code ${code}${said}${known ? `. ${known.meaning}` : ""}`;
  const next = known?.next ?? "docker_container_logs shows what it printed before that";
  return { verdict: "failing", cause, next: last === undefined ? "It printed nothing: check its command" : next };
}

const shellMeanings = new Map<number, string>([
  [125, "Docker itself could not run it"],
  [126, "A command was found but may not be executed: no x bit, or a folder"],
  [127, "A command was not found in the image"],
]);

function finished({ loops, remembered }: { loops: boolean; remembered: boolean }): Cause {
  if (loops) {
    const cause = "It ends without an error, and its restart policy starts it again each time";
    const next =
      "A server must stay in the foreground; a job needs no restart policy (docker_update_container restart)";
    return { verdict: "failing", cause, next };
  }
  const by = remembered
    ? "by itself: its work is done, or a server went into the background"
    : "or was stopped on request";
  return { verdict: "ended", cause: `It ended without an error, ${by}`, next: startAgain };
}
