import type { ObservedContainer } from "../../../compose/observe.ts";
import type { Context } from "../../../define.ts";
import { textLines } from "../../../engine/stream.ts";
import { logWindow } from "../log_window.ts";
import { outputsOf } from "../output.ts";
import { within } from "../signals.ts";

export interface ProjectLogOptions {
  /** Lines of each container, or `all`. */
  tail: string;
  /** Seconds since 1970, with a fraction. */
  since?: string | undefined;
  /** Seconds to go on reading. */
  follow?: number | undefined;
  timestamps: boolean;
}

/** The logs of several containers as one, each line behind its container's name. */
export interface ProjectLog {
  log: string;
  lines: number;
  lines_cut?: number;
}

/** Characters of the whole. */
const limit = 30_000;

/** Reads the logs of all of them at once and puts their lines in the order of time; the newest of a long one are kept. */
export async function readProjectLog(
  context: Context,
  containers: readonly ObservedContainer[],
  options: ProjectLogOptions,
): Promise<ProjectLog> {
  const sources = containers.map((container) => ({
    container,
    label: labelOf(container),
    window: logWindow({ limit, timestamps: true }),
  }));
  const seen = () => sources.reduce((sum, { window }) => sum + window.seen(), 0);
  const span = within(options.follow ?? 86_400, context.signal);
  const reading = sources.map(async ({ container, label, window }) => {
    for await (const lines of linesOf(context, container.id, { ...options, signal: span.signal })) {
      const fresh = window.add(lines).map((line) => `${label} | ${split(line).text}`);
      if (options.follow && fresh.length > 0) context.progress({ progress: seen(), message: fresh.join("\n") });
    }
  });
  try {
    await Promise.all(reading);
  } catch (error) {
    if (!span.expired()) throw error;
  } finally {
    await Promise.allSettled(reading);
  }
  return merged(sources.map(({ label, window }) => ({ label, ...window.result() })), options);
}

function labelOf({ service, number, oneoff, name }: ObservedContainer): string {
  return oneoff ? name : `${service}-${number}`;
}

async function* linesOf(
  { engine }: Context,
  id: string,
  { tail, since, follow, signal }: ProjectLogOptions & { signal: AbortSignal },
) {
  const { Config } = await engine.containers.inspect(id, { signal });
  const query = { stdout: true, stderr: true, timestamps: true, follow: follow !== undefined, tail };
  const response = await engine.containers.logs(id, { ...query, ...(since === undefined ? {} : { since }) }, {
    signal,
  });
  yield* textLines(outputsOf(response.chunks(), Config.Tty));
}

type Part = ReturnType<ReturnType<typeof logWindow>["result"]> & { label: string };

function merged(parts: readonly Part[], { timestamps }: ProjectLogOptions): ProjectLog {
  const width = Math.max(0, ...parts.map(({ label }) => label.length));
  const lines = parts.flatMap(({ label, log, lines }) =>
    lines === 0 ? [] : log.split("\n").map((line) => ({ label: label.padEnd(width), ...split(line) }))
  ).sort((a, b) => a.time < b.time ? -1 : Number(a.time > b.time));
  const shown = lines.map(({ label, time, text }) => `${label} | ${timestamps ? `${time} ` : ""}${text}`);
  const kept = newest(shown);
  const cut = shown.length - kept.length + parts.reduce((sum, { lines_cut = 0 }) => sum + lines_cut, 0);
  return { log: kept.join("\n"), lines: kept.length, ...(cut > 0 ? { lines_cut: cut } : {}) };
}

/** The last lines that fit. */
function newest(lines: readonly string[]): readonly string[] {
  let size = 0;
  const first = lines.findLastIndex((line) => (size += line.length + 1) > limit);
  return lines.slice(first + 1);
}

/** The window puts the time in front, which some log drivers leave out. */
function split(line: string): { time: string; text: string } {
  const at = line.indexOf(" ");
  return { time: line.slice(0, at), text: line.slice(at + 1) };
}
