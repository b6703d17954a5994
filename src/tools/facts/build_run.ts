import { BuildError } from "../../engine/build_error.ts";
import type { Context } from "../../define.ts";
import type { BuildBody, BuildOptions } from "../../engine/builds.ts";
import { size } from "../format.ts";
import { present } from "../spec/resources.ts";
import { buildLog, type BuiltStep } from "./build_log.ts";
import type { Hiding } from "./step_output.ts";
import { plainText } from "./text.ts";

/** A build that went well. */
export interface Built {
  id: string;
  steps: BuiltStep[];
  warnings: string[];
}

export interface RunOptions extends BuildOptions {
  /** Seconds. */
  timeout?: number;
}

/** Milliseconds between two notes of progress. */
const noteEvery = 300;

/** Builds and tells of each step. Throws a BuildError where the build fails, a TimeoutError where it takes too long. */
export async function runBuild(
  { engine, signal, progress }: Pick<Context, "engine" | "signal" | "progress">,
  { timeout, ...options }: RunOptions,
  body?: BuildBody,
): Promise<Built> {
  const log = buildLog(hidingOf(options.secrets));
  using note = notes(progress, log.count);
  using clock = startClock(signal, { timeout, where: log.current });
  let id = "";
  const sent = body && { ...body, content: counted(body.content, (bytes) => note.add([`Sending ${size(bytes)}`])) };
  for await (const message of engine.builds.run(options, sent, { signal: clock.signal })) {
    note.add(log.follow(message));
    if (message.kind === "image") id = message.id;
    if (message.kind !== "failed") continue;
    log.fail(message.message);
    throw failure(message, log.failed());
  }
  if (id === "") throw new BuildError("the builder ended without an image");
  return { id, steps: log.steps(), warnings: log.warnings() };
}

/** Lines of a secret that is longer are looked for as far as this. */
const hiddenLines = 1000;

/** Hides the lines of secrets; what is shorter than four characters would hide half of the output. */
function hidingOf(secrets: RunOptions["secrets"] = new Map()): Hiding {
  const texts = [...secrets.values()].map((bytes) => new TextDecoder().decode(bytes));
  const lines = texts.flatMap((text) => text.split(/[\r\n]+/).slice(0, hiddenLines)).map((line) => line.trim());
  const long = lines.filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length);
  return (line) => long.reduce((hidden, secret) => hidden.replaceAll(secret, "[redacted]"), line);
}

/** Passes lines on, several in one note where they come quickly; the last one too, though nothing follows it. */
function notes(progress: Context["progress"], count: () => { done: number; total: number }) {
  let noted = 0;
  let told = 0;
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    noted = Date.now();
    const { done, total } = count();
    // Each note must be further on than the last one, also within a step.
    told = Math.max(done, Math.round((told + (done + 1 - told) / 1000) * 1e6) / 1e6);
    progress({ progress: told, ...(total > 0 ? { total } : {}), message: waiting.join("\n") });
    waiting = [];
  };
  return {
    add(lines: readonly string[]): void {
      if (lines.length === 0) return;
      waiting = [...waiting, ...lines].slice(-5);
      const wait = noted + noteEvery - Date.now();
      if (timer === undefined && wait > 0) timer = setTimeout(tell, wait);
      else if (timer === undefined) tell();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

function startClock(
  signal: AbortSignal,
  { timeout, where }: { timeout: number | undefined; where: () => string | undefined },
) {
  const late = new AbortController();
  const end = () => {
    const step = where();
    const during = step === undefined ? "" : `, in step "${step}"`;
    late.abort(new DOMException(`the build was ended after ${timeout} seconds${during}`, "TimeoutError"));
  };
  const timer = timeout === undefined ? undefined : setTimeout(end, timeout * 1000);
  return { signal: AbortSignal.any([signal, late.signal]), [Symbol.dispose]: () => clearTimeout(timer) };
}

function counted(content: BuildBody["content"], note: (bytes: number) => void): BuildBody["content"] {
  return content instanceof Uint8Array ? content : ReadableStream.from(counting(content, note));
}

async function* counting(content: ReadableStream<Uint8Array>, note: (bytes: number) => void) {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    note(bytes);
    yield chunk;
  }
}

function failure(
  { message, code }: { message: string; code?: number },
  failed: { step: string; output: string; error: string } | undefined,
): BuildError {
  const exit = code ?? exitCode(`${message}\n${failed?.error}`);
  const reason = plainText(message).replace(prefix, "");
  return new BuildError(reason, present({ step: failed?.step, exitCode: exit, output: failed?.output || undefined }));
}

/** What BuildKit puts in front of every reason. */
const prefix = /^failed to solve(?: with frontend [\w.-]+)?: (?:failed to create LLB definition: )?/;

function exitCode(text: string): number | undefined {
  const code = /(?:exit code: |exit status |non-zero code: )(\d+)/.exec(text)?.[1];
  return code === undefined ? undefined : Number(code);
}
