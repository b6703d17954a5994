import type { System } from "../../src/config/system.ts";

/** A disk for the tests: the text of files, sockets, and places that Deno may not look at. */
export interface Disk {
  files?: Record<string, string>;
  sockets?: string[];
  forbidden?: string[];
  os?: string;
  home?: string;
  runtimeDir?: string;
  uid?: number;
}

/** A System over a made-up disk; it fails as Deno does. */
export function fakeSystem({ files = {}, sockets = [], forbidden = [], ...rest }: Disk = {}): System {
  const check = (path: string) => {
    if (forbidden.some((place) => path.startsWith(place))) {
      throw new Deno.errors.NotCapable(`Requires read access to ${path}`);
    }
  };
  return {
    os: rest.os ?? "linux",
    home: rest.home ?? "/home/ada",
    runtimeDir: rest.runtimeDir,
    uid: rest.uid,
    readText(path) {
      check(path);
      const text = files[path];
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
    list(path) {
      check(path);
      const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      if (below.length === 0) throw new Deno.errors.NotFound(path);
      return [...new Set(below.flatMap((file) => file.slice(path.length + 1).split("/")[0] ?? []))];
    },
    isFile(path) {
      check(path);
      if (files[path] !== undefined) return true;
      if (Object.keys(files).some((file) => file.startsWith(`${path}/`))) return false;
      throw new Deno.errors.NotFound(path);
    },
    isSocket(path) {
      check(path);
      if (files[path] === undefined && !sockets.includes(path)) throw new Deno.errors.NotFound(path);
      return sockets.includes(path);
    },
  };
}

/** An environment of these variables alone. */
export function fakeEnv(variables: Record<string, string> = {}): (name: string) => string | undefined {
  return (name) => variables[name];
}
