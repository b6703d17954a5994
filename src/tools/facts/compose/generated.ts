import { composeLabels, dependenciesIn } from "../../../compose/labels.ts";
import type { HostConfig } from "../../../engine/container_types.ts";
import type { ContainerDetails, NetworkEndpoint } from "../../../engine/containers.ts";
import type { ImageConfig } from "../../../engine/images.ts";
import { secretsAmong } from "../../../safety/known_secrets.ts";
import { isSecretKey } from "../../../safety/secret_keys.ts";
import { filled } from "../container_facts.ts";
import { ownConfig } from "../recreate/inherited.ts";
import { type AskedFor, askedFor } from "./asked_for.ts";
import { hostFields, type Ids, sharedMode } from "./generated_host.ts";
import { lostFrom } from "./generated_lost.ts";
import { mountsOf } from "./generated_mounts.ts";

/** What the generated file is made from. */
export interface Origin {
  container: ContainerDetails;
  image: ImageConfig;
}

/** What there is beside the container, and stands in the file already. */
export interface Around {
  keys: Keys;
  /** The names of all services of the file. */
  services: ReadonlySet<string>;
  /** Variables of other services, which may stand for other secrets. */
  taken: ReadonlyMap<string, string>;
  ids: Ids;
}

/** The keys that Compose gave to the networks and volumes of a project, by their names. */
export interface Keys {
  networks: ReadonlyMap<string, string>;
  volumes: ReadonlyMap<string, string>;
}

/** A service of the file, and what of the top of the file it needs. */
export interface Generated {
  service: Record<string, unknown>;
  networks: readonly string[];
  volumes: readonly string[];
  /** Variables that stand for secrets, with their values. */
  secrets: ReadonlyMap<string, string>;
  /** What the container had and the service does not say. */
  lost: readonly string[];
}

/** The name of the service: that of Compose, or else the container's, in the letters that Compose allows. */
export function serviceName({ Name, Config }: ContainerDetails): string {
  const own = Config.Labels?.[composeLabels.service];
  return own ?? Name.slice(1).replace(/[^\w.-]/g, "-");
}

/** A container as a service: what it was given, without what its image, Docker or Compose added. */
export function generate({ container, image }: Origin, { keys, services, taken, ids }: Around): Generated {
  const asked = askedFor(container.Config.Labels ?? {});
  const config = givenConfig({ container, image }, asked);
  const secrets = new Map<string, string>();
  const networks = networksOf(container, { keys, ids });
  const mounts = mountsOf(container, { image, keys });
  const service = filled({
    image: config.Image,
    container_name: containerNameOf(container),
    command: config.Cmd,
    entrypoint: config.Entrypoint,
    environment: environmentOf(config.Env ?? [], { secrets, taken, service: serviceName(container) }),
    user: config.User,
    working_dir: config.WorkingDir,
    hostname: config.Hostname === container.Id.slice(0, 12) ? undefined : config.Hostname,
    domainname: config.Domainname,
    labels: ownLabels(config.Labels ?? {}),
    healthcheck: healthOf(config.Healthcheck),
    stop_signal: config.StopSignal,
    stop_grace_period: config.StopTimeout === undefined ? undefined : `${config.StopTimeout}s`,
    tty: config.Tty || undefined,
    stdin_open: config.OpenStdin || undefined,
    expose: exposedBy(config, container.HostConfig),
    mac_address: config.MacAddress,
    depends_on: dependenciesOf(container, services),
    ...networks.fields,
    ...hostFields(container.HostConfig, { asked, ids }),
    volumes: mounts.list,
  });
  return {
    service: written(service, writer(secrets, services)),
    networks: networks.names,
    volumes: mounts.volumes,
    secrets,
    lost: lostFrom(container, { asked, service }),
  };
}

/** Its own, and what equals the image's where it is known that the service said it. */
function givenConfig({ container, image }: Origin, asked: AskedFor | undefined): ContainerDetails["Config"] {
  const own = ownConfig(container, image);
  if (!asked) return own;
  const { Config } = container;
  const said = (attribute: string) => asked.has(attribute);
  return {
    ...own,
    ...(said("command") && Config.Cmd ? { Cmd: Config.Cmd } : {}),
    ...(said("entrypoint") && Config.Entrypoint ? { Entrypoint: Config.Entrypoint } : {}),
    ...(said("user") && Config.User ? { User: Config.User } : {}),
    ...(said("working_dir") && Config.WorkingDir ? { WorkingDir: Config.WorkingDir } : {}),
    ...(said("stop_signal") && Config.StopSignal ? { StopSignal: Config.StopSignal } : {}),
    Env: (Config.Env ?? []).filter((line) => own.Env?.includes(line) || said(`environment.${line.split("=", 1)[0]}`)),
  };
}

function exposedBy({ ExposedPorts }: ContainerDetails["Config"], { PortBindings }: HostConfig): string[] {
  const published = new Set(Object.keys(PortBindings ?? {}));
  return Object.keys(ExposedPorts ?? {}).filter((port) => !published.has(port)).map((port) =>
    port.replace(/\/tcp$/, "")
  );
}

