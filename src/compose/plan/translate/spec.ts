import type { Project, Service } from "../../project.ts";

/** A container to be made: all that is known of it before its image and those that it shares with are there. */
export interface ContainerSpec {
  readonly project: Project;
  readonly service: string;
  readonly definition: Service;
  readonly number: number;
  /** What it is called in the end. */
  readonly name: string;
  readonly image: string;
  /** The services whose container it shares a namespace or volumes with, and the slots of those. */
  readonly parents: ReadonlyMap<string, string>;
  /** The names of the containers of each service that it links to. */
  readonly linked: ReadonlyMap<string, readonly string[]>;
  /** Volumes of the container that it takes the place of, by where they are mounted. */
  readonly inherited: ReadonlyMap<string, string>;
  /** The container that it takes the place of, without the project's name. */
  readonly replaces?: string;
  /** The version of Compose in whose dialect the hash is written. */
  readonly version: string;
}

/** The services that this one shares a namespace or volumes with. */
export function parentsOf({ network_mode, ipc, pid, volumes_from = [] }: Service): string[] {
  const namespaces = [network_mode, ipc, pid].flatMap((mode) =>
    mode?.startsWith(inService) ? [mode.slice(inService.length)] : []
  );
  const volumes = volumes_from.filter((from) => !from.startsWith(inContainer)).map((from) => split(from).service);
  return [...new Set([...namespaces, ...volumes])];
}

/**
 * The service with the ids of containers in place of the services that it shares with, as it is hashed. A mode behind a
 * name in `volumes_from` is not part of the hash.
 */
export function resolved(service: Service, ids: ReadonlyMap<string, string>): Service {
  const { network_mode, ipc, pid, volumes_from, ...rest } = service;
  const mode = (given: string | undefined) => {
    if (!given?.startsWith(inService)) return given;
    return `${inContainer}${ids.get(given.slice(inService.length)) ?? ""}`;
  };
  const modes = { network_mode: mode(network_mode), ipc: mode(ipc), pid: mode(pid) };
  return {
    ...rest,
    ...(modes.network_mode === undefined ? {} : { network_mode: modes.network_mode }),
    ...(modes.ipc === undefined ? {} : { ipc: modes.ipc }),
    ...(modes.pid === undefined ? {} : { pid: modes.pid }),
    ...(volumes_from && { volumes_from: volumes_from.map((from) => sharedWith(from, ids).id) }),
  };
}

/** The container whose volumes are shared, and how. */
export function sharedWith(from: string, ids: ReadonlyMap<string, string>): { id: string; mode: string } {
  if (from.startsWith(inContainer)) return { id: split(from.slice(inContainer.length)).service, mode: "" };
  const { service, mode } = split(from);
  return { id: ids.get(service) ?? "", mode };
}

function split(from: string): { service: string; mode: string } {
  const [service = "", mode = ""] = from.split(":");
  return { service, mode };
}

const inService = "service:";
const inContainer = "container:";
