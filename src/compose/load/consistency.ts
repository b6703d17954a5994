import { ComposeError } from "../errors.ts";
import { entriesOf, get, getText, itemsOf, type Node, plainText } from "./node.ts";
import type { Selection } from "./select.ts";

interface Place extends Selection {
  name: string;
}

/** Throws for the first service that contradicts itself, or refers to what is not there. */
export function checkConsistency(selection: Selection): void {
  const services = entriesOf(get(selection.model, "services"));
  const checks = [
    checkSource,
    checkContexts,
    checkNetworks,
    checkDependencies,
    checkReferences,
    checkScale,
    checkLimits,
    checkMounts,
    checkTest,
    checkWatch,
  ];
  for (const [name, service] of services) {
    for (const check of checks) check(service, { ...selection, name });
  }
  checkContainerNames(services);
  checkSecrets(selection.model);
  checkCycles(services);
}

function fault(node: Node, reason: string, path: string): ComposeError {
  return new ComposeError(reason, { at: node.at, path });
}

function checkSource(service: Node, { name }: Place): void {
  const build = get(service, "build");
  const path = `services.${name}`;
  if (!build && !getText(service, "image") && !get(service, "provider")) {
    throw fault(service, `service "${name}" has neither an image nor a build context specified`, path);
  }
  if (get(build, "dockerfile") && get(build, "dockerfile_inline")) {
    throw fault(
      service,
      `service "${name}" declares mutually exclusive dockerfile and dockerfile_inline`,
      `${path}.build`,
    );
  }
  const platforms = itemsOf(get(build, "platforms")).map(plainText);
  const platform = getText(service, "platform");
  if (platform && platforms.length > 0 && !platforms.includes(platform)) {
    throw fault(
      service,
      `service.build.platforms must include "${platform}", the service's platform`,
      `${path}.build.platforms`,
    );
  }
}

/** A build may take the image of another service as a context, if that is built as well. */
function checkContexts(service: Node, { name, model }: Place): void {
  for (const [key, context] of entriesOf(get(get(service, "build"), "additional_contexts"))) {
    const value = plainText(context);
    if (!value.startsWith("service:")) continue;
    const other = get(get(model, "services"), value.slice("service:".length));
    if (get(other, "build")) continue;
    const reason = other
      ? `declares non-buildable service as additional context ${key}`
      : `declares unknown service as additional context ${key}`;
    throw fault(context, `service "${name}" ${reason}`, `services.${name}.build.additional_contexts.${key}`);
  }
}

function checkNetworks(service: Node, { name, model }: Place): void {
  const path = `services.${name}.networks`;
  const networks = entriesOf(get(service, "networks"));
  if (networks.length > 0 && getText(service, "network_mode")) {
    throw fault(service, `service ${name} declares mutually exclusive network_mode and networks`, path);
  }
  for (const [network, endpoint] of networks) {
    if (get(get(model, "networks"), network)) continue;
    throw fault(endpoint, `service "${name}" refers to undefined network ${network}`, `${path}.${network}`);
  }
}

function checkDependencies(service: Node, { name, model, disabled }: Place): void {
  for (const [target, dependency] of entriesOf(get(service, "depends_on"))) {
    if (get(get(model, "services"), target)) continue;
    const path = `services.${name}.depends_on.${target}`;
    const other = get(disabled, target);
    if (!other) throw fault(dependency, `service "${name}" depends on undefined service "${target}"`, path);
    const required = get(dependency, "required");
    if (required?.kind === "bool" && !required.value) continue;
    const profiles = itemsOf(get(other, "profiles")).map(plainText).join(", ");
    const reason = `service ${target} is required by ${name} but is disabled. Can be enabled by profiles [${profiles}]`;
    throw fault(dependency, reason, path);
  }
}

function checkReferences(service: Node, { name, model }: Place): void {
  const build = get(service, "build");
  const references = [
    ...sources(get(service, "volumes"), "volume").filter(({ node }) => getText(node, "type") === "volume"),
    ...sources(get(service, "configs"), "config"),
    ...sources(get(service, "secrets"), "secret"),
    ...sources(get(build, "secrets"), "build secret"),
    ...entriesOf(get(service, "models")).map(([source, node]) => ({ source, node, kind: "model" })),
  ];
  for (const { source, node, kind } of references) {
    const section = `${kind.split(" ").at(-1)}s`;
    const isAnonymous = source === "" && kind === "volume";
    if (isAnonymous || get(get(model, section), source)) continue;
    throw fault(node, `service "${name}" refers to undefined ${kind} ${source}`, `services.${name}`);
  }
}

function sources(list: Node | undefined, kind: string): { source: string; node: Node; kind: string }[] {
  return itemsOf(list).map((node) => ({ source: getText(node, "source") ?? "", node, kind }));
}

