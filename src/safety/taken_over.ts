import { EngineError } from "../engine/errors.ts";
import { type EngineRequest, given, json, path, type Transport } from "../engine/request.ts";
import { bindSource } from "./host_paths.ts";
import { Refusal, type RefusalFacts } from "./refusal.ts";
import { each, field, scopes, text } from "./request_body.ts";
import type { Rule } from "./rules.ts";

/** Something on the engine of which a new container, or a build, takes over a part. */
export interface TakenOver {
  /** Where the request says so. */
  field: string;
  kind: "container" | "volume";
  name: string;
  part: "mounts" | "processes" | "ipc" | "network" | "options";
}

/**
 * The part of the daemon door that holds what a request takes over to the rules for its own settings: whoever joins the
 * processes of a container that has the engine's socket has it as well. Throws `Refusal`.
 */
export function judgeTakenOver(transport: Transport, rules: readonly Rule[]): Transport {
  async function judge(request: EngineRequest, { origin, judged }: Depth): Promise<void> {
    const all = takenOver(request).filter((taken) => !judged.has(keyOf(taken)));
    const deeper = new Set([...judged, ...all.map(keyOf)]);
    await Promise.all(all.map(async (taken) => {
      const settings = await settingsOf(transport, taken, request);
      if (settings === undefined) return;
      const like: EngineRequest = { ...request, path: "/containers/create", query: {}, body: settings };
      for (const rule of rules) {
        const violation = rule(like);
        if (violation) throw new Refusal(refusalOf(origin ?? taken, violation));
      }
      // What it took over itself when it was made.
      await judge(like, { origin: origin ?? taken, judged: deeper });
    }));
  }

  return {
    async send(request) {
      await judge(request, { judged: new Set() });
      return await transport.send(request);
    },
    upgrade: (request) => transport.upgrade(request),
  };
}

interface Depth {
  /** What the request itself names, where something further down is judged. */
  origin?: TakenOver;
  judged: ReadonlySet<string>;
}

function keyOf({ kind, name, part }: TakenOver): string {
  return `${kind} ${name} ${part}`;
}

function refusalOf({ field, kind, name }: TakenOver, violation: RefusalFacts): RefusalFacts {
  const reason = `that ${kind} has ${violation.field} "${violation.value}", and ${violation.reason}`;
  return { ...violation, reason, field, value: name };
}

/** The containers that a request joins, and the volumes it mounts. */
export function takenOver(request: EngineRequest): TakenOver[] {
  if (request.path === "/build") return joined("networkmode", [request.query?.["networkmode"]], "network");
  if (request.path !== "/containers/create") return [];
  return scopes(request).flatMap(({ prefix, value }) => [
    ...joined(`${prefix}NetworkMode`, each(value, "NetworkMode"), "network"),
    ...joined(`${prefix}PidMode`, each(value, "PidMode"), "processes"),
    ...joined(`${prefix}IpcMode`, each(value, "IpcMode"), "ipc"),
    ...each(value, "VolumesFrom").map((from) => {
      const name = withoutSlash(text(from).replace(/:[^:/]*$/, ""));
      return { field: `${prefix}VolumesFrom`, kind: "container", name, part: "mounts" } as const;
    }),
    ...volumes(`${prefix}Binds`, each(value, "Binds").map((bind) => bindSource(text(bind)))),
    ...volumes(`${prefix}Mounts.Source`, each(value, "Mounts").flatMap((mount) => field(mount, "Source")).map(text)),
  ]);
}

function joined(field: string, modes: unknown[], part: TakenOver["part"]): TakenOver[] {
  return modes.flatMap((mode) => {
    const name = /^container:(.+)$/.exec(text(mode))?.[1];
    return name === undefined ? [] : [{ field, kind: "container", name: withoutSlash(name), part }];
  });
}

/** In a body the engine takes the name of a container as its answers write it. */
function withoutSlash(name: string): string {
  return name.replace(/^\/(?=.)/, "");
}

/** What is no path is a volume's name. */
function volumes(field: string, sources: string[]): TakenOver[] {
  const names = sources.filter((source) => /^[a-zA-Z0-9][\w.-]+$/.test(source));
  return names.map((name) => ({ field, kind: "volume", name, part: "options" }));
}

/** What the engine says of it, as a request that would make the like; nothing where it is not there. */
async function settingsOf(
  transport: Transport,
  taken: TakenOver,
  { signal }: EngineRequest,
): Promise<EngineRequest["body"]> {
  const { name } = taken;
  const where = taken.kind === "volume" ? path`/volumes/${name}` : path`/containers/${name}/json`;
  try {
    const details = await json<Details>(transport, { method: "GET", path: where, ...given(signal) });
    return { kind: "json", value: partOf(taken, details) };
  } catch (error) {
    // Then the engine refuses the request, or makes the volume.
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

interface Details {
  /** Of a container. */
  HostConfig?: { Privileged?: boolean; CapAdd?: unknown; PidMode?: string; IpcMode?: string; NetworkMode?: string };
  Mounts?: { Type: string; Name?: string; Source?: string }[];
  /** Of a volume. */
  Options?: unknown;
}

function partOf({ part }: TakenOver, { HostConfig = {}, Mounts = [], Options }: Details): unknown {
  // A volume has a path of the host as well, below the engine's own folder.
  const mounts = Mounts.map(({ Type, Name, Source }) => ({ Source: Type === "volume" ? Name : Source }));
  const { Privileged, CapAdd, PidMode, IpcMode, NetworkMode } = HostConfig;
  switch (part) {
    case "mounts":
      return { HostConfig: { Mounts: mounts } };
    case "processes":
      // Through /proc the files of a process are there, with all that is mounted over them.
      return { HostConfig: { Mounts: mounts, Privileged, CapAdd, PidMode } };
    case "ipc":
      return { HostConfig: { IpcMode } };
    case "network":
      return { HostConfig: { NetworkMode } };
    case "options":
      return { DriverOpts: Options };
  }
}
