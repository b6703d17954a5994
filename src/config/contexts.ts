import * as z from "zod";
import { type Look, look, type System } from "./system.ts";

/** A Docker context that was read: the address of its engine, and the folder of its certificates. */
export interface Context {
  host: string;
  certificates: string;
  /** The file it was read from. */
  file: string;
  /** True where it asks not to check the engine's certificate. */
  unchecked: boolean;
}

const cliConfig = z.object({ currentContext: z.string().optional() });
const metadata = z.object({
  Name: z.string(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }).optional(),
  }).optional(),
});

/** The name of the context that `docker context use` chose; an empty string where it chose none. */
export function currentContext(file: string, system: System): Look<string> {
  const read = readJson(file, cliConfig, system);
  return read.kind === "seen" ? { kind: "seen", value: read.value.currentContext ?? "" } : read;
}

/** Reads the context `name` below the Docker CLI's folder; throws an error with all that a person needs. */
export function readContext(folder: string, name: string, system: System): Context {
  // Not imported: it takes 15 ms to load, and few starts need it.
  const { createHash } = globalThis.process.getBuiltinModule("node:crypto");
  const id = createHash("sha256").update(name).digest("hex");
  const file = `${folder}/contexts/meta/${id}/meta.json`;
  const read = readJson(file, metadata, system);
  if (read.kind === "missing") throw new Error(`there is no such context${existing(folder, system)}`);
  if (read.kind === "unseen") throw new Error(`"${file}": ${read.why}`);
  const endpoint = read.value.Endpoints?.docker;
  if (!endpoint?.Host) throw new Error(`"${file}" names no Docker engine`);
  const certificates = `${folder}/contexts/tls/${id}/docker`;
  return { host: endpoint.Host, certificates, file, unchecked: endpoint.SkipTLSVerify ?? false };
}

function existing(folder: string, system: System): string {
  const ids = look(() => system.list(`${folder}/contexts/meta`));
  if (ids.kind === "unseen") return "";
  const names = (ids.kind === "seen" ? ids.value : []).flatMap((id) => {
    const read = readJson(`${folder}/contexts/meta/${id}/meta.json`, metadata, system);
    return read.kind === "seen" ? [`"${read.value.Name}"`] : [];
  });
  return `; there are ${['"default"', ...names.sort()].join(", ")}`;
}

function readJson<T>(file: string, schema: z.ZodType<T>, system: System): Look<T> {
  return look(() => {
    const parsed = schema.safeParse(JSON.parse(system.readText(file)));
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error).replaceAll("\n", " "));
    return parsed.data;
  });
}
