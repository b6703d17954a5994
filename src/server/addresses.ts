import type { Resource } from "../define.ts";

/** A resource, and what fills the variable of its address; nothing does where it has none. */
export interface Located {
  resource: Resource;
  name: string;
  /** The engine that the address names. */
  host?: string;
}

const variable = /\{\w+\}/;

/** True where the address has a variable, so that it stands for many. */
export function isTemplate({ uri }: Resource): boolean {
  return variable.test(uri);
}

/** The address of what bears this name. */
export function addressOf({ uri }: Resource, name: string): string {
  return uri.replace(variable, encodeURIComponent(name));
}

/** The address with the engine that is meant; without one the first is. */
export function addressOn(uri: string, host: string | undefined): string {
  return host === undefined ? uri : `${uri}?host=${encodeURIComponent(host)}`;
}

/** The address of a template. With several engines it says that one may be named. */
export function templateOf({ uri }: Resource, hosts: readonly string[]): string {
  return hosts.length > 0 ? `${uri}{?host}` : uri;
}

/** What stands at an address, on one of `hosts` where it names an engine. */
export function locate(
  { resources, hosts }: { resources: readonly Resource[]; hosts: readonly string[] },
  uri: string,
): Located | undefined {
  const host = hosts.find((name) => uri.endsWith(addressOn("", name)));
  if (host === undefined) return locateIn(resources, uri);
  const located = locateIn(resources, uri.slice(0, -addressOn("", host).length));
  return located && { ...located, host };
}

/** Names may be percent-encoded; those of images may also hold bare slashes. */
function locateIn(resources: readonly Resource[], uri: string): Located | undefined {
  for (const resource of resources) {
    const [start = "", end] = resource.uri.split(variable);
    if (end === undefined) {
      if (uri === resource.uri) return { resource, name: "" };
    } else if (uri.length > start.length + end.length && uri.startsWith(start) && uri.endsWith(end)) {
      const name = decoded(uri.slice(start.length, uri.length - end.length));
      if (name !== undefined) return { resource, name };
    }
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: no address of ours.
    return undefined;
  }
}
