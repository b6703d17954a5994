import type { ExecConfig } from "../../engine/exec.ts";
import { demultiplex } from "../../engine/stream.ts";
import type { Operation } from "../operation.ts";
import { variables } from "../plan/translate/container.ts";
import type { Hook } from "../project.ts";
import type { Run } from "./run.ts";

type RunHook = Extract<Operation, { kind: "run_hook" }>;

/** Runs a command in a container to its end; one that fails ends the plan, unless it may. */
export async function runHook(run: Run, { hook, optional, cause }: RunHook, container: string): Promise<void> {
  const { engine, signal } = run;
  const { Id } = await engine.exec.create(container, commandOf(hook));
  const last = await lastLine(run, Id);
  const { ExitCode } = await engine.exec.inspect(Id, { signal });
  if (ExitCode === 0) return;
  const what = `The command of ${cause} ended with exit code ${ExitCode}${last === "" ? "" : `: ${last}`}`;
  if (!optional) throw new Error(what);
  run.warn(what);
}

/** As the engine takes it. */
export function commandOf({ command, user, privileged, working_dir, environment }: Hook): ExecConfig {
  return {
    Cmd: [...command ?? []],
    AttachStdout: true,
    AttachStderr: true,
    Env: variables(environment),
    ...(user === undefined ? {} : { User: user }),
    ...(privileged === undefined ? {} : { Privileged: privileged }),
    ...(working_dir === undefined ? {} : { WorkingDir: working_dir }),
  };
}

/** Reads the output to its end. */
async function lastLine({ engine, signal }: Run, id: string): Promise<string> {
  const response = await engine.exec.start(id, false, { signal });
  let last = "";
  const decoder = new TextDecoder();
  for await (const { bytes } of demultiplex(response.chunks())) {
    last = (last + decoder.decode(bytes, { stream: true })).slice(-400);
  }
  return last.trim().split("\n").at(-1) ?? "";
}
