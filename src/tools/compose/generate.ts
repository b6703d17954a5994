import { stringify } from "yaml";
import * as z from "zod";
import { composeLabels } from "../../compose/labels.ts";
import { render } from "../../compose/plan/render.ts";
import { type Context, defineTool } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";
import { generate, type Generated, type Keys, serviceName } from "../facts/compose/generated.ts";
import { noProject } from "../facts/compose/projects.ts";
import { container } from "../fields.ts";
import { InputError } from "../input_error.ts";

/** As many as one file is read for. */
const most = 50;

const generateInput = z.strictObject({
  containers: z.array(container).min(1).max(most).optional(),
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
    const keys = await keysOn(context);
    const names = new Set(containers.map(serviceName));
    const services = new Map<string, Generated>();
    const secrets = new Map<string, string>();
    for (const details of containers) {
      const { Config: image } = await context.engine.images.inspect(details.Image, { signal: context.signal });
      const name = serviceName(details);
      // Several containers of one service are its scale.
      if (services.has(name)) continue;
      const service = generate({ container: details, image: image ?? {} }, { keys, services: names, taken: secrets });
      services.set(name, service);
      service.secrets.forEach((value, variable) => secrets.set(variable, value));
    }
    const project = projectOf(containers);
    const compose_yaml = fileOf(services, { project, keys });
    const plan = project === undefined ? {} : { plan: await planOf(context, compose_yaml, secrets) };
    return { compose_yaml, variables: [...secrets.keys()].sort(), ...plan };
  },
});

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

/** Of the networks and volumes that Compose made. */
async function keysOn({ engine, signal }: Context): Promise<Keys> {
  const [networks, volumes] = await Promise.all([engine.networks.list({ signal }), engine.volumes.list({ signal })]);
  const keyed = (rows: readonly { Name: string; Labels?: Record<string, string> | null }[], label: string) =>
    new Map(rows.flatMap(({ Name, Labels }): [string, string][] => Labels?.[label] ? [[Name, Labels[label]]] : []));
  return { networks: keyed(networks, composeLabels.network), volumes: keyed(volumes, composeLabels.volume) };
}

/** The project that all of them are of; without one, the file is for new containers. */
function projectOf(containers: readonly ContainerDetails[]): string | undefined {
  const names = new Set(containers.map(({ Config }) => Config.Labels?.[composeLabels.project]));
  return names.size === 1 ? [...names][0] : undefined;
}

function fileOf(
  services: ReadonlyMap<string, Generated>,
  { project, keys }: { project: string | undefined; keys: Keys },
): string {
  const all = [...services.values()];
  const entries = (names: readonly string[], known: ReadonlyMap<string, string>) =>
    Object.fromEntries([...new Set(names)].sort().map((name) => topEntry(name, { project, key: known.get(name) })));
  const networks = entries(all.flatMap((service) => service.networks), keys.networks);
  const volumes = entries(all.flatMap((service) => service.volumes), keys.volumes);
  const file = {
    ...(project === undefined ? {} : { name: project }),
    services: Object.fromEntries([...services].sort().map(([name, { service }]) => [name, service])),
    ...(Object.keys(networks).length > 0 ? { networks } : {}),
    ...(Object.keys(volumes).length > 0 ? { volumes } : {}),
  };
  // A text of several lines stands on one: whoever looks for secrets by their keys finds the whole of them.
  return stringify(file, { lineWidth: 0, blockQuote: false });
}

/** What Compose made for the project is its own; all else must stay where it is. */
function topEntry(
  name: string,
  { project, key }: { project: string | undefined; key: string | undefined },
): [string, Record<string, unknown>] {
  if (key === undefined || project === undefined) return [key ?? name, { name, external: true }];
  return [key, name === `${project}_${key}` ? {} : { name }];
}

async function planOf(
  { compose, signal }: Context,
  text: string,
  environment: ReadonlyMap<string, string>,
): Promise<string> {
  const project = await compose.load({ text, environment, directory: "/" });
  return render(await compose.plan({ verb: "up", project }, { signal }));
}
