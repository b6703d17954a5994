import type { LoadOptions } from "../compose.ts";
import { ComposeError } from "../errors.ts";
import { type Environment, withEnvFiles } from "./environment.ts";
import type { Host } from "./host.ts";
import { absolute } from "./paths.ts";

const defaultFiles = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const overrides = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

type Wanted = Pick<LoadOptions, "files" | "text" | "directory" | "envFiles">;

/** What to load: the files, the folder that relative paths refer to, and the variables. */
export interface Found {
  files: readonly string[];
  directory: string;
  environment: Environment;
}

/** Finds files as Compose does: those named, those in COMPOSE_FILE, or the first default one, here or further up. */
export async function discover(host: Host, wanted: Wanted): Promise<Found> {
  const here = { directory: host.cwd, home: host.home };
  const named = wanted.directory === undefined ? undefined : absolute(wanted.directory, here);
  // It is read for COMPOSE_FILE, and again for the project's own folder.
  const early = await dotenv(host, { wanted, directory: named ?? host.cwd });
  const files = wanted.text === undefined ? await findFiles(host, { wanted, environment: early }) : [];
  const directory = named ?? files[0]?.replace(/\/[^/]*$/, "") ?? host.cwd;
  return { files, directory, environment: await dotenv(host, { wanted, directory: directory || "/" }) };
}

/** Where docker compose is called in the project's folder, that is PWD. */
function standingIn(folder: string, host: Host): Host {
  return host.env.has("PWD") ? host : { ...host, env: new Map([...host.env, ["PWD", folder]]) };
}

async function dotenv(
  caller: Host,
  { wanted, directory }: { wanted: Wanted; directory: string },
): Promise<Environment> {
  const host = standingIn(directory, caller);
  if (/^(?:1|true|t)$/i.test(host.env.get("COMPOSE_DISABLE_ENV_FILE") ?? "")) return host.env;
  const said = wanted.envFiles ?? host.env.get("COMPOSE_ENV_FILES")?.split(",").filter(Boolean) ?? [];
  const files = said.map((file) => absolute(file, { directory: host.cwd, home: host.home }));
  if (files.length > 0) return withEnvFiles(host, files, host.env);
  const file = `${directory}/.env`;
  return await host.isFile(file) ? withEnvFiles(host, [file], host.env) : host.env;
}

async function findFiles(
  host: Host,
  { wanted, environment }: { wanted: Wanted; environment: Environment },
): Promise<string[]> {
  const separator = environment.get("COMPOSE_PATH_SEPARATOR") || ":";
  const said = wanted.files ?? environment.get("COMPOSE_FILE")?.split(separator).filter(Boolean) ?? [];
  if (said.length > 0) return said.map((file) => absolute(file, { directory: host.cwd, home: host.home }));
  for (let folder = host.cwd;; folder = folder.replace(/\/[^/]*$/, "")) {
    const main = await firstFile(host, defaultFiles.map((name) => `${folder}/${name}`));
    if (main) {
      const override = await firstFile(host, overrides.map((name) => `${folder}/${name}`));
      return override ? [main, override] : [main];
    }
    if (folder === "" || folder === "/") break;
  }
  throw new ComposeError(`no Compose file in ${host.cwd} or above it`, { expected: defaultFiles.join(", ") });
}

async function firstFile(host: Host, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await host.isFile(file)) return file;
  return undefined;
}
