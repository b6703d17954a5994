import * as z from "zod";
import { composeLabels } from "../../compose/labels.ts";
import { render } from "../../compose/plan/render.ts";
import { type Context, defineTool } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { type Around, generate, type Generated, serviceName } from "../facts/compose/generated.ts";
import { fileOf, keysOf, type There } from "../facts/compose/generated_file.ts";
import { noProject } from "../facts/compose/projects.ts";
import { container, listOf } from "../fields.ts";
import { InputError } from "../input_error.ts";

/** As many as one file is read for. */
const most = 50;

const generateInput = z.strictObject({
  containers: listOf(z.array(container).min(1).max(most)).optional(),
  project_name: z.string().min(1).optional(),
});

export const composeGenerate = defineTool({
  name: "docker_compose_generate",
  title: "Generate a Compose file",
  description: "Write a Compose file for `containers`, a project, or all that run.",
  risk: "read",
  input: generateInput,
  output: z.object({
    compose_yaml: z.string(),
    variables: z.array(z.string()).describe("Secrets: they stand as variables in the file"),
    plan: z.string().optional().describe("What docker_compose_up of the file would do now"),
  }),
  text({ compose_yaml, variables, plan }) {
    const secret = variables.length > 0 ? `# Secrets are left out. Set in environment: ${variables.join(", ")}` : "";
    const comment = plan === undefined ? "" : plan.split("\n").map((line) => `# ${line}`).join("\n");
    return [compose_yaml.trimEnd(), secret, comment].filter(Boolean).join("\n");
  },
  async run(context, given) {
    const containers = await chosen(context, given);
    const there = await thereOn(context);
    const around = {
      keys: keysOf(there),
      services: new Set(containers.map(serviceName)),
      ids: new Map(containers.map((details) => [details.Id, serviceName(details)])),
    };
    const services = new Map<string, Generated>();
    const secrets = new Map<string, string>();
    for (const [name, [first, ...others]] of Map.groupBy(containers, serviceName)) {
      if (!first) continue;
      const service = await serviceOf(context, [first, ...others], { ...around, taken: secrets });
      services.set(name, service);
      service.secrets.forEach((value, variable) => secrets.set(variable, value));
    }
    const project = projectOf(containers);
    const compose_yaml = fileOf(services, { project, there, keys: around.keys, containers });
    const plan = project === undefined ? {} : { plan: await planOf(context, compose_yaml, secrets) };
    return { compose_yaml, variables: [...secrets.keys()].sort(), ...plan };
  },
});

/** Several containers of one service are its scale. */
async function serviceOf(
  { engine, signal }: Context,
  [container, ...others]: readonly [ContainerDetails, ...ContainerDetails[]],
  around: Around,
): Promise<Generated> {
  const { Config: image } = await engine.images.inspect(container.Image, { signal });
  const made = generate({ container, image: image ?? {} }, around);
  return others.length === 0 ? made : { ...made, service: { ...made.service, scale: others.length + 1 } };
}

async function chosen(
  context: Context,
  { containers, project_name }: z.output<typeof generateInput>,
): Promise<ContainerDetails[]> {
  const { engine, signal } = context;
  const inspect = (ids: readonly string[]) => Promise.all(ids.map((id) => engine.containers.inspect(id, { signal })));
  if (containers !== undefined) return await inspect(containers);
  if (project_name !== undefined) {
    const there = (await context.compose.observe(project_name, { signal })).containers.filter(({ oneoff }) => !oneoff);
    if (there.length === 0) throw await noProject(context, project_name);
    return await inspect(there.toSorted((a, b) => a.number - b.number).map(({ id }) => id));
  }
  const running = await engine.containers.list({}, { signal });
  if (running.length === 0) throw new InputError("containers", "no container runs; name those that are meant");
  if (running.length > most) {
    throw new InputError("containers", `${running.length} containers run: name at most ${most}, or a project_name`);
  }
  return await inspect(running.map(({ Id }) => Id));
}

async function thereOn({ engine, signal }: Context): Promise<There> {
  const [networks, volumes] = await Promise.all([engine.networks.list({ signal }), engine.volumes.list({ signal })]);
  return { networks, volumes };
}

/** The project that all of them are of; without one, the file is for new containers. */
function projectOf(containers: readonly ContainerDetails[]): string | undefined {
  const names = new Set(containers.map(({ Config }) => Config.Labels?.[composeLabels.project]));
  return names.size === 1 ? [...names][0] : undefined;
}

async function planOf(
  { compose, signal }: Context,
  text: string,
  environment: ReadonlyMap<string, string>,
): Promise<string> {
  const project = await compose.load({ text, environment, directory: "/" });
  return render(await compose.plan({ verb: "up", project }, { signal }));
}
