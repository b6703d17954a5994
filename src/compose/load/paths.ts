import { get, getText, type Node, text, withEntries } from "./node.ts";
import type { Base } from "./shape.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

/** A path of this machine, absolute. */
export function absolute(path: string, { directory, home }: Base): string {
  const expanded = path.startsWith("~") ? posix.join(home, path.slice(1)) : path;
  if (expanded === "" || posix.isAbsolute(expanded)) return expanded;
  return posix.join(directory, expanded).replace(/(?<=.)\/$/, "");
}

/** An absolute path as it is written in a folder. */
export function relativeTo(directory: string, path: string): string {
  return posix.relative(directory, path);
}

export function absolutePath(node: Node, base: Base): Node {
  return node.kind === "string" ? text(absolute(node.value, base), node.at) : node;
}

/** The context of a build: a folder, or an address, which stays as it is. */
export function absoluteContext(node: Node, base: Base): Node {
  if (node.kind !== "string" || isAddress(node.value)) return node;
  return absolutePath(node, base);
}

/** True for what is not a folder of this machine. */
function isAddress(context: string): boolean {
  return context.includes("://") || /^(?:service:|github\.com\/|git@)/.test(context);
}

/** The source of a bind mount; one with a Windows drive stays as it is. */
export function absoluteSource(node: Node, base: Base): Node {
  const source = get(node, "source");
  if (node.kind !== "map" || source?.kind !== "string" || getText(node, "type") !== "bind") return node;
  // Empty, as of a variable that is not set, it is the project's folder to Compose.
  const whole = source.value === "" ? text(base.directory, source.at) : absoluteHostPath(source, base);
  return withEntries(node, { source: whole });
}

/** The device of a volume that is a bind mount in disguise. */
export function absoluteDevice(node: Node, base: Base): Node {
  const options = get(node, "driver_opts");
  if (node.kind !== "map" || options?.kind !== "map") return node;
  const driver = getText(node, "driver");
  if (driver !== "local" || getText(options, "o") !== "bind" || !getText(options, "device")) return node;
  return withEntries(node, {
    driver_opts: withEntries(options, { device: absoluteHostPath(get(options, "device"), base) }),
  });
}

function absoluteHostPath(node: Node | undefined, base: Base): Node | undefined {
  if (node?.kind !== "string" || /^(?:[a-zA-Z]:[\\/]|\\\\)/.test(node.value)) return node;
  return absolutePath(node, base);
}
