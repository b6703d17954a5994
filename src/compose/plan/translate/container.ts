import type { ContainerConfig, CreateContainerBody, HealthcheckConfig } from "../../../engine/container_types.ts";
import { composeLabels, fieldsLabel } from "../../labels.ts";
import type { ObservedImage } from "../../observe.ts";
import type { Healthcheck, Service } from "../../project.ts";
import { contentDigests, fieldDigests } from "../fields.ts";
import { serviceHash } from "../hash.ts";
import { filled } from "./filled.ts";
import { hostConfig, security } from "./host_config.ts";
import { mountsOf } from "./mounts.ts";
import { attachments, record, takesAllNetworks } from "./networks.ts";
import { type ContainerSpec, resolved } from "./spec.ts";

/** What is known once it can be made. */
export interface Ground {
  api: string;
  image: ObservedImage | undefined;
  /** The containers that it shares with, by their services. */
  parents: ReadonlyMap<string, string>;
  /** Options of `security_opt` that name a file, with what is in it. */
  profiles: ReadonlyMap<string, string>;
}

/** The body of `POST /containers/create`, as Compose itself would send it, with our own label in addition. */
export function containerBody(spec: ContainerSpec, { api, image, parents, profiles }: Ground): CreateContainerBody {
  const definition = resolved(spec.definition, parents);
  return {
    ...config(spec, definition, api),
    Labels: labelsOf(spec, definition, image),
    HostConfig: {
      ...hostConfig(spec, definition, parents),
      ...security(definition, profiles),
      ...mountsOf(spec, image),
    },
    ...networking(spec, api),
  };
}

function config(spec: ContainerSpec, service: Service, api: string): ContainerConfig {
  const all = takesAllNetworks(api);
  return {
    Image: spec.image,
    AttachStdout: true,
    AttachStderr: true,
    // An empty list clears the image's own, null keeps it.
    ...(service.command ? { Cmd: [...service.command] } : {}),
    ...(service.entrypoint ? { Entrypoint: [...service.entrypoint] } : {}),
    ...(service.healthcheck && { Healthcheck: healthcheck(service.healthcheck) }),
    ...filled({
      Env: variables(service.environment),
      ExposedPorts: exposed(service),
      User: service.user,
      WorkingDir: service.working_dir,
      Hostname: service.hostname,
      Domainname: service.domainname,
      MacAddress: all ? undefined : service.mac_address,
      StopSignal: service.stop_signal,
      StopTimeout: service.stop_grace_period === undefined ? undefined : Math.floor(service.stop_grace_period / 1e9),
      Tty: service.tty,
      OpenStdin: service.stdin_open,
    }),
  };
}

/** A name alone unsets what the image sets. */
export function variables(environment: Service["environment"] = new Map()): string[] {
  return [...environment].map(([name, value]) => value === null ? name : `${name}=${value}`);
}

function exposed({ expose = [], ports = [] }: Service): ContainerConfig["ExposedPorts"] {
  const published = ports.map(({ target, protocol = "tcp" }) => `${target}/${protocol}`);
  return Object.fromEntries([...published, ...expose.flatMap(portsIn)].map((port) => [port, {}]));
}

/** The ports of `8000-8001/udp`; one port stays as it is written, as Compose before version 5 sends it. */
function portsIn(text: string): string[] {
  const [range = "", protocol = "tcp"] = text.split("/");
  if (!range.includes("-")) return [text];
  const [first = 0, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`);
}

function healthcheck(given: Healthcheck): HealthcheckConfig {
  return filled({
    Test: given.disable ? ["NONE"] : given.test && [...given.test],
    Interval: given.interval,
    Timeout: given.timeout,
    StartPeriod: given.start_period,
    StartInterval: given.start_interval,
    Retries: given.retries,
  });
}

function labelsOf(spec: ContainerSpec, definition: Service, image: ObservedImage | undefined): Record<string, string> {
  const { project, service, number, version, replaces } = spec;
  // Not what no active profile enables.
  const dependencies = [...definition.depends_on ?? []].filter(([name]) => project.services.has(name))
    .map(([name, { condition, restart = false }]) => `${name}:${condition}:${restart}`);
  return {
    ...record(definition.labels),
    [composeLabels.hash]: serviceHash(definition, version),
    [composeLabels.number]: String(number),
    [composeLabels.dependsOn]: dependencies.sort().join(","),
    ...(image ? { [composeLabels.image]: image.id } : {}),
    [composeLabels.oneoff]: "False",
    [composeLabels.project]: project.name,
    [composeLabels.files]: project.files.join(","),
    [composeLabels.directory]: project.directory,
    ...(replaces === undefined ? {} : { [composeLabels.replace]: replaces }),
    [composeLabels.service]: service,
    [composeLabels.version]: version,
    [fieldsLabel]: JSON.stringify({ ...fieldDigests(spec.definition), ...contentDigests(project, spec.definition) }),
  };
}

/** Without a network of its own it has none to be configured. */
function networking(spec: ContainerSpec, api: string): Pick<CreateContainerBody, "NetworkingConfig"> {
  const all = attachments(spec);
  const [primary] = all;
  if (primary === undefined) return {};
  const taken = takesAllNetworks(api) ? all : [{ ...primary, endpoint: withoutMac(primary.endpoint) }];
  return {
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(taken.map(({ network, endpoint }) => [network, endpoint])),
    },
  };
}

/** Older engines take the address with the container. */
function withoutMac<T extends { MacAddress?: string }>({ MacAddress: _, ...endpoint }: T): Omit<T, "MacAddress"> {
  return endpoint;
}
