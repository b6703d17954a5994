import type { Trace, Vertex, VertexLog } from "../../engine/build_trace.ts";
import type { BuildMessage } from "../../engine/builds.ts";
import { size } from "../format.ts";
import { type Hiding, type StepOutput, stepOutput } from "./step_output.ts";
import { plainText } from "./text.ts";

/** One step of a build, as it ended. */
export interface BuiltStep {
  /** `[2/4] RUN make` */
  step: string;
  seconds: number;
  cached: boolean;
}

/** A step on its way. */
interface Step {
  name: string;
  /** Milliseconds since 1970. */
  started?: number;
  ended?: number;
  cached: boolean;
  error: string;
  output: StepOutput;
  /** Bytes of the layers that it fetches. */
  layers: Map<string, { current: number; total: number }>;
}

const nameLimit = 200;

/** Follows a build: what its steps are, how each went, and what it wrote. */
export function buildLog(hide: Hiding = (line) => line) {
  const steps = new Map<string, Step>();
  const warnings = new Set<string>();
  const begin = (name: string) => newStep(name, hide);
  const readText = textReader({ steps, warnings, begin });
  return {
    /** Takes a message and gives the lines that tell of it. */
    follow(message: BuildMessage): string[] {
      if (message.kind === "text") return readText(message.text);
      if (message.kind !== "trace") return [];
      for (const warning of message.trace.warnings) warnings.add(clean(warning));
      return readTrace({ steps, begin }, message.trace);
    },
    /** How many steps have ended, of those that are known. */
    count: () => ({ done: [...steps.values()].filter(({ ended }) => ended).length, total: steps.size }),
    /** The step at work. */
    current: () => [...steps.values()].findLast(({ started, ended }) => started && !ended)?.name,
    /** In the order in which they began: BuildKit may tell of the last one first. */
    steps: (): BuiltStep[] =>
      [...steps.values()].filter(({ name }) => isStep(name)).sort(byStart).map((step) => ({
        step: step.name,
        seconds: secondsOf(step),
        cached: step.cached,
      })),
    warnings: () => [...warnings],
    /** The step that a failure is about, with its last lines. */
    failed(): { step: string; output: string; error: string } | undefined {
      // Where one fails, those beside it are cancelled.
      const broken = [...steps.values()].filter(({ error }) => error !== "");
      const step = broken.find(({ error }) => !/context cancell?ed/i.test(error)) ?? broken[0];
      return step && { step: step.name, output: step.output.last(), error: step.error };
    },
    /** Marks the step at work as the one that failed; BuildKit says it by itself. */
    fail(error: string): void {
      const step = [...steps.values()].findLast(({ started, ended }) => started && !ended);
      if (step && ![...steps.values()].some((other) => other.error)) step.error = error;
    },
  };
}

/** What stands in the Dockerfile, apart from what BuildKit does on its own. */
function isStep(name: string): boolean {
  return /^\[(?!internal\]|auth\])/.test(name);
}

function byStart(a: Step, b: Step): number {
  return (a.started ?? Infinity) - (b.started ?? Infinity) || a.name.localeCompare(b.name, "en", { numeric: true });
}

function secondsOf({ started = 0, ended = started }: Step): number {
  return Math.round((ended - started) / 100) / 10;
}

function newStep(name: string, hide: Hiding): Step {
  return { name: clean(name), cached: false, error: "", output: stepOutput(hide), layers: new Map() };
}

/** What is known of the steps, and how one begins. */
interface Steps {
  steps: Map<string, Step>;
  begin(name: string): Step;
}

function clean(text: string): string {
  return shortened(plainText(text).replace(/\s+/g, " ").trim(), nameLimit);
}

function shortened(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}[...]` : text;
}

function readTrace({ steps, begin }: Steps, { vertexes, statuses, logs }: Trace): string[] {
  const lines = vertexes.flatMap((vertex) => readVertex({ steps, begin }, vertex));
  for (const { vertex, id, current, total } of statuses) {
    if (total > 0) steps.get(vertex)?.layers.set(id, { current, total });
  }
  const fetching = [...new Set(statuses.map(({ vertex }) => steps.get(vertex)))].flatMap(fetched);
  const written = logs.flatMap(({ vertex, ...log }) => {
    const step = steps.get(vertex);
    return step ? write(step, log) : [];
  });
  return [...lines, ...fetching, ...written];
}

function readVertex({ steps, begin }: Steps, vertex: Vertex): string[] {
  const step = steps.get(vertex.digest) ?? begin(vertex.name);
  steps.set(vertex.digest, step);
  const begins = vertex.started !== undefined && step.started === undefined;
  const ends = vertex.completed !== undefined && step.ended === undefined;
  if (vertex.started !== undefined) step.started = vertex.started;
  if (vertex.completed !== undefined) step.ended = vertex.completed;
  step.cached ||= vertex.cached;
  step.error ||= vertex.error;
  if (ends) return [ending(step)];
  return begins ? [step.name] : [];
}

function ending(step: Step): string {
  if (step.error) return `${step.name} failed`;
  return step.cached ? `${step.name} CACHED` : `${step.name} done in ${secondsOf(step)}s`;
}

function fetched(step: Step | undefined): string[] {
  if (!step || step.layers.size === 0) return [];
  const sum = (pick: "current" | "total") => [...step.layers.values()].reduce((all, layer) => all + layer[pick], 0);
  return [`${step.name}: ${size(sum("current"))} of ${size(sum("total"))}`];
}

function write(step: Step, { stream, bytes }: Omit<VertexLog, "vertex">): string[] {
  const last = step.output.add(stream, bytes);
  return last ? [`${shortened(step.name, 60)}: ${clean(last)}`] : [];
}

const stepLine = /^(?:\[(\d+\/\d+)\] )?S(?:tep|TEP) (\d+\/\d+) ?: (.*)$/;
const bookkeeping =
  /^( ?-{2,3}> |Successfully (built|tagged) |Removing intermediate container|(\[\d+\/\d+\] )?COMMIT )/;

/** Reads what the builders before BuildKit, and Podman's, write for a screen. */
function textReader({ steps, begin, warnings }: Steps & { warnings: Set<string> }): (text: string) => string[] {
  let rest = "";
  let step: Step | undefined;
  const end = () => {
    if (step) step.ended ??= Date.now();
    return step ? [ending(step)] : [];
  };
  const readLine = (raw: string): string[] => {
    const line = plainText(raw);
    const [, stage, number, instruction] = stepLine.exec(line) ?? [];
    if (number !== undefined) {
      const told = end();
      step = { ...begin(`[${stage ? `${stage} ` : ""}${number}] ${instruction}`), started: Date.now() };
      steps.set(step.name, step);
      return [...told, step.name];
    }
    const warning = /^\[Warning\] (.*)/.exec(line)?.[1];
    if (warning !== undefined) warnings.add(clean(warning));
    if (step && /^ ?-{2,3}> Using cache/.test(line)) step.cached = true;
    if (/^(Successfully built|COMMIT) /.test(line)) return end();
    return step && warning === undefined && !bookkeeping.test(line) ? write(step, textLog(raw)) : [];
  };
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    return lines.flatMap(readLine);
  };
}

/** The classic builder shows stderr in bright red. */
function textLog(line: string): Omit<VertexLog, "vertex"> {
  const stream = line.includes("\x1b[91m") ? "stderr" : "stdout";
  return { stream, bytes: new TextEncoder().encode(`${line}\n`) };
}
