import * as z from "zod";
import type { Mount } from "../../engine/container_types.ts";
import { bytes, Expected, parsed } from "./units.ts";

/** Mounts as the Engine wants them. Binds create a missing host folder, as `docker run --volume` does. */
export interface Volumes {
  binds: string[];
  mounts: Mount[];
}

const mountObject = z.strictObject({
  type: z.enum(["bind", "volume", "tmpfs"]).optional(),
  host_path: z.string().optional(),
  source: z.string().optional(),
  container_path: z.string().optional(),
  target: z.string().optional(),
  mode: z.string().optional(),
  read_only: z.boolean().optional(),
  size: bytes.optional(),
});

const dockerPy = z.strictObject({ bind: z.string(), mode: z.string().optional() });

/** Volumes in the shapes people write: `{"/host": "/container"}`, `["data:/data:ro"]`, `[{host_path, ...}]`. */
export const volumes = parsed(
  z.union([z.array(z.union([z.string(), mountObject])), z.record(z.string(), z.union([z.string(), dockerPy]))]),
  (value) => collect(Array.isArray(value) ? value.map(readEntry) : Object.entries(value).map(readPair)),
);

/** tmpfs mounts: `["/run"]` or `{"/run": "size=64m"}`. */
export const tmpfs = parsed(
  z.union([z.array(z.string()), z.record(z.string(), z.string())]),
  (value) => {
    const pairs = Array.isArray(value) ? value.map(splitOptions) : Object.entries(value);
    return Object.fromEntries(pairs.map(([path, options]) => [inContainer(path), options]));
  },
);

type Entry = { bind: string } | { mount: Mount };

function readEntry(entry: string | z.output<typeof mountObject>): Entry {
  return typeof entry === "string" ? readBind(entry) : readObject(entry);
}

function readPair([source, target]: [string, string | z.output<typeof dockerPy>]): Entry {
  const rest = typeof target === "string" ? target : target.mode ? `${target.bind}:${target.mode}` : target.bind;
  return readBind(`${source}:${rest}`);
}

/** `source:target[:mode]`, or a path in the container alone for an anonymous volume. */
function readBind(text: string): Entry {
  // A drive letter's colon does not separate: C:\data:/data.
  const [, source, target, mode] = /^(?:((?:[A-Za-z]:[\\/])?[^:]+):)?([^:]+)(?::([\w,]+))?$/.exec(text) ?? [];
  if (target === undefined) {
    throw new Expected(`expected a volume like /host:/container:ro or name:/path, got "${text}"`);
  }
  inContainer(target);
  if (source === undefined) return { mount: { Type: "volume", Target: target } };
  checkSource(source);
  return { bind: mode ? `${source}:${target}:${mode}` : `${source}:${target}` };
}

function readObject(entry: z.output<typeof mountObject>): Entry {
  const target = entry.container_path ?? entry.target;
  if (target === undefined) throw new Expected('expected "container_path" in a volume given as an object');
  const source = entry.host_path ?? entry.source;
  if (entry.type === "tmpfs") {
    const size = entry.size === undefined ? {} : { TmpfsOptions: { SizeBytes: entry.size } };
    return { mount: { Type: "tmpfs", Target: inContainer(target), ...size } };
  }
  if (entry.type !== undefined && (entry.type === "bind") !== isPath(source ?? "")) {
    const wanted = entry.type === "bind" ? "an absolute host path" : "a volume name";
    throw new Expected(`expected ${wanted} for a mount of type ${entry.type}, got "${source ?? "nothing"}"`);
  }
  const mode = entry.mode ?? (entry.read_only ? "ro" : undefined);
  return readBind([source, target, mode].filter((part) => part !== undefined).join(":"));
}

function checkSource(source: string): void {
  if (isPath(source) || /^[A-Za-z0-9][\w.-]+$/.test(source)) return;
  throw new Expected(`expected an absolute host path or a volume name, got "${source}"`);
}

function inContainer(path: string): string {
  if (isPath(path)) return path;
  throw new Expected(`expected an absolute path in the container, got "${path}"`);
}

function isPath(text: string): boolean {
  return /^([/\\]|[A-Za-z]:[\\/])/.test(text);
}

function splitOptions(text: string): [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

function collect(entries: readonly Entry[]): Volumes {
  return {
    binds: entries.flatMap((entry) => "bind" in entry ? [entry.bind] : []),
    mounts: entries.flatMap((entry) => "mount" in entry ? [entry.mount] : []),
  };
}
