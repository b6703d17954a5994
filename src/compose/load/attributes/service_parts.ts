import { ComposeError } from "../../errors.ts";
import { bool as boolNode, get, list as listNode, map, type Node, plainText, text } from "../node.ts";
import { absolutePath } from "../paths.ts";
import { bool, bytes, dictionary, duration, int, list, type Path, type Shape, string, struct } from "../shape.ts";
import {
  command,
  environment,
  hook,
  ignored,
  inMap,
  itself,
  listOfOne,
  namesToMap,
  oneOrMore,
  options,
  refused,
  strings,
} from "./common.ts";

/** `services.*.develop`. */
export const develop: Shape = struct({
  watch: list(struct({
    path: string({ always: true, resolve: absolutePath }),
    action: string({ always: true, values: ["rebuild", "sync", "restart", "sync+restart", "sync+exec"] }),
    target: string(),
    exec: hook({ required: ["command"], always: true }),
    include: oneOrMore({ distinct: true }),
    ignore: oneOrMore({ distinct: true }),
    initial_sync: bool({ strict: true }),
  }, { required: ["path", "action"] })),
}, { nullable: true, ...ignored("nobody watches the files") });

const throttles = list(struct({
  path: string({ printedAs: "Path", always: true }),
  rate: bytes({ printedAs: "Rate", always: true }),
}, { closed: true }));

/** `services.*.blkio_config`. */
export const blkioConfig: Shape = struct({
  weight: int({ strict: true }),
  weight_device: list(struct({
    path: string({ printedAs: "Path", always: true }),
    weight: int({ printedAs: "Weight", always: true }),
  }, { closed: true })),
  device_read_bps: throttles,
  device_read_iops: throttles,
  device_write_bps: throttles,
  device_write_iops: throttles,
}, { closed: true });

/** `services.*.depends_on`. */
export const dependencies: Shape = dictionary(
  struct({
    condition: string({ values: ["service_started", "service_healthy", "service_completed_successfully"] }),
    restart: bool(),
    required: bool({ strict: true, keep: true, default: true }),
  }, { required: ["condition"] }),
  {
    keys: /^[a-zA-Z0-9._-]+$/,
    distinct: true,
    short: namesToMap(({ at }) =>
      map([["condition", text("service_started", at)], ["required", boolNode(true, at)]], at)
    ),
  },
);

/** `services.*.devices`. */
export const devices: Shape = list(
  struct({ source: string(), target: string(), permissions: string() }, {
    required: ["source", "target"],
    short: deviceFromText,
  }),
  { unique: (item) => plainText(get(item, "target") ?? get(item, "source") ?? text("", item.at)) },
);

/** `services.*.provider`. */
export const provider: Shape = struct({
  type: string(),
  options: dictionary(
    list(string({ coerce: true }), { short: (node) => node.kind === "list" ? node : listNode([node], node.at) }),
  ),
}, { required: ["type"], ...refused("a provider is a program, and none is run") });

/** `services.*.env_file`. */
export const envFiles: Shape = list(
  struct({
    path: string({ resolve: absolutePath }),
    required: bool({ default: true }),
    format: string({ values: ["raw"] }),
  }, { required: ["path"], closed: true, short: inMap("path") }),
  { short: listOfOne, unique: (item) => plainText(get(item, "path") ?? text("", item.at)), consumed: true },
);

/** `services.*.healthcheck`. */
export const healthcheck: Shape = struct({
  test: list(string(), { merge: "replace", short: shellTest }),
  timeout: duration({ keep: true }),
  interval: duration({ keep: true }),
  retries: int({ keep: true, min: 0 }),
  start_period: duration({ keep: true }),
  start_interval: duration({ keep: true }),
  disable: bool(),
});

/** `services.*.models`. */
export const modelReferences: Shape = dictionary(
  struct({ endpoint_var: string(), model_var: string() }, { nullable: true }),
  {
    distinct: true,
    short: namesToMap(({ at }) => ({ kind: "null", at })),
    ...refused("models are run by a program, and none is run"),
  },
);

/** `services.*.networks`. */
export const endpoints: Shape = dictionary(
  struct({
    aliases: strings({ unique: itself }),
    driver_opts: options(),
    gw_priority: int({ strict: true }),
    interface_name: string(),
    ipv4_address: string(),
    ipv6_address: string(),
    link_local_ips: strings({ unique: itself }),
    mac_address: string(),
    priority: int({ strict: true }),
  }, { nullable: true }),
  { keys: /^[a-zA-Z0-9._-]+$/, distinct: true, short: namesToMap(({ at }) => ({ kind: "null", at })) },
);

/** `services.*.pre_start`. */
export const preStartHook: Shape = struct({
  command: command(),
  image: string(),
  user: string(),
  privileged: bool(),
  working_dir: string(),
  environment: environment(),
  per_replica: bool(),
});

function deviceFromText(node: Node, path: Path): Node {
  if (node.kind !== "string") return node;
  const { at } = node;
  const [source = "", target = source, permissions = "rwm", ...rest] = node.value.split(":");
  if (rest.length > 0) {
    throw new ComposeError(`confusing device mapping: ${node.value}`, {
      at,
      path: path.join("."),
      expected: '"SOURCE[:TARGET[:PERMISSIONS]]", or a mapping',
    });
  }
  return map([["source", text(source, at)], ["target", text(target, at)], ["permissions", text(permissions, at)]], at);
}

/** A test that is text is run by a shell. */
function shellTest(node: Node): Node {
  return node.kind === "string" ? listNode([text("CMD-SHELL", node.at), node], node.at) : node;
}
