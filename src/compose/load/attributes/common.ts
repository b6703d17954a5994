import { ComposeError } from "../../errors.ts";
import { kindNames } from "../cast.ts";
import { entriesOf, getText, list as listNode, map, type Node, plainText, text, withEntries } from "../node.ts";
import { bareAddress, parseExtraHost } from "../short/host.ts";
import { splitWords } from "../short/words.ts";
import {
  bool,
  dictionary,
  either,
  int,
  type List,
  list,
  mode,
  type Path,
  type Shape,
  string,
  struct,
  type Support,
  type Traits,
} from "../shape.ts";

/** For lists without doubles: an item is the same as another when it says the same, up to a `=`. */
export const itself = (item: Node) => plainText(item).split("=", 1)[0] ?? "";

/** A list of texts; what an override says comes after. */
export const strings = (traits: Traits & { distinct?: true; unique?: (item: Node) => string } = {}): Shape =>
  list(string(), traits);

/** One text, or a list of them. */
export const oneOrMore = (traits: Omit<List, "kind" | "item"> = {}): Shape => strings({ short: listOfOne, ...traits });

/** A mapping of texts, or a list of `KEY=value`; a key alone has an empty value. */
export const keyValues = (traits: Traits = {}): Shape =>
  dictionary(string({ coerce: true, empty: "" }), { short: fromPairs, ...traits });

/** As keyValues; but a key alone takes the project's variable, or unsets the image's. */
export const variables = (traits: Traits = {}): Shape =>
  dictionary(string({ coerce: true, nullable: true, merge: "replace" }), { short: fromPairs, ...traits });

/** As variables, of a container: a blank before the `=` in a list is a mistake. */
export const environment = (): Shape => variables({ short: fromEnvironment });

/** Options of a driver. */
export const options = (traits: Traits = {}): Shape => dictionary(string({ coerce: "numbers", empty: "" }), traits);

/** A command line, or the list of its words; null keeps the image's. */
export const command = (traits: Traits = {}): Shape =>
  list(string(), { short: words, merge: "replace", nullable: true, always: true, ...traits });

/** Host names and their addresses. */
export const extraHosts = (traits: Traits = {}): Shape =>
  dictionary(list(string({ short: withoutBrackets }), { short: listOfOne, unique: itself }), {
    distinct: true,
    short: namedHosts,
    print: hostLines,
    ...traits,
  });

export const ulimits = (traits: Traits = {}): Shape =>
  dictionary(
    either({
      scalar: int(),
      struct: struct({ soft: int(), hard: int() }, { required: ["soft", "hard"] }),
    }, { merge: "replace" }),
    traits,
  );

/** Configs or secrets that something may read. */
export const fileReferences = (
  traits: Traits & { unique?: (item: Node) => string; complete?: (node: Node) => Node },
): Shape => {
  const { complete, ...rest } = traits;
  return list(struct(referenceFields, { short: inMap("source"), ...(complete && { complete }) }), rest);
};

const referenceFields = {
  source: string(),
  target: string(),
  uid: string(),
  gid: string(),
  mode: mode({ keep: true }),
};

/** Where a config is: at its name, when nothing else is said. */
export function configTarget(config: Node): string {
  return getText(config, "target") || `/${getText(config, "source")}`;
}

/** Where a secret is. */
export function secretTarget(secret: Node): string {
  return getText(secret, "target") || `/run/secrets/${getText(secret, "source")}`;
}

/** The secret with its target said. */
export function withSecretTarget(secret: Node): Node {
  return secret.kind === "map" ? withEntries(secret, { target: text(secretTarget(secret), secret.at) }) : secret;
}

/** What runs at a turn of a container's life. */
export const hook = (traits: { required?: readonly string[]; always?: true } = {}): Shape =>
  struct({
    command: command(),
    user: string(),
    privileged: bool(),
    working_dir: string(),
    environment: environment(),
  }, traits);

