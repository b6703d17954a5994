import { ComposeError } from "../../errors.ts";
import { bool as boolNode, get, type Node, plainText, withEntries } from "../node.ts";
import { absoluteDevice, absolutePath } from "../paths.ts";
import { bool, int, list, type Path, type Shape, string, struct } from "../shape.ts";
import { ignored, keyValues, options, refused, strings, swarm } from "./common.ts";

const external = bool();

/** `networks.*`. */
export const network: Shape = struct({
  name: string({ mayBeEmpty: true }),
  driver: string(),
  driver_opts: options(),
  ipam: struct({
    driver: string(),
    config: list(
      struct({
        subnet: string(),
        gateway: string(),
        ip_range: string(),
        aux_addresses: options(),
      }),
      { mergeBy: "subnet" },
    ),
    options: options({ consumed: true, ...ignored("Compose does not pass it on either") }),
  }, { always: true }),
  external,
  internal: bool(),
  attachable: bool(),
  labels: keyValues(),
  enable_ipv4: bool({ keep: true }),
  enable_ipv6: bool({ keep: true }),
}, { nullable: true, short: externalName });

/** `volumes.*`. */
export const volume: Shape = struct({
  name: string({ mayBeEmpty: true }),
  driver: string(),
  driver_opts: options(),
  external,
  labels: keyValues(),
}, { nullable: true, short: externalName, resolve: absoluteDevice });

const fileFields = {
  name: string({ mayBeEmpty: true }),
  file: string({ resolve: absolutePath }),
  environment: string(),
  content: string(),
  external: bool(refused(swarm)),
  labels: keyValues(ignored(swarm)),
  driver: string(refused(swarm)),
  driver_opts: options(ignored(swarm)),
  template_driver: string(refused(swarm)),
};

/** `configs.*`. */
export const config: Shape = struct(fileFields, { short: externalName });

const { content: _, ...secretFields } = fileFields;

/** `secrets.*`. */
export const secret: Shape = struct(secretFields, { short: externalName });

/** `models.*`. */
export const model: Shape = struct({
  name: string(),
  model: string(),
  context_size: int(),
  runtime_flags: strings({ merge: "replace" }),
}, { required: ["model"] });

/** `external: { name: x }`, which is how it was said long ago. */
function externalName(node: Node, path: Path): Node {
  const said = get(node, "external");
  if (node.kind !== "map" || said?.kind !== "map") return node;
  const name = get(said, "name");
  const other = get(node, "name");
  if (name && other && plainText(name) !== plainText(other)) {
    throw new ComposeError("name and external.name conflict", {
      at: name.at,
      path: path.join("."),
      expected: "only name, and external: true",
    });
  }
  return withEntries(node, { external: boolNode(true, said.at), ...(name && { name }) });
}
