import type { Config } from "../config/config.ts";
import { variableNames } from "../config/settings.ts";

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
  /** Asks the engine; throws when it cannot be used. */
  probe(): Promise<EngineFacts>;
  /** An error of the engine as a person wants to read it: what, why, and the mend. */
  describeError(error: unknown): Promise<string>;
  /** Whether a permission is granted; Deno is asked when nothing is handed in. */
  isGranted?(permission: Deno.PermissionDescriptor): Promise<boolean>;
}

/** Says which engine was found and how, and what is missing. `exitCode` is 1 where the engine cannot be used. */
export async function doctor(parts: DoctorParts): Promise<{ text: string; exitCode: number }> {
  const { config, isGranted = askDeno } = parts;
  const engine = await examine(parts);
  const lines = [
    "Engine",
    `  ${config.engine.host}`,
    `  found by: ${config.engine.foundBy}`,
    ...config.engine.tried.map((step) => `  - ${step.place}: ${step.result}`),
    "",
    engine.usable ? "Connection: works" : "Connection: does not work",
    ...engine.lines.map((line) => `  ${line}`),
    "",
    "Permissions",
    ...(await permissionLines(config, isGranted)).map((line) => `  ${line}`),
    "",
  ];
  return { text: lines.join("\n"), exitCode: engine.usable ? 0 : 1 };
}

async function examine({ config, probe, describeError }: DoctorParts): Promise<{ usable: boolean; lines: string[] }> {
  try {
    const { version, apiVersion, os, arch } = await probe();
    const how = config.engine.apiVersion === "auto" ? "agreed on by both sides" : "as told";
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

function needed({ engine: { host, tls, files }, files: { folders } }: Config): Check[] {
  const read = (path: string, why: string): Check => {
    return { permission: { name: "read", path }, flag: `--allow-read=${path}`, why };
  };
  const write = (path: string, why: string): Check => {
    return { permission: { name: "write", path }, flag: `--allow-write=${path}`, why };
  };
  const net = (target: string, why: string): Check => {
    return { permission: { name: "net", host: target }, flag: `--allow-net=${target}`, why };
  };
  const named = [
    ...[...files, ...Object.values(tls ?? {})].map((path) => read(path, "the way to the engine is in it")),
    ...folders.flatMap((path) => [read(path, "--folders names it"), write(path, "--folders names it")]),
  ];
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
