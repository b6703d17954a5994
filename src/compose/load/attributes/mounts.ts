import { bool as boolNode, get, map, type Node, plainText, text, withEntries } from "../node.ts";
import { absoluteSource } from "../paths.ts";
import { bool, bytes, int, list, type Path, type Shape, string, struct } from "../shape.ts";
import { ComposeError } from "../../errors.ts";
import { parseMount, type ShortMount } from "../short/mount.ts";
import { keyValues } from "./common.ts";

const { posix } = globalThis.process.getBuiltinModule("node:path");

/** `services.*.volumes`. */
export const mounts: Shape = list(
  struct({
    type: string({ values: ["bind", "volume", "tmpfs", "cluster", "npipe", "image"] }),
    source: string(),
    target: string({ short: cleanTarget }),
    read_only: bool(),
    consistency: string(),
    bind: struct({
      selinux: string({ values: ["z", "Z"] }),
      propagation: string(),
      create_host_path: bool({ optOut: true }),
      recursive: string({ values: ["enabled", "disabled", "writable", "readonly"] }),
    }),
    volume: struct({ labels: keyValues(), nocopy: bool(), subpath: string() }),
    tmpfs: struct({ size: bytes({ min: 0 }), mode: int({ strict: true }) }),
    image: struct({ subpath: string() }),
  }, { required: ["type", "target"], short: fromText, resolve: absoluteSource }),
  { unique: (item) => plainText(get(item, "target") ?? text("", item.at)) },
);

function cleanTarget(node: Node): Node {
  if (node.kind !== "string" || node.value === "") return node;
  return text(posix.normalize(node.value).replace(/(?<=.)\/$/, ""), node.at);
}

function fromText(node: Node, path: Path): Node {
  if (node.kind !== "string") return node;
  const mount = parseMount(node.value);
  if (typeof mount === "string") {
    const expected = '"[SOURCE:]TARGET[:OPTIONS]", or a mapping with type, source and target';
    throw new ComposeError(mount, { at: node.at, path: path.join("."), expected });
  }
  return mountNode(mount, node);
}

function mountNode(mount: ShortMount, { at }: Node): Node {
  const part = (fields: Record<string, string | boolean> | undefined) =>
    fields && map(
      Object.entries(fields).map(([key, value]) =>
        [key, typeof value === "string" ? text(value, at) : boolNode(value, at)] as const
      ),
      at,
    );
  const { type, source, target, read_only } = mount;
  const base = map([
    ["type", text(type, at)],
    ["source", source === undefined ? undefined : text(source, at)],
    ["target", text(target, at)],
    ["read_only", read_only && boolNode(read_only, at)],
  ], at);
  return withEntries(base, {
    // Said here and not left to the default: versions before 5 had another one for the long form, and hash it.
    bind: part(mount.bind && (type === "bind" ? { ...mount.bind, create_host_path: true } : mount.bind)),
    volume: part(mount.volume),
  });
}
