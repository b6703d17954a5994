import { ComposeError } from "../../errors.ts";
import { entriesOf, type Node } from "../node.ts";
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

const session = "the builder asks the docker program for it, and this program does not give it";

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
  entitlements: strings(refused(session)),
  args: variables(),
  provenance: string({ coerce: true, ...ignored("an attestation is not kept by the engine's own image store") }),
  sbom: string({ coerce: true, ...ignored("an attestation is not kept by the engine's own image store") }),
  ssh: dictionary(string({ empty: "" }), { short: keysFromList, print: keyLines, ...refused(session) }),
  labels: keyValues(),
  cache_from: strings(),
  cache_to: strings(ignored("the engine cannot export its cache through this API")),
  no_cache: bool(),
  no_cache_filter: oneOrMore(ignored("the engine's API has no such option")),
  additional_contexts: dictionary(string({ resolve: absoluteContext }), {
    short: fromPairs,
    ...refused(session),
  }),
  pull: bool(),
  extra_hosts: extraHosts(),
  isolation: string(),
  network: string(),
  target: string(),
  secrets: list(struct(secret, { short: inMap("source") })),
  shm_size: bytes(),
  tags: strings({ unique: itself }),
  ulimits: ulimits(),
  platforms: strings(),
  privileged: bool(ignored("the engine does not build privileged")),
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
