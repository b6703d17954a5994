import * as z from "zod";
import type { LoadOptions } from "../../compose/compose.ts";
import type { Project } from "../../compose/project.ts";
import type { Target } from "../../compose/wanted.ts";
import type { Context } from "../../define.ts";
import { anyOf, listOf, localPath } from "../fields.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";
import { environment } from "../spec/words.ts";

const names = listOf(z.array(z.string().min(1)).min(1).max(500));

/** The services a tool works on; all where none is named. */
export const services = names;

/** An argument that is taken, though a model is not told of it here: docker_compose_up has it, or few need it. */
export function untold<T extends z.ZodType>(field: T): T {
  return field.meta({ untold: true });
}

const source = {
  file: anyOf(z.string().min(1)).optional(),
  compose_yaml: z.string().optional(),
  project_name: z.string().min(1).optional(),
  project_dir: localPath.optional(),
  environment: environment.optional(),
  profiles: untold(names.optional()),
};

/** A project by its files or its text. */
export const sourceFields = source;

/** The same; relative paths seldom matter there. */
export const plainSourceFields = { ...source, project_dir: untold(source.project_dir) };

/** The same, and a model is told of the profiles that are to be active. */
export const wholeSourceFields = { ...source, profiles: names.optional() };

/** A project that stands on the engine, by its name or by its file. */
export const projectFields = {
  project_name: source.project_name,
  file: source.file,
  compose_yaml: untold(source.compose_yaml),
  project_dir: untold(source.project_dir),
  environment: untold(source.environment),
  profiles: source.profiles,
};

/** The same for what seldom needs more than the name. */
export const namedFields = { ...projectFields, file: untold(source.file) };

type Source = z.output<z.ZodObject<typeof wholeSourceFields>>;
type Given = { [Key in keyof Source]?: Source[Key] | undefined };

/** What an inline text's relative paths refer to, where nobody says it. */
const nowhere = "/project_dir-is-not-given";

/**
 * Reads the project that is meant; where services are named, only them and what they depend on, whatever their profiles.
 * Throws an InputError where nothing says which.
 */
export async function loadProject(
  { compose }: Pick<Context, "compose">,
  given: Given,
  services?: readonly string[],
): Promise<Project> {
  const { file, compose_yaml, project_name, project_dir, environment = [], profiles } = given;
  if (file !== undefined && compose_yaml !== undefined) {
    throw new InputError("compose_yaml", "it is a text in place of a file: give only one of the two");
  }
  const options: LoadOptions = present({
    files: file?.map((path) => absolute(path, project_dir)),
    text: compose_yaml,
    directory: project_dir ?? (compose_yaml === undefined ? undefined : nowhere),
    name: project_name,
    profiles,
    services,
  });
  const cwd = project_dir === undefined ? {} : { cwd: project_dir };
  const project = await compose.load({ ...options, ...cwd, environment: variables(environment) });
  if (project.directory === nowhere) refuseRelative(project);
  return project;
}

function absolute(path: string, folder: string | undefined): string {
  if (path.startsWith("/")) return path;
  if (folder !== undefined) return `${folder}/${path}`;
  throw new InputError("file", `expected an absolute path, or one in project_dir where that is given, got "${path}"`);
}

function variables(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.filter((line) => line.includes("=")).map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** The engine would make such a folder in a place that nobody meant. */
function refuseRelative({ services, configs, secrets }: Project): void {
  const files = [...configs.values(), ...secrets.values()].map(({ file }) => file);
  const paths = [...services.values()].flatMap(({ build, volumes = [] }) => [
    build?.context,
    ...volumes.map(({ type, source }) => type === "bind" ? source : undefined),
  ]);
  const found = [...files, ...paths].find((path) => path === nowhere || path?.startsWith(`${nowhere}/`));
  if (found === undefined) return;
  const relative = `.${found.slice(nowhere.length)}`;
  throw new InputError("project_dir", `the text refers to "${relative}": give the folder that this is in`);
}

/** The project as its files say where some are given, or else the name of one that stands on the engine. */
export async function targetOf(context: Context, given: Given): Promise<Target> {
  if (isSource(given)) return await loadProject(context, given);
  if (given.project_name !== undefined) return given.project_name;
  throw new InputError(
    "project_name",
    'expected the name of a project, or its "file"; docker_compose_ls shows the names',
  );
}

/** Only its name; files are read for nothing else. */
export async function nameOf(context: Context, given: Given): Promise<string> {
  const target = await targetOf(context, given);
  return typeof target === "string" ? target : target.name;
}

/** Reads the project where a name alone is not enough. */
export async function sourceOf(context: Context, given: Given, services?: readonly string[]): Promise<Project> {
  if (isSource(given)) return await loadProject(context, given, services);
  throw new InputError("file", 'expected "file", "compose_yaml", or "project_dir" with a compose.yaml in it');
}

function isSource({ file, compose_yaml, project_dir }: Given): boolean {
  return file !== undefined || compose_yaml !== undefined || project_dir !== undefined;
}
