import * as z from "zod";
import type {
  CreateContainerBody,
  EndpointConfig,
  HealthcheckConfig,
  HostConfig,
} from "../../engine/container_types.ts";
import { tmpfs, volumes } from "./mounts.ts";
import { ports } from "./ports.ts";
import { devices, gpus, limitFields, present, restart, toResources, ulimits } from "./resources.ts";
import { bytes, duration, Expected, parsed } from "./units.ts";
import { environment, extraHosts, labels, words } from "./words.ts";

const health = parsed(
  z.strictObject({
    cmd: z.union([z.string(), z.array(z.string())]).optional(),
    interval: duration.optional(),
    timeout: duration.optional(),
    start_period: duration.optional(),
    retries: z.number().int().min(0).max(1000).optional(),
    disable: z.boolean().optional(),
  }),
  ({ cmd, disable, ...timing }): HealthcheckConfig => {
    if (disable || cmd === "none") return { Test: ["NONE"] };
    if (!cmd?.length) throw new Expected('expected "cmd": a shell line or a list of words');
    const known = Array.isArray(cmd) && ["CMD", "CMD-SHELL", "NONE"].includes(cmd[0] ?? "");
    const Test = typeof cmd === "string" ? ["CMD-SHELL", cmd] : known ? cmd : ["CMD", ...cmd];
    return present({
      Test,
      Interval: timing.interval,
      Timeout: timing.timeout,
      StartPeriod: timing.start_period,
      Retries: timing.retries,
    });
  },
);

const attachment = z.strictObject({
  aliases: z.array(z.string()).optional(),
  ipv4_address: z.ipv4().optional(),
  ipv6_address: z.ipv6().optional(),
  mac_address: z.string().optional(),
});

const networks = parsed(
  z.union([z.array(z.string()), z.record(z.string(), z.union([attachment, z.null()]))]),
  (given): [string, EndpointConfig][] =>
    Array.isArray(given)
      ? given.map((name) => [name, {}])
      : Object.entries(given).map(([name, settings]) => [name, endpoint(settings ?? {})]),
);

function endpoint(settings: z.output<typeof attachment>): EndpointConfig {
  const addresses = present({ IPv4Address: settings.ipv4_address, IPv6Address: settings.ipv6_address });
  const IPAMConfig = Object.keys(addresses).length > 0 ? addresses : undefined;
  return present({ Aliases: settings.aliases, IPAMConfig, MacAddress: settings.mac_address });
}

const text = z.string().min(1);
const texts = z.array(text);

/** The name of a container, as the Engine allows it. */
export const newName = z.string().regex(
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/,
  "expected letters, digits, _ . -, at least two, at most 255",
);

/** What `create` and `run` take: the options of `docker run`, in the shapes people write. */
export const containerFields = {
  image: text,
  name: newName.optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: environment.optional(),
  ports: ports.optional().describe("8080:80"),
  volumes: volumes.optional().describe("data:/data:ro"),
  tmpfs: tmpfs.optional(),
  network: text.optional(),
  networks: networks.optional(),
  health_check: health.optional().describe("{cmd, interval, timeout, retries}"),
  restart: restart.optional(),
  ...limitFields,
  shm_size: bytes.optional(),
  ulimits: ulimits.optional(),
  gpus: gpus.optional(),
  devices: devices.optional(),
  labels: labels.optional(),
  user: text.optional(),
  workdir: text.optional(),
  hostname: text.optional(),
  domainname: text.optional(),
  extra_hosts: extraHosts.optional(),
  dns: texts.optional(),
  dns_search: texts.optional(),
  cap_add: texts.optional(),
  cap_drop: texts.optional(),
  read_only: z.boolean().optional(),
  security_opt: texts.optional(),
  privileged: z.boolean().optional(),
  pid: text.optional(),
  ipc: text.optional(),
  userns: text.optional(),
  sysctls: labels.optional(),
  group_add: texts.optional(),
  init: z.boolean().optional(),
  tty: z.boolean().optional(),
  stdin_open: z.boolean().optional(),
  log_driver: text.optional(),
  log_options: labels.optional(),
  platform: text.optional(),
  stop_signal: text.optional(),
  stop_timeout: z.number().int().min(0).max(86400).optional(),
  auto_remove: z.boolean().optional(),
};

/** What no field can tell alone, for `refine`. */
export function namesOneNetwork(spec: { network?: string | undefined; networks?: unknown }): boolean {
  return spec.network === undefined || spec.networks === undefined;
}

/** What is told when `namesOneNetwork` does not hold. */
export const oneNetwork = { path: ["networks"], error: 'expected either "network" or "networks", not both' };

export type ContainerSpec = z.output<z.ZodObject<typeof containerFields>>;

/** The body of `POST /containers/create`; networks beyond the first are joined afterwards (see `extraNetworks`). */
export function createBody(spec: ContainerSpec): CreateContainerBody {
  const [first] = spec.networks ?? [];
  return {
    Image: spec.image,
    ...present({
      Cmd: spec.command,
      Entrypoint: spec.entrypoint,
      Env: spec.environment,
      Labels: spec.labels,
      User: spec.user,
      WorkingDir: spec.workdir,
      Hostname: spec.hostname,
      Domainname: spec.domainname,
      ExposedPorts: spec.ports?.exposed,
      Healthcheck: spec.health_check,
      StopSignal: spec.stop_signal,
      StopTimeout: spec.stop_timeout,
      Tty: spec.tty,
      OpenStdin: spec.stdin_open,
      NetworkingConfig: first && { EndpointsConfig: { [first[0]]: first[1] } },
    }),
    HostConfig: hostConfig(spec),
  };
}

/** Engines before API 1.44 take one network at creation; the others are connected before the start. */
export function extraNetworks(spec: ContainerSpec): [string, EndpointConfig][] {
  return spec.networks?.slice(1) ?? [];
}

function hostConfig(spec: ContainerSpec): HostConfig {
  return {
    ...toResources(spec),
    ...present({
      Binds: spec.volumes?.binds,
      Mounts: spec.volumes?.mounts,
      Tmpfs: spec.tmpfs,
      PortBindings: spec.ports?.bindings,
      RestartPolicy: spec.restart,
      NetworkMode: spec.network ?? spec.networks?.[0]?.[0],
      PidMode: spec.pid,
      IpcMode: spec.ipc,
      UsernsMode: spec.userns,
      Privileged: spec.privileged,
      ReadonlyRootfs: spec.read_only,
      CapAdd: spec.cap_add,
      CapDrop: spec.cap_drop,
      SecurityOpt: spec.security_opt,
      ExtraHosts: spec.extra_hosts,
      Dns: spec.dns,
      DnsSearch: spec.dns_search,
      // Without a driver the options are for the daemon's default one.
      LogConfig: (spec.log_driver ?? spec.log_options) === undefined
        ? undefined
        : { Type: spec.log_driver ?? "", ...present({ Config: spec.log_options }) },
      AutoRemove: spec.auto_remove,
      Init: spec.init,
      ShmSize: spec.shm_size,
      Sysctls: spec.sysctls,
      GroupAdd: spec.group_add,
      Ulimits: spec.ulimits,
      Devices: spec.devices,
      DeviceRequests: spec.gpus,
    }),
  };
}
