import * as z from "zod";
import { createOneOff, type OneOff, prerequisitesOf } from "../../compose/one_off.ts";
import type { Variables } from "../../compose/project.ts";
import { type Context, defineTool } from "../../define.ts";
import { execCommand } from "../containers/exec.ts";
import { indexOf } from "../facts/compose/members.ts";
import { runToEnd } from "../facts/compose/one_off_run.ts";
import { noProject } from "../facts/compose/projects.ts";
import { outputLack, outputLines } from "../facts/output.ts";
import { waitTime } from "../fields.ts";
import { present } from "../spec/resources.ts";
import { environment } from "../spec/words.ts";
import { plainSourceFields, sourceOf, untold } from "./fields.ts";

const runInput = z.strictObject({
  ...plainSourceFields,
  service: z.string().min(1),
  command: z.array(z.string()).min(1).optional(),
  env: environment.optional(),
  user: untold(z.string().optional()),
  workdir: untold(z.string().optional()),
  service_ports: untold(z.boolean().optional()),
  keep: untold(z.boolean().optional()),
  timeout: waitTime.optional(),
});

export const composeRun = defineTool({
  name: "docker_compose_run",
  title: "Run a command of a project",
  description: "Run a service's command once in a new container, removed afterwards; `timeout` 60s.",
  risk: "execute",
  openWorld: true,
  input: runInput,
  output: z.object({
    project: z.string(),
    container: z.string(),
    exit_code: z.number().optional(),
    stdout: z.string(),
    stderr: z.string(),
    ...outputLack,
    timed_out: z.boolean().optional(),
  }),
  text({ container, exit_code, timed_out, ...output }) {
    const end = timed_out
      ? `No end within the time-out. It still runs in "${container}"; docker_container_logs reads on`
      : `Exit code ${exit_code ?? "unknown"}`;
    return [end, ...outputLines(output)].join("\n");
  },
  async run(context, { service, keep = false, timeout = 60, ...given }) {
    const project = await sourceOf(context, given, [service]);
    const slug = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const oneOff: OneOff = {
      project,
      service,
      slug,
      ...present({
        command: given.command,
        environment: given.env && variablesOf(given.env),
        user: given.user,
        workdir: given.workdir,
        ports: given.service_ports,
      }),
    };
    const made = await make(context, oneOff);
    return { project: project.name, container: made.name, ...await runToEnd(context, made.id, { timeout, keep }) };
  },
});

/** A name alone unsets what the image sets. */
function variablesOf(lines: readonly string[]): Variables {
  return new Map(lines.map((line): [string, string | null] => {
    const at = line.indexOf("=");
    return at < 0 ? [line, null] : [line.slice(0, at), line.slice(at + 1)];
  }));
}

async function make({ engine, compose, signal, progress }: Context, oneOff: OneOff) {
  const { project, service } = oneOff;
  const up = prerequisitesOf(oneOff);
  const before = await compose.observe(project, { signal });
  const definition = project.services.get(service);
  if (definition?.build && !before.images.has(definition.image ?? `${project.name}-${service}`)) {
    await compose.apply({ verb: "build", project, services: [service] }, { signal, progress });
  }
  await compose.apply(up, { signal, progress });
  const observed = await compose.observe(project, { signal });
  return await createOneOff(engine, oneOff, { observed, signal });
}

export const composeExec = defineTool({
  name: "docker_compose_exec",
  title: "Run a command in a service",
  description: "As docker_exec_command, in container `index` (the first) of a project's service.",
  risk: "execute",
  input: z.strictObject({
    project_name: z.string().min(1),
    service: z.string().min(1),
    index: z.number().int().min(1).optional(),
    command: z.array(z.string()).min(1).optional(),
    shell: z.string().min(1).optional(),
    environment: environment.optional(),
    user: untold(z.string().optional()),
    workdir: untold(z.string().optional()),
    timeout: waitTime.optional(),
  }),
  output: execCommand.output,
  text: (output) => execCommand.text?.(output) ?? "",
  async run(context, { project_name, service, index, ...command }) {
    const { containers } = await context.compose.observe(project_name, { signal: context.signal });
    if (containers.length === 0) throw await noProject(context, project_name);
    return await execCommand.run(context, { ...command, container: indexOf(containers, service, index).id });
  },
});
