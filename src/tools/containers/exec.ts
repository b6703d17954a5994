import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import type { ExecConfig } from "../../engine/exec.ts";
import type { UpgradedSocket } from "../../engine/request.ts";
import { capture, outputLack, outputLackOf, outputLines, outputsOf } from "../facts/output.ts";
import { pause, within } from "../facts/signals.ts";
import { container, waitTime } from "../fields.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";
import { environment } from "../spec/words.ts";

const execInput = z.strictObject({
  container,
  command: z.array(z.string()).min(1).optional(),
  shell: z.string().min(1).optional(),
  stdin: z.string().optional(),
  environment: environment.optional(),
  user: z.string().optional(),
  workdir: z.string().optional(),
  tty: z.boolean().optional(),
  privileged: z.boolean().optional(),
  timeout: waitTime.optional(),
});

export const execCommand = defineTool({
  name: "docker_exec_command",
  title: "Run a command in a container",
  description: "Run `command` (words) or `shell` (a line for sh) in a running container; `timeout` 60s.",
  risk: "execute",
  input: execInput,
  output: z.object({
    exit_code: z.number().optional(),
    stdout: z.string(),
    stderr: z.string(),
    ...outputLack,
    timed_out: z.boolean().optional(),
  }),
  text({ exit_code, timed_out, ...output }) {
    const end = timed_out
      ? "No end within the time-out. The command still runs in the container; docker_container_top shows it"
      : `Exit code ${exit_code ?? "unknown"}`;
    return [end, ...outputLines(output)].join("\n");
  },
  async run(context, input) {
    const config = execConfig(input);
    const { Id } = await context.engine.exec.create(input.container, config, { signal: context.signal });
    const { timedOut, broken, captured } = await runExec(context, input, Id);
    const exit_code = timedOut ? undefined : await orInterrupted(() => exitCode(context, Id));
    if (broken && exit_code === undefined) throw broken;
    const { stdout, stderr } = captured;
    const ended = present({ exit_code, timed_out: timedOut || undefined });
    return { stdout, stderr, ...ended, ...outputLackOf(captured) };
  },
});

type ExecInput = z.output<typeof execInput>;

function execConfig(input: ExecInput): ExecConfig {
  if ((input.command === undefined) === (input.shell === undefined)) {
    throw new InputError("command", 'expected either "command" (a list of words) or "shell" (one line)');
  }
  return {
    Cmd: input.command ?? ["sh", "-c", input.shell ?? ""],
    AttachStdout: true,
    AttachStderr: true,
    ...present({
      AttachStdin: input.stdin === undefined ? undefined : true,
      Env: input.environment,
      User: input.user,
      WorkingDir: input.workdir,
      Tty: input.tty,
      Privileged: input.privileged,
    }),
  };
}

async function runExec(context: Context, input: ExecInput, id: string) {
  const span = within(input.timeout ?? 60, context.signal);
  const captured = capture();
  let broken: EngineError | undefined;
  try {
    await captured.read(outputsOf(await startExec(context, input, { id, signal: span.signal }), input.tty ?? false));
  } catch (error) {
    if (!span.expired()) broken = ofUnreadInput(input, error);
  }
  return { captured: captured.soFar(), timedOut: span.expired(), broken };
}

/** Podman breaks the connection when the command ends before it has read its input; whether it has, the exit code tells. */
function ofUnreadInput({ stdin }: ExecInput, error: unknown): EngineError {
  if (stdin !== undefined && error instanceof EngineError && error.fault.kind === "interrupted") return error;
  throw error;
}

async function startExec({ engine }: Context, input: ExecInput, { id, signal }: { id: string; signal: AbortSignal }) {
  const tty = input.tty ?? false;
  if (input.stdin === undefined) return (await engine.exec.start(id, tty, { signal })).chunks();
  const socket = await engine.exec.attach(id, tty, { signal });
  // Not awaited: a command that writes before it has read all would wait for us, as we for it.
  feed(socket, { stdin: input.stdin, tty });
  return socket.chunks();
}

async function feed(socket: UpgradedSocket, { stdin, tty }: { stdin: string; tty: boolean }): Promise<void> {
  try {
    await socket.write(new TextEncoder().encode(tty ? typed(stdin) : stdin));
    // On a terminal the daemon takes the end of the input for the end of the output too.
    if (!tty) await socket.closeWrite();
  } catch {
    // The command ended without reading its input; its exit code tells the rest.
  }
}

/** As a person types it: Ctrl-D ends the input at the start of a line, and before that the line. */
function typed(stdin: string): string {
  return stdin === "" || stdin.endsWith("\n") ? `${stdin}\x04` : `${stdin}\x04\x04`;
}

/** A daemon that dies closes the output as if the command had ended; only the question for the exit code tells. */
async function orInterrupted<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const facts = { fault: { kind: "interrupted" }, request: cause.request, cause } as const;
    throw new EngineError(`The command was started, and its exit code cannot be read: ${cause.message}`, facts);
  }
}

/** The daemon closes the output a moment before it has noted the exit code. */
async function exitCode({ engine, signal }: Context, id: string): Promise<number | undefined> {
  for (let tries = 0; tries < 50; tries++) {
    const { Running, ExitCode } = await engine.exec.inspect(id, { signal });
    if (!Running && ExitCode !== null) return ExitCode;
    await pause(20, signal);
  }
  return undefined;
}
