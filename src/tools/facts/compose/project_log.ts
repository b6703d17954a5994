import { composeLabels } from "../../../compose/labels.ts";
import { isOf, type ObservedContainer } from "../../../compose/observe.ts";
import type { Context } from "../../../define.ts";
import type { Line } from "../../../engine/stream.ts";
import type { EngineEvent } from "../../../engine/system.ts";
import { logWindow } from "../log_window.ts";
import { within } from "../signals.ts";
import { type ContainerLog, containerLog } from "./container_log.ts";
import { membersOf } from "./members.ts";
import { noProject } from "./projects.ts";

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

/** A project, or some of its services. */
export interface Logged {
  project: string;
  services?: readonly string[] | undefined;
}

/**
 * Reads the logs of all containers at once and puts their lines in the order of time; the newest of a long one are kept.
 * Where they are followed, a container that starts meanwhile is read from its start.
 */
export async function readProjectLog(
  context: Context,
  logged: Logged,
  options: ProjectLogOptions,
): Promise<ProjectLog> {
  const span = within(options.follow ?? 86_400, context.signal);
  const broken = new AbortController();
  const signal = AbortSignal.any([span.signal, broken.signal]);
  const logs = logsOf({ ...context, signal }, options);
  const reading: Promise<void>[] = [];
  const read = (container: Named, joins: boolean) => {
    const work = logs.read(container, joins);
    work.catch((error) => broken.abort(error));
    reading.push(work);
  };
  try {
    // Opened before the look at what is there: no start falls in between.
    const events = options.follow === undefined ? [] : await startsOn({ ...context, signal }, logged.project);
    for (const container of await membersIn(context, logged)) read(container, false);
    for await (const container of events) {
      if (logged.services?.includes(serviceOf(container)) ?? true) read(container, true);
    }
    await Promise.all(reading);
  } catch (error) {
    if (!span.expired()) throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    broken.abort();
    await Promise.allSettled(reading);
  }
  return merged(logs.parts(), options);
}

/** A container by its labels, whether it was listed or has just started. */
type Named = Pick<ObservedContainer, "id" | "name" | "labels">;

async function membersIn(context: Context, { project, services }: Logged): Promise<Named[]> {
  const { containers } = await context.compose.observe(project, { signal: context.signal });
  if (containers.length === 0) throw await noProject(context, project);
  return membersOf(containers, services);
}

/** The containers of the project that start from now on, each time they do. */
async function startsOn({ engine, signal }: Context, project: string): Promise<AsyncIterable<Named>> {
  const filters = { type: ["container"], event: ["start"], label: [`${composeLabels.project}=${project}`] };
  const events = await engine.system.openEvents({ filters }, { signal });
  return started(events, project);
}

async function* started(events: AsyncIterable<EngineEvent>, project: string): AsyncGenerator<Named> {
  for await (const { Actor: { ID, Attributes } } of events) {
    const labels = Attributes ?? {};
    if (isOf(labels, project)) yield { id: ID, name: labels["name"] ?? "", labels };
  }
}

/** What is read of each container, and was so far. */
function logsOf(context: Context, { tail, since, follow }: ProjectLogOptions) {
  const sources = new Map<string, { label: string; window: ReturnType<typeof logWindow>; log: ContainerLog }>();
  const seen = () => [...sources.values()].reduce((sum, { window }) => sum + window.seen(), 0);
  function sourceOf(container: Named, joins: boolean) {
    const label = labelOf(container);
    const cut = !joins && (tail !== "all" || since !== undefined);
    const window = logWindow({ limit, timestamps: true, hide: context.hide, cut });
    const hear = (lines: readonly Line[]) => {
      const fresh = window.add(lines).map((line) => `${label} | ${split(line).text}`);
      if (follow && fresh.length > 0) context.progress({ progress: seen(), message: fresh.join("\n") });
    };
    const options = { tail: joins ? "all" : tail, since, follow: follow !== undefined, fleeting: joins };
    return { label, window, log: containerLog(context, container.id, { options, hear }) };
  }
  return {
    /** One that joins in is read from its start. */
    async read(container: Named, joins: boolean): Promise<void> {
      const source = sources.get(container.id) ?? sourceOf(container, joins);
      sources.set(container.id, source);
      await source.log.read();
    },
    parts: (): Part[] => [...sources.values()].map(({ label, window }) => ({ label, ...window.result() })),
  };
}

function labelOf({ name, labels }: Named): string {
  if (labels[composeLabels.oneoff] === "True") return name;
  return `${serviceOf({ labels })}-${labels[composeLabels.number] ?? 0}`;
}

function serviceOf({ labels }: Pick<Named, "labels">): string {
  return labels[composeLabels.service] ?? "";
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
