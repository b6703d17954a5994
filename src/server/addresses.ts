import type { Resource } from "../define.ts";

/** A resource, and what fills the variable of its address; nothing does where it has none. */
export interface Located {
  resource: Resource;
  name: string;
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

/** What stands at an address. Names may be percent-encoded; those of images may also hold bare slashes. */
export function locate(resources: readonly Resource[], uri: string): Located | undefined {
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