/** Writes variables in place of their values, wherever these stand; a dollar sign of another kind is written twice. */
function writer(secrets: ReadonlyMap<string, string>, services: ReadonlySet<string>): (text: string) => string {
  const telling = secretsAmong([{ variables: secrets, names: [...services] }]);
  const known = [...secrets].filter(([, value]) => telling.has(value));
  // The longer one first: it may begin with another.
  const longest = known.toSorted(([, a], [, b]) => b.length - a.length);
  const put = (text: string, [first, ...rest]: typeof longest): string =>
    first ? text.split(first[1]).map((part) => put(part, rest)).join(`\${${first[0]}}`) : text.replaceAll("$", "$$$$");
  return (text) => isVariable(text, secrets) ? text : put(text, longest);
}

function isVariable(text: string, secrets: ReadonlyMap<string, string>): boolean {
  return text.startsWith("${") && secrets.has(text.slice(2, -1));
}

/** Compose's own numbered names are not given. */
function containerNameOf({ Name, Config }: ContainerDetails): string | undefined {
  const { [composeLabels.project]: project, [composeLabels.service]: service } = Config.Labels ?? {};
  const name = Name.slice(1);
  return new RegExp(`^${project}[-_]${service}[-_]\\d+$`).test(name) ? undefined : name;
}

/** Where a key names a secret, a variable of that name stands for it. */
function environmentOf(
  lines: readonly string[],
  { secrets, taken, service }: { secrets: Map<string, string>; taken: ReadonlyMap<string, string>; service: string },
): Record<string, string | null> {
  return Object.fromEntries(lines.map((line): [string, string | null] => {
    const at = line.indexOf("=");
    if (at < 0) return [line, null];
    const [key, value] = [line.slice(0, at), line.slice(at + 1)];
    if (!isSecretKey(key) || value === "" || !/^\w+$/.test(key)) return [key, value];
    const name = (taken.get(key) ?? value) === value ? key : `${service}_${key}`.replace(/\W/g, "_");
    secrets.set(name, value);
    return [key, `\${${name}}`];
  }));
}

/** The same with each text written so; names of attributes, and of what a user names, stay. */
function written(value: Record<string, unknown>, write: (text: string) => string): Record<string, unknown>;
function written(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === "string") return write(value);
  if (Array.isArray(value)) return value.map((item) => written(item, write));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item, write)]));
}

/** Without those of Compose and of this server. */
export function ownLabels(labels: Record<string, string>): Record<string, string> {
  const own = Object.entries(labels).filter(([key]) => !/^com\.docker(\.compose|-mcp)\./.test(key));
  return Object.fromEntries(own);
}

function healthOf(check: ContainerDetails["Config"]["Healthcheck"]): Record<string, unknown> | undefined {
  if (!check) return undefined;
  const { Test, Interval, Timeout, StartPeriod, StartInterval, Retries } = check;
  const span = (nanoseconds: number | undefined) => nanoseconds ? `${nanoseconds / 1e6}ms` : undefined;
  return filled({
    test: Test,
    interval: span(Interval),
    timeout: span(Timeout),
    start_period: span(StartPeriod),
    start_interval: span(StartInterval),
    retries: Retries || undefined,
  });
}

/** Those that Compose has noted, as far as the file has them. */
function dependenciesOf({ Config }: ContainerDetails, services: ReadonlySet<string>): Record<string, unknown> {
  const known = dependenciesIn(Config.Labels ?? {}).filter(({ service }) => services.has(service));
  return Object.fromEntries(
    known.map(({ service, condition, restart }) => [service, { condition, ...(restart ? { restart: true } : {}) }]),
  );
}

function networksOf(
  { Id, Name, Config, HostConfig, NetworkSettings }: ContainerDetails,
  { keys: { networks }, ids }: Pick<Around, "keys" | "ids">,
) {
  const mode = HostConfig.NetworkMode ?? "default";
  if (/^(host|none|bridge|container:.*)$/.test(mode)) {
    return { fields: { network_mode: sharedMode(mode, ids) }, names: [] };
  }
  const attached = Object.entries(NetworkSettings.Networks ?? {});
  if (attached.every(([name]) => name === "bridge")) return { fields: { network_mode: "bridge" }, names: [] };
  const given = new Set([Name.slice(1), Config.Labels?.[composeLabels.service], Id.slice(0, 12), Config.Hostname]);
  const ends = attached.map(([name, endpoint]: [string, NetworkEndpoint]): [string, unknown] => {
    const { Aliases, IPAMConfig, DriverOpts, GwPriority } = endpoint;
    const end = filled({
      aliases: Aliases?.filter((alias) => !given.has(alias)),
      ipv4_address: IPAMConfig?.IPv4Address,
      ipv6_address: IPAMConfig?.IPv6Address,
      link_local_ips: IPAMConfig?.LinkLocalIPs,
      driver_opts: DriverOpts,
      gw_priority: GwPriority || undefined,
    });
    return [networks.get(name) ?? name, Object.keys(end).length > 0 ? end : null];
  });
  const names = attached.map(([name]) => name);
  // Without a word a service is on the project's default network.
  if (ends.length === 1 && ends[0]?.[0] === "default" && ends[0][1] === null) return { fields: {}, names };
  return { fields: { networks: Object.fromEntries(ends) }, names };
}
