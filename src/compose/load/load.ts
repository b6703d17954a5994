import type { LoadOptions } from "../compose.ts";
import { ComposeError, type Position } from "../errors.ts";
import type { Project } from "../project.ts";
import { project as projectShape } from "./attributes.ts";
import { checkConsistency } from "./consistency.ts";
import { decode } from "./decode.ts";
import { discover } from "./discover.ts";
import { type Environment, resolveVariables, withFiles } from "./environment.ts";
import type { Host } from "./host.ts";
import { loadModel, type Scope, type Source, substitute } from "./model.ts";
import { normaliseName } from "./name.ts";
import { entriesOf, get, getText, map, type MapNode, type Node, withEntries } from "./node.ts";
import { normalise } from "./normalise.ts";
import { dropUnused, enableProfiles, type Selection, selectServices } from "./select.ts";
import { rowOf } from "./shape.ts";
import { parseYaml } from "./yaml.ts";

/** A variable that is not set, and where it stands. */
interface Unset {
  name: string;
  at: Position;
}

/** Reads the files. What cannot be read for a variable that is not set is told with its name. */
export async function loadProject(host: Host, options: LoadOptions): Promise<Project> {
  const unset: Unset[] = [];
  try {
    return await load(host, options, unset);
  } catch (error) {
    throw error instanceof ComposeError ? blamed(error, unset) : error;
  }
}

function blamed(error: ComposeError, unset: readonly Unset[]): ComposeError {
  const { reason, file, line, column, path, expected, fault, operation, cause } = error;
  const there = unset.find(({ at }) => at.file === file && at.line === line && at.column === column);
  if (!there) return error;
  const facts = { at: there.at, path, expected, fault, operation, cause };
  return new ComposeError(`${reason}: the variable "${there.name}" is not set`, facts);
}

/** The stages of loading, in order. */
async function load(host: Host, options: LoadOptions, missing: Unset[]): Promise<Project> {
  const { files, directory, environment: found } = await discover(host, options);
  const sources = await readSources(host, { files, text: options.text });
  const name = projectName(sources, { options, directory, environment: found });
  const environment = new Map([...found, ["COMPOSE_PROJECT_NAME", name]]);
  const { learn = () => {} } = options;
  learn({ variables: environment, names: [name] });
  const warnings = new Set<string>();
  const warn = (warning: string) => void warnings.add(warning);
  const unset = (name: string, at: Position) => {
    warn(`The "${name}" variable is not set. Defaulting to a blank string.`);
    missing.push({ name, at });
  };
  const model = await loadModel(sources, { host, directory, environment, including: [], warn, unset, learn });
  const profiles = activeProfiles(options.profiles, environment);
  const enabled = enableProfiles(normalise(resolveVariables(model, environment), name), {
    profiles,
    services: options.services ?? [],
  });
  checkConsistency(enabled);
  const selected = selectServices(enabled, options.services ?? []);
  const whole = await withServiceFiles(dropUnused(selected.model), { host, environment, learn });
  const facts = { directory, files, environment, warnings: [...warnings] };
  return { ...facts, ...decodeProject({ model: whole, disabled: selected.disabled }) };
}

/** Where none is given, an empty one is active, as it is to docker compose: that of a variable that is not set. */
function activeProfiles(given: readonly string[] = [], environment: Environment): readonly string[] {
  if (given.length > 0) return given;
  return (environment.get("COMPOSE_PROFILES") ?? "").split(",").map((profile) => profile.trim());
}

/** A text that is no file goes by this name. */
const inline = "inline text";

async function readSources(
  host: Host,
  { files, text }: { files: readonly string[]; text: string | undefined },
): Promise<Source[]> {
  if (text !== undefined) return [{ file: inline, documents: parseYaml(text, inline) }];
  const sources = [];
  for (const file of files) sources.push({ file, documents: parseYaml(await host.readText(file), file) });
  return sources;
}

interface Naming {
  options: LoadOptions;
  directory: string;
  environment: Environment;
}

/** The name given, that of the environment, the last one in a file, or the folder's. */
function projectName(sources: readonly Source[], { options, directory, environment }: Naming): string {
  const given = options.name ?? environment.get("COMPOSE_PROJECT_NAME");
  if (given) return validName(given);
  const said = sources.flatMap(({ documents }) => documents.flatMap(({ root }) => get(root, "name") ?? [])).at(-1);
  const own = said?.kind === "string" && said.value !== ""
    ? substitute(said.value, { node: said, path: ["name"], scope: { environment, unset: () => {} } })
    : directory.split("/").at(-1) ?? "";
  const name = normaliseName(own);
  if (name) return name;
  throw new ComposeError("project name must not be empty", { expected: 'a name, or "name:" in the file' });
}

function validName(name: string): string {
  if (normaliseName(name) === name) return name;
  throw new ComposeError(`invalid project name "${name}"`, {
    expected: "lower case letters, digits, hyphens and underscores, with a letter or digit first",
  });
}

async function withServiceFiles(
  model: MapNode,
  sources: Pick<Scope, "host" | "environment" | "learn">,
): Promise<MapNode> {
  const services: [string, Node][] = [];
  for (const [name, service] of entriesOf(get(model, "services"))) {
    const path = ["services", name];
    services.push([name, service.kind === "map" ? await withFiles(service, { ...sources, path }) : service]);
  }
  return withEntries(model, { services: map(services, get(model, "services")?.at ?? model.at) });
}

type Sections = Pick<Project, "services" | "disabled" | "networks" | "volumes" | "configs" | "secrets" | "models">;

function decodeProject(
  { model, disabled }: Selection,
): Sections & Pick<Project, "name" | "extensions" | "source"> {
  const section = <Of>(key: string, node = get(model, key)): ReadonlyMap<string, Of> => {
    const row = rowOf(projectShape, key);
    return node && row ? decode<ReadonlyMap<string, Of>>(node, row) : new Map();
  };
  return {
    name: getText(model, "name") ?? "",
    services: section("services"),
    disabled: section("services", disabled),
    networks: section("networks"),
    volumes: section("volumes"),
    configs: section("configs"),
    secrets: section("secrets"),
    models: section("models"),
    extensions: new Map(
      entriesOf(model).filter(([key]) => key.startsWith("x-")).map((
        [key, value],
      ) => [key, decode(value, { kind: "any" })]),
    ),
    source: model,
  };
}
