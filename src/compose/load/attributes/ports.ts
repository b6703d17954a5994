import { ComposeError } from "../../errors.ts";
import { get, getText, int as intNode, list as listNode, map, type Node, plainText, text } from "../node.ts";
import { int, list, type Path, type Shape, string, struct } from "../shape.ts";
import { parsePort } from "../short/port.ts";
import { ignored, swarm } from "./common.ts";

const forPeople = ignored("it is for people to read");

/** `services.*.ports`. */
export const ports: Shape = list(
  struct({
    name: string(forPeople),
    mode: string({ default: "ingress", ...ignored(swarm) }),
    host_ip: string(),
    target: int({ min: 0 }),
    published: string({ coerce: true, whole: true }),
    protocol: string({ default: "tcp" }),
    app_protocol: string(forPeople),
  }, { required: ["target"] }),
  { short: fromTexts, unique: identity },
);

/** One text may say several ports. */
function fromTexts(node: Node, path: Path): Node {
  if (node.kind !== "list") return node;
  return listNode(node.items.flatMap((item, i) => fromText(item, [...path, String(i)])), node.at);
}

function fromText(node: Node, path: Path): Node[] {
  if (node.kind === "map" || node.kind === "list" || node.kind === "null" || node.kind === "bool") return [node];
  const ports = parsePort(plainText(node));
  const { at } = node;
  if (typeof ports === "string") {
    const expected = '"[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]", or a mapping with target and published';
    throw new ComposeError(ports, { at, path: path.join("."), expected });
  }
  return ports.map(({ host_ip, target, published, protocol }) =>
    map([
      ["mode", text("ingress", at)],
      ["host_ip", host_ip === undefined ? undefined : text(host_ip, at)],
      ["target", intNode(target, at)],
      ["published", published === undefined ? undefined : text(published, at)],
      ["protocol", text(protocol, at)],
    ], at)
  );
}

function identity(item: Node): string {
  const target = get(item, "target");
  const protocol = getText(item, "protocol") ?? "tcp";
  return [
    getText(item, "host_ip") ?? "0.0.0.0",
    getText(item, "published") ?? "",
    `${target ? plainText(target) : ""}/${protocol}`,
  ].join(":");
}
