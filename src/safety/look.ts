import { EngineError } from "../engine/errors.ts";
import { given, json, type Options, path, type Transport } from "../engine/request.ts";
import type { Named } from "./changes.ts";

/** Something on the engine. */
export interface Found {
  /** In full; of a volume its name. */
  id: string;
  /** The id of the image that a container is of. */
  image?: string;
  labels: Record<string, string>;
}

/** What the engine has under this name, or the error by which it says that it has none. */
export async function look(
  transport: Transport,
  named: Named,
  options: Options = {},
): Promise<Found | EngineError> {
  try {
    return await ask(transport, named, options);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return error;
    throw error;
  }
}

async function ask(transport: Transport, { kind, name }: Named, options: Options): Promise<Found> {
  if (kind === "exec") {
    const { ContainerID } = await json<{ ContainerID: string }>(transport, get(path`/exec/${name}/json`, options));
    return await ask(transport, { kind: "container", name: ContainerID }, options);
  }
  const details = await json<Details>(transport, get(places[kind](name), options));
  return {
    id: details.Id ?? name,
    ...(details.Image ? { image: details.Image } : {}),
    labels: details.Config?.Labels ?? details.Labels ?? {},
  };
}

interface Details {
  Id?: string;
  Image?: string;
  Labels?: Record<string, string> | null;
  Config?: { Labels?: Record<string, string> | null } | null;
}

const places = {
  // The engine takes the name with the slash that its own answers put in front.
  container: (name: string) => path`/containers/${name.replace(/^\/(?=.)/, "")}/json`,
  image: (name: string) => path`/images/${name}/json`,
  network: (name: string) => path`/networks/${name}`,
  volume: (name: string) => path`/volumes/${name}`,
};

function get(path: string, { signal }: Options) {
  return { method: "GET", path, ...given(signal) } as const;
}