function checkScale(service: Node, { name }: Place): void {
  const [scale, replicas] = [get(service, "scale"), get(get(service, "deploy"), "replicas")];
  if (scale && replicas && plainText(scale) !== plainText(replicas)) {
    throw fault(scale, "can't set distinct values on 'scale' and 'deploy.replicas'", `services.${name}.scale`);
  }
  const wanted = scale ?? replicas;
  if (wanted?.kind === "int" && wanted.value < 0n) {
    throw fault(
      wanted,
      "there cannot be fewer than no containers",
      `services.${name}.${scale ? "scale" : "deploy.replicas"}`,
    );
  }
  const container = get(service, "container_name");
  if (container && wanted?.kind === "int" && wanted.value > 1n) {
    const reason = "can't set container_name and more than one replica: no two containers have one name";
    throw fault(container, reason, `services.${name}.container_name`);
  }
}

const limits = [
  ["cpus", "limits", "cpus"],
  ["mem_limit", "limits", "memory"],
  ["mem_reservation", "reservations", "memory"],
  ["pids_limit", "limits", "pids"],
] as const;

/** Where `deploy` has limits, what is missing among them is said to be none: that is a contradiction too. */
function checkLimits(service: Node, { name }: Place): void {
  for (const [own, kind, other] of limits) {
    const [value, kin] = [get(service, own), get(get(get(service, "deploy"), "resources"), kind)];
    const limit = get(kin, other);
    if (!value || !kin || plainText(value) === "0" || plainText(value) === (limit ? plainText(limit) : "0")) continue;
    const reason = `can't set distinct values on '${own}' and 'deploy.resources.${kind}.${other}'`;
    throw fault(value, reason, `services.${name}.${own}`);
  }
}

function checkMounts(service: Node, { name }: Place): void {
  const seen = new Set<string>();
  const tmpfs = itemsOf(get(service, "tmpfs")).map((node) => ({
    node,
    target: plainText(node).split(":", 1)[0] ?? "",
  }));
  const mounts = itemsOf(get(service, "volumes")).map((node) => ({ node, target: getText(node, "target") ?? "" }));
  for (const { node, target } of [...mounts, ...tmpfs]) {
    if (getText(node, "type") === "bind" && !get(node, "source")) {
      throw fault(
        node,
        'invalid mount config for type "bind": field Source must not be empty',
        `services.${name}.volumes`,
      );
    }
    if (seen.has(target)) throw fault(node, `something is mounted at ${target} before`, `services.${name}.volumes`);
    seen.add(target);
  }
}

function checkTest(service: Node, { name }: Place): void {
  const test = get(get(service, "healthcheck"), "test");
  const [first] = itemsOf(test);
  if (!test || !first || ["NONE", "CMD", "CMD-SHELL"].includes(plainText(first))) return;
  const reason = 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"';
  throw fault(test, reason, `services.${name}.healthcheck.test`);
}

function checkWatch(service: Node, { name }: Place): void {
  for (const watch of itemsOf(get(get(service, "develop"), "watch"))) {
    const action = getText(watch, "action");
    if (getText(watch, "target") || action === "rebuild" || action === "restart") continue;
    throw fault(watch, "target is required for non-rebuild actions", `services.${name}.develop.watch`);
  }
}

function checkContainerNames(services: readonly [string, Node][]): void {
  const owners = new Map<string, string>();
  for (const [name, service] of services) {
    const container = getText(service, "container_name");
    if (!container) continue;
    const owner = owners.get(container);
    if (owner) {
      const reason = `container name "${container}" is already in use by service "${owner}"`;
      throw fault(get(service, "container_name") ?? service, reason, `services.${name}.container_name`);
    }
    owners.set(container, name);
  }
}

function checkSecrets(model: Node): void {
  for (const [name, secret] of entriesOf(get(model, "secrets"))) {
    const external = get(secret, "external");
    if ((external?.kind === "bool" && external.value) || getText(secret, "file") || getText(secret, "environment")) {
      continue;
    }
    throw fault(secret, `secret "${name}" must declare either file or environment`, `secrets.${name}`);
  }
}

/** Services that wait for each other would wait for ever. */
function checkCycles(services: readonly [string, Node][]): void {
  const graph = new Map(services.map(([name, service]) => [name, entriesOf(get(service, "depends_on"))]));
  const done = new Set<string>();
  const visit = (name: string, chain: readonly string[]) => {
    if (done.has(name)) return;
    for (const [target, dependency] of graph.get(name) ?? []) {
      const path = [...chain, name];
      if (path.includes(target)) {
        const cycle = [...path.slice(path.indexOf(target)), target].join(" -> ");
        throw fault(dependency, `dependency cycle detected: ${cycle}`, `services.${name}.depends_on.${target}`);
      }
      visit(target, path);
    }
    done.add(name);
  };
  for (const [name] of services) visit(name, []);
}
