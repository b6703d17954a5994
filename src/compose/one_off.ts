import type { CreateContainerBody } from "../engine/container_types.ts";
import type { Engine } from "../engine/engine.ts";
import { packFiles } from "../engine/tar.ts";
import { composeLabels, fieldsLabel } from "./labels.ts";
import { imageName, type Observed } from "./observe.ts";
import { firstOf } from "./plan/ground.ts";
import { writtenVersion } from "./plan/hash.ts";
import { injectedFiles } from "./plan/injected.ts";
import { requireService } from "./plan/selection.ts";
import { containerBody } from "./plan/translate/container.ts";
import { attachments, takesAllNetworks } from "./plan/translate/networks.ts";
import { type ContainerSpec, parentsOf } from "./plan/translate/spec.ts";
import type { Project, Service, Variables } from "./project.ts";
import type { Up } from "./wanted.ts";

/** One container of a service that runs a command of its own, beside those that are always there. */
export interface OneOff {
  project: Project;
  service: string;
  /** Twelve hexadecimal digits, which make its name its own. */
  slug: string;
  command?: readonly string[];
  /** Over the service's own. */
  environment?: Variables;
  user?: string;
  workdir?: string;
  /** Publishes the service's ports, which its other containers may have already. */
  ports?: boolean;
}

/** What must be there before: the service's networks, volumes and image, and what it depends on, as that is now. */
export function prerequisitesOf(oneOff: OneOff): Up {
  const { project } = oneOff;
  const service = serviceOf(oneOff);
  const { build: _, container_name: _name, ...rest } = service;
  const image = imageName(project.name, { name: oneOff.service, service });
  // No container is made of it, so that those of the service itself stay as they are.
  const placeholder: Service = { ...rest, image, scale: 0, ...(service.build ? { pull_policy: "missing" } : {}) };
  const key = keyOf(oneOff);
  return {
    verb: "up",
    project: { ...project, services: new Map([...project.services, [key, placeholder]]) },
    services: [key],
    scale: new Map([[key, 0]]),
    noRecreate: true,
    wait: [...service.depends_on?.values() ?? []].some(({ condition }) => condition !== "service_started"),
  };
}

/** Creates it, with its configs and secrets, and does not start it. */
export async function createOneOff(
  engine: Engine,
  oneOff: OneOff,
  { observed, signal }: { observed: Observed; signal: AbortSignal },
): Promise<{ id: string; name: string }> {
  const spec = specOf(oneOff);
  const parents = new Map([...spec.parents].flatMap(([parent]): [string, string][] => {
    const found = firstOf({ observed }, parent);
    return found ? [[parent, found.id]] : [];
  }));
  const body = containerBody(spec, { ...observed, image: observed.images.get(spec.image), parents });
  const { platform } = spec.definition;
  const named = { name: spec.name, signal, ...(platform === undefined ? {} : { platform }) };
  const { Id } = await engine.containers.create(labelled(body, oneOff), named);
  const further = takesAllNetworks(observed.api) ? [] : attachments(spec).slice(1);
  for (const { network, endpoint } of further) await engine.networks.connect(network, { container: Id, endpoint });
  const files = injectedFiles(spec.project, spec.definition);
  if (files.length > 0) await engine.containers.writeArchive(Id, "/", await packFiles(files.map(entryOf)));
  return { id: Id, name: spec.name };
}

/** It is known to Compose as a container of the service, but not as one of those that are to be there. */
function labelled(body: CreateContainerBody, { service, slug }: OneOff): CreateContainerBody {
  const { [fieldsLabel]: _, ...labels } = body.Labels ?? {};
  const own = { [composeLabels.service]: service, [composeLabels.oneoff]: "True", [composeLabels.slug]: slug };
  return { ...body, Labels: { ...labels, ...own } };
}

function specOf(oneOff: OneOff): ContainerSpec {
  const { project, service: name, slug } = oneOff;
  const service = serviceOf(oneOff);
  return {
    project,
    // Not the service's own name, by which others on its networks find those that are always there.
    service: keyOf(oneOff),
    definition: ownDefinition(service, oneOff),
    number: 1,
    name: `${project.name}-${name}-run-${slug}`,
    image: imageName(project.name, { name, service }),
    parents: new Map(parentsOf(service).map((parent) => [parent, parent])),
    linked: new Map(),
    inherited: new Map(),
    version: writtenVersion,
  };
}

function ownDefinition(service: Service, { command, environment, user, workdir, ports = false }: OneOff): Service {
  const { ports: published = [], deploy, container_name: _, ...rest } = service;
  const { restart_policy: _policy, ...deployment } = deploy ?? {};
  return {
    ...rest,
    ...(ports ? { ports: published } : {}),
    ...(deploy ? { deploy: deployment } : {}),
    ...(command ? { command } : {}),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { working_dir: workdir }),
    environment: new Map([...service.environment ?? [], ...environment ?? []]),
    // It runs once, and nobody sits in front of it.
    restart: "no",
    tty: false,
    stdin_open: false,
  };
}

function serviceOf({ project, service }: OneOff): Service {
  requireService(project, service);
  return project.services.get(service) ?? {};
}

function keyOf({ service, slug }: OneOff): string {
  return `${service}-run-${slug}`;
}

function entryOf({ path, content, ...rest }: ReturnType<typeof injectedFiles>[number]) {
  return { name: path.replace(/^\/+/, ""), content: new TextEncoder().encode(content), ...rest };
}
