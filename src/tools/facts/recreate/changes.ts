import type { CreateContainerBody, HostConfig, Resources, RestartPolicy } from "../../../engine/container_types.ts";
import { present } from "../../spec/resources.ts";
import type { Ports } from "../../spec/ports.ts";

/** What is to be different. */
export interface Changes {
  /** Variables to set; null takes one away. */
  environment?: Record<string, string | null> | undefined;
  labels?: Record<string, string | null> | undefined;
  /** In the place of all that were published. */
  ports?: Ports | undefined;
  command?: string[] | undefined;
  restart?: RestartPolicy | undefined;
  limits: Resources;
}

/** The body with the changes in it. */
export function changed(body: CreateContainerBody, changes: Changes): CreateContainerBody {
  const { environment = {}, labels = {}, ports, command } = changes;
  const before = Object.keys(body.HostConfig?.PortBindings ?? {});
  const exposed = Object.entries(body.ExposedPorts ?? {}).filter(([port]) => !before.includes(port));
  const given = Object.entries(labels).filter((label): label is [string, string] => label[1] !== null);
  const kept = Object.entries(body.Labels ?? {}).filter(([key]) => labels[key] === undefined);
  return {
    ...body,
    ...present({
      Env: Object.keys(environment).length > 0 ? withVariables(body.Env ?? [], environment) : undefined,
      Labels: Object.keys(labels).length > 0 ? Object.fromEntries([...kept, ...given]) : undefined,
      ExposedPorts: ports && { ...Object.fromEntries(exposed), ...ports.exposed },
      Cmd: command,
    }),
    HostConfig: hostConfig(body.HostConfig ?? {}, changes),
  };
}

/** A name without a value keeps a variable of the image away. */
function withVariables(lines: readonly string[], environment: Record<string, string | null>): string[] {
  const kept = lines.filter((line) => !Object.hasOwn(environment, line.split("=")[0] ?? ""));
  return [...kept, ...Object.entries(environment).map(([key, value]) => value === null ? key : `${key}=${value}`)];
}

function hostConfig(host: HostConfig, { ports, restart, limits }: Changes): HostConfig {
  // Told of memory alone, the engine allows as much swap: that goes with the memory.
  const chosen = limits.Memory !== undefined && host.MemorySwap === 2 * (host.Memory ?? 0);
  return {
    ...host,
    ...(chosen ? { MemorySwap: 0 } : {}),
    ...limits,
    ...present({ PortBindings: ports?.bindings, RestartPolicy: restart }),
  };
}