export const ignored = (why: string): { support: Support } => ({ support: { kind: "ignored", why } });
export const refused = (why: string, asked: Pick<Support, "asks"> = {}): { support: Support } => ({
  support: { kind: "refused", why, ...asked },
});

/** Configs, secrets and half of `deploy` are objects of a swarm. */
export const swarm = "only a swarm has a use for it";

/** A text becomes a list of it. */
export function listOfOne(node: Node): Node {
  return node.kind === "string" ? listNode([node], node.at) : node;
}

/** A text becomes a mapping with it at `key`. */
export function inMap(key: string): (node: Node) => Node {
  return (node) => node.kind === "string" ? map([[key, node]], node.at) : node;
}

/** A list of names becomes a mapping, each with what `value` makes of it. */
export function namesToMap(value: (name: Node) => Node): (node: Node, path: Path) => Node {
  return (node, path) => {
    if (node.kind !== "list") return node;
    return map(node.items.map((item, i) => [requireText(item, [...path, String(i)]), value(item)] as const), node.at);
  };
}

function requireText(item: Node, path: Path): string {
  if (item.kind === "string") return item.value;
  throw new ComposeError(`${kindNames[item.kind]} is not allowed here`, {
    at: item.at,
    path: path.join("."),
    expected: "text",
  });
}

/** A list of `KEY=value` becomes a mapping; null where there is no value. */
export function fromPairs(node: Node, path: Path): Node {
  if (node.kind !== "list") return node;
  const entries = node.items.map((item, i) => {
    const pair = requireText(item, [...path, String(i)]);
    const cut = pair.indexOf("=");
    if (cut < 0) return [pair, { kind: "null", at: item.at }] as const;
    return [pair.slice(0, cut), text(pair.slice(cut + 1), item.at)] as const;
  });
  return map(entries, node.at);
}

function fromEnvironment(node: Node, path: Path): Node {
  const variables = fromPairs(node, path);
  const [key, value] = node.kind === "list" ? entriesOf(variables).find(([name]) => /\s$/.test(name)) ?? [] : [];
  if (key === undefined || !value) return variables;
  throw new ComposeError(`environment variable ${key} is declared with a trailing space`, {
    at: value.at,
    path: path.join("."),
    expected: '"KEY=value"',
  });
}

function words(node: Node, path: Path): Node {
  if (node.kind !== "string") return node;
  const found = splitWords(node.value);
  if (found) return listNode(found.map((word) => text(word, node.at)), node.at);
  throw new ComposeError("invalid command line string", {
    at: node.at,
    path: path.join("."),
    expected: "quotes and parentheses in pairs, or a list of words",
  });
}

function namedHosts(node: Node, path: Path): Node {
  const hosts = hostsFromList(node, path);
  const [bad, value] = entriesOf(hosts).find(([host]) => host === "" || /[:=]/.test(host)) ?? [];
  if (bad === undefined || !value) return hosts;
  throw new ComposeError(`bad host name '${bad}'`, { at: value.at, path: path.join(".") });
}

function hostsFromList(node: Node, path: Path): Node {
  if (node.kind !== "list") return node;
  const hosts = new Map<string, Node[]>();
  for (const [i, item] of node.items.entries()) {
    const entry = requireText(item, [...path, String(i)]);
    const parsed = parseExtraHost(entry);
    if (!parsed) {
      throw new ComposeError(`invalid additional host, missing IP: ${entry}`, { at: item.at, path: path.join(".") });
    }
    const addresses = parsed.addresses.map((address) => text(address, item.at));
    hosts.set(parsed.host, [...hosts.get(parsed.host) ?? [], ...addresses]);
  }
  return map([...hosts].map(([host, items]) => [host, listNode(items, node.at)] as const), node.at);
}

function withoutBrackets(node: Node): Node {
  return node.kind === "string" ? text(bareAddress(node.value), node.at) : node;
}

/** Compose prints hosts as sorted lines. */
function hostLines(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  return [...value].flatMap(([host, addresses]) => Array.from(addresses, (address) => `${host}=${address}`)).sort();
}
