import type { Config, EngineConfig } from "../config/config.ts";
import { variableNames } from "../config/settings.ts";
import { denoSystem, look, type System } from "../config/system.ts";

/** What the engine says about itself. */
export interface EngineFacts {
  version: string;
  /** The API version that was agreed on. */
  apiVersion: string;
  os: string;
  arch: string;
}

/** What the examination works with. */
export interface DoctorParts {
  config: Config;
  /** Asks the engine of this name; throws when it cannot be used. */
  probe(name: string | undefined): Promise<EngineFacts>;
  /** An error of the engine as a person wants to read it: what, why, and the mend. */
  describeError(error: unknown): Promise<string>;
  /** Whether a permission is granted; Deno is asked when nothing is handed in. */
  isGranted?(permission: Deno.PermissionDescriptor): Promise<boolean>;
  /** As the system tells it; the disk is looked at when nothing is handed in. */
  isFile?: System["isFile"];
}

/** Says which engines were found and how, and what is missing. `exitCode` is 1 where one of them cannot be used. */
export async function doctor(parts: DoctorParts): Promise<{ text: string; exitCode: number }> {
  const { config, isGranted = askDeno, isFile = denoSystem(() => undefined).isFile } = parts;
  const examined = await Promise.all(config.engines.map((engine) => examine(engine, parts)));
  const lines = [
    ...examined.flatMap(({ lines }) => lines),
    // They may be made later.
    ...config.files.folders.filter((folder) => look(() => isFile(folder)).kind === "missing").map((folder) =>
      `--folders names ${folder}, which is not there\n`
    ),
    "Permissions",
    ...(await permissionLines(config, isGranted)).map((line) => `  ${line}`),
    "",
  ];
  return { text: lines.join("\n"), exitCode: examined.every(({ usable }) => usable) ? 0 : 1 };
}

async function examine(engine: EngineConfig, parts: DoctorParts): Promise<{ usable: boolean; lines: string[] }> {
  const { name, rights, host, foundBy, tried } = engine;
  const { usable, lines } = await ask(engine, parts);
  const told = [
    name === undefined ? "Engine" : `Engine ${name}${rights === "all" ? "" : ` (${rights})`}`,
    `  ${host}`,
    `  found by: ${foundBy}`,
    ...tried.map((step) => `  - ${step.place}: ${step.result}`),
    "",
    usable ? "Connection: works" : "Connection: does not work",
    ...lines.map((line) => `  ${line}`),
    "",
  ];
  return { usable, lines: told };
}

async function ask(engine: EngineConfig, { probe, describeError }: DoctorParts) {
  try {
    const { version, apiVersion, os, arch } = await probe(engine.name);
    const how = engine.apiVersion === "auto" ? "agreed on by both sides" : "as told";
    return { usable: true, lines: [`Docker Engine ${version} on ${os}/${arch}`, `API ${apiVersion}, ${how}`] };
  } catch (error) {
    return { usable: false, lines: (await describeError(error)).split("\n") };
  }
}

async function permissionLines(config: Config, isGranted: (p: Deno.PermissionDescriptor) => Promise<boolean>) {
  const lines = await Promise.all([
    ...needed(config).map(async ({ permission, flag, why }) => {
      return await isGranted(permission) ? `granted: ${flag}` : `missing: ${flag} (${why})`;
    }),
    ...unwanted.map(async ({ permission, flag, why }) => {
      return await isGranted(permission) ? `too wide: ${why}; start with ${flag}` : `withheld: ${permission.name}`;
    }),
  ]);
  const missing = await ungranted(variableNames, isGranted);
  const env = missing.length === 0
    ? "granted: --allow-env for every variable that is read"
    : `missing: --allow-env=${missing.join(",")} (these variables are not read)`;
  const mend = [...lines, env].some((line) => !/^(granted|withheld)/.test(line));
  return [...lines, env, ...(mend ? ['"permissions" prints the command line with exactly what is needed'] : [])];
}

interface Check {
  permission: Deno.PermissionDescriptor;
  flag: string;
  why: string;
}

function needed({ engines, files: { folders }, state }: Config): Check[] {
  const checks = [
    ...engines.flatMap(neededFor),
    ...folders.flatMap((path) => [read(path, "--folders names it"), write(path, "--folders names it")]),
    ...Object.values(state).flatMap((path) => [read(path, "--state names it"), write(path, "--state names it")]),
  ];
  return checks.filter(({ flag }, i) => checks.findIndex((other) => other.flag === flag) === i);
}

function neededFor({ host, tls, files }: EngineConfig): Check[] {
  const named = [...files, ...Object.values(tls ?? {})].map((path) => read(path, "the way to the engine is in it"));
  if (host.startsWith("ssh://")) return [run, ...named];
  if (!host.startsWith("unix://")) return [net(host.replace("tcp://", ""), "the engine listens there"), ...named];
  const path = host.slice("unix://".length);
  const why = "the engine's socket";
  return [
    net(`unix:${path}`, why),
    net("192.0.2.1:80", "an address that stands for the socket in requests; it belongs to nobody"),
    read(path, why),
    write(path, why),
    ...named,
  ];
}

const run: Check = {
  permission: { name: "run", command: "ssh" },
  flag: "--allow-run=ssh",
  why: "the engine is reached by it",
};

function read(path: string, why: string): Check {
  return { permission: { name: "read", path }, flag: `--allow-read=${path}`, why };
}

function write(path: string, why: string): Check {
  return { permission: { name: "write", path }, flag: `--allow-write=${path}`, why };
}

function net(target: string, why: string): Check {
  return { permission: { name: "net", host: target }, flag: `--allow-net=${target}`, why };
}

const unwanted: readonly Check[] = [
  { permission: { name: "run" }, flag: "--deny-run", why: "it could start any program" },
  { permission: { name: "ffi" }, flag: "--deny-ffi", why: "it could load any library" },
  { permission: { name: "read" }, flag: "the --allow-read above only", why: "it could read any file" },
  { permission: { name: "write" }, flag: "the --allow-write above only", why: "it could write any file" },
  { permission: { name: "net" }, flag: "the --allow-net above only", why: "it could reach any host" },
];

async function ungranted(names: readonly string[], isGranted: (p: Deno.PermissionDescriptor) => Promise<boolean>) {
  const granted = await Promise.all(names.map((variable) => isGranted({ name: "env", variable })));
  return names.filter((_, i) => !granted[i]);
}

async function askDeno(permission: Deno.PermissionDescriptor): Promise<boolean> {
  return (await Deno.permissions.query(permission)).state === "granted";
}
