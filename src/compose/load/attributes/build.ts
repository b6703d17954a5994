import { ComposeError } from "../../errors.ts";
import { entriesOf, itemsOf, type Node, plainText } from "../node.ts";
import { absoluteContext } from "../paths.ts";
import { bool, bytes, dictionary, list, mode, type Path, type Shape, string, struct } from "../shape.ts";
import {
  extraHosts,
  fromPairs,
  ignored,
  inMap,
  itself,
  keyValues,
  oneOrMore,
  refused,
  strings,
  ulimits,
  variables,
} from "./common.ts";

const byDocker = 'cannot be passed on by the Engine API alone; build it with docker, and leave "build" out';
const notPassedOn = `it ${byDocker}`;

/** An attestation is not made where it says so. */
const attestation = (): Shape =>
  string({ coerce: true, ...refused(notPassedOn, { asks: (value) => !/^(false)?$/.test(plainText(value)) }) });

const byMount = "the mount in the Dockerfile says it";

const secret = {
  source: string(),
  target: string(),
  uid: string(ignored(byMount)),
  gid: string(ignored(byMount)),
  mode: mode({ keep: true, ...ignored(byMount) }),
};

/** `services.*.build`. */
export const build: Shape = struct({
  context: string({ default: ".", resolve: absoluteContext }),
  dockerfile: string(),
  dockerfile_inline: string(),
  entitlements: strings(refused(notPassedOn)),
  args: variables(),
  provenance: attestation(),
  sbom: attestation(),
  ssh: dictionary(string({ empty: "" }), { short: keysFromList, print: keyLines, ...refused(notPassedOn) }),
  labels: keyValues(),
  cache_from: strings(),
  cache_to: strings(refused(notPassedOn)),
  no_cache: bool(),
  no_cache_filter: oneOrMore(refused(notPassedOn)),
  additional_contexts: dictionary(string({ resolve: absoluteContext }), {
    short: fromPairs,
    ...refused(notPassedOn),
  }),
  pull: bool(),
  extra_hosts: extraHosts(),
  isolation: string(refused(notPassedOn)),
  network: string(),
  target: string(),
  secrets: list(struct(secret, { short: inMap("source") })),
  shm_size: bytes(),
  tags: strings({ unique: itself }),
  ulimits: ulimits(refused(notPassedOn)),
  platforms: strings(refused(`more than one ${byDocker}`, { asks: (value) => itemsOf(value).length > 1 })),
  privileged: bool(refused(notPassedOn)),
}, { short: inMap("context") });

/** Each key has its path; only the agent of the default one is known without. */
function keysFromList(node: Node, path: Path): Node {
  const keys = fromPairs(node, path);
  const [id, value] = node.kind === "list"
    ? entriesOf(keys).find(([key, file]) => file.kind === "null" && key !== "default") ?? []
    : [];
  if (id === undefined || !value) return keys;
  throw new ComposeError(`invalid ssh key "${id}"`, {
    at: value.at,
    path: path.join("."),
    expected: '"default", or "ID=PATH"',
  });
}

/** As a list, which is what Compose reads again. */
function keyLines(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  return [...value].map(([id, path]) => path ? `${id}=${path}` : `${id}`);
}
