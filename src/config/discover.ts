import { pipeAdvice, readAddress } from "./address.ts";
import { type Context, currentContext, readContext } from "./contexts.ts";
import { withoutPassword } from "./hosts.ts";
import { type Env, look, type System } from "./system.ts";

/** The PEM files of a TLS connection. Without `ca` the machine's own authorities count. */
export interface TlsFiles {
  ca?: string;
  cert?: string;
  key?: string;
}

/** A place that was looked at on the way to the engine, and what was there. */
export interface Step {
  place: string;
  result: string;
}

/** What the operator said about the engine; empty strings where nothing was said. */
export interface Wish {
  host: string;
  /** Where the host was given: `--host` or `DOCKER_HOST`. */
  from: string;
  tlsVerify: boolean;
  certPath: string;
}

/** Where the engine is, and how that was found out. */
export interface Found {
  /** `unix:///path`, `tcp://host:port` or `ssh://user@host:port/path`. */
  host: string;
  tls?: TlsFiles;
  foundBy: string;
  /** The files it was read from; the process may need to read them again at its next start. */
  files: string[];
  tried: Step[];
  faults: string[];
}

interface Surroundings {
  env: Env;
  system: System;
  /** The Docker CLI's folder. */
  folder: string | undefined;
}

/** Finds the engine: as told, else by the Docker context, else the first socket that exists. */
export function findEngine(wish: Wish, env: Env, system: System): Found {
  const folder = variable("DOCKER_CONFIG", env) ?? (system.home && `${system.home}/.docker`);
  const around = { env, system, folder };
  const found: Found = { host: "", foundBy: "", files: [], tried: [], faults: [] };
  if (wish.host !== "") return asTold(wish, around, found);
  found.tried.push({ place: "--host or DOCKER_HOST", result: "not set" });
  const name = contextName(around, found);
  return name ? byContext(name, around, found) : bySocket(around, found);
}

function asTold(wish: Wish, around: Surroundings, found: Found): Found {
  found.foundBy = wish.from;
  found.tried.push({ place: wish.from, result: `says ${wish.host}` });
  const certificates = wish.certPath || (wish.tlsVerify ? around.folder : undefined);
  const settled = settle({ host: wish.host, certificates, tls: wish.tlsVerify || wish.certPath !== "" }, around, found);
  if (wish.certPath !== "" && settled.tls && Object.keys(settled.tls).length === 0) {
    found.faults.push(
      `Cannot use the certificates in "${wish.certPath}": none of ca.pem, cert.pem and key.pem is there`,
    );
  }
  return settled;
}

/** The name of the context to use, with what says so in `foundBy`; nothing for the default one. */
function contextName({ env, system, folder }: Surroundings, found: Found): string | undefined {
  const named = variable("DOCKER_CONTEXT", env);
  found.tried.push({ place: "DOCKER_CONTEXT", result: named ? `names "${named}"` : "not set" });
  if (named) {
    found.foundBy = `context "${named}" named by DOCKER_CONTEXT`;
    return named === "default" ? undefined : named;
  }
  if (folder === undefined) return undefined;
  const file = `${folder}/config.json`;
  const current = currentContext(file, system);
  if (current.kind !== "seen" || current.value === "" || current.value === "default") {
    const result = { seen: "chooses no context", missing: "not there", unseen: "" }[current.kind];
    found.tried.push({ place: file, result: current.kind === "unseen" ? current.why : result });
    return undefined;
  }
  found.tried.push({ place: file, result: `chooses the context "${current.value}"` });
  found.files.push(file);
  found.foundBy = `context "${current.value}" in ${file}`;
  return current.value;
}

function byContext(name: string, around: Surroundings, found: Found): Found {
  const context = look<Context>(() => {
    if (around.folder === undefined) throw new Error("neither HOME nor DOCKER_CONFIG says where contexts are");
    return readContext(around.folder, name, around.system);
  });
  if (context.kind !== "seen") {
    const why = context.kind === "unseen" ? context.why : "not there";
    found.faults.push(`Cannot use the ${found.foundBy}: ${why.replace("cannot be read: ", "")}`);
    return found;
  }
  const { host, certificates, file, unchecked } = context.value;
  const note = unchecked ? "; it asks to skip the check of the certificate, which is made all the same" : "";
  found.tried.push({ place: file, result: `says ${host}${note}` });
  found.files.push(file);
  return settle({ host, certificates, tls: false }, around, found);
}

function bySocket(around: Surroundings, found: Found): Found {
  if (around.system.os === "windows") {
    found.faults.push(`Cannot find a Docker engine: ${pipeAdvice}`);
    return found;
  }
  for (const path of socketPaths(around)) {
    const seen = look(() => around.system.isSocket(path));
    if (seen.kind === "seen" && seen.value) {
      found.tried.push({ place: path, result: "taken" });
      return { ...found, host: `unix://${path}`, foundBy: "first socket that exists" };
    }
    const result = { seen: "not a socket", missing: "not there", unseen: "" }[seen.kind];
    found.tried.push({ place: path, result: seen.kind === "unseen" ? seen.why : result });
  }
  return { ...found, host: "unix:///var/run/docker.sock", foundBy: "nothing found; default" };
}

function socketPaths({ env, system: { home, runtimeDir, uid } }: Surroundings): string[] {
  const colima = variable("COLIMA_HOME", env) ?? (home && `${home}/.colima`);
  const inHome = (path: string) => home && `${home}/${path}`;
  const paths = [
    "/var/run/docker.sock",
    runtimeDir && `${runtimeDir}/docker.sock`,
    uid === undefined ? undefined : `/run/user/${uid}/docker.sock`,
    inHome(".docker/run/docker.sock"),
    inHome(".docker/desktop/docker.sock"),
    colima && `${colima}/default/docker.sock`,
    inHome(".orbstack/run/docker.sock"),
    inHome(".rd/docker.sock"),
    runtimeDir && `${runtimeDir}/podman/podman.sock`,
    "/run/podman/podman.sock",
    inHome(".local/share/containers/podman/machine/podman.sock"),
  ];
  return [...new Set(paths.flatMap((path) => path ? [path] : []))];
}

/** Checks the address that was found and adds the certificates it needs. */
function settle(
  target: { host: string; certificates: string | undefined; tls: boolean },
  { system }: Surroundings,
  found: Found,
): Found {
  const address = readAddress(target.host);
  if (address.kind === "fault") {
    found.faults.push(`Cannot use "${withoutPassword(target.host)}" from ${found.foundBy}: ${address.why}`);
    return found;
  }
  if (address.kind === "unix") return { ...found, host: `unix://${address.path}` };
  if (address.kind === "ssh") return { ...found, host: sshHost(address) };
  const files = target.certificates === undefined ? {} : tlsFiles(target.certificates, system);
  const secure = target.tls || address.secure || Object.keys(files).length > 0;
  if ((files.cert === undefined) !== (files.key === undefined)) {
    found.faults.push(`Cannot use the certificates in "${target.certificates}": cert.pem and key.pem go together`);
  }
  const host = `tcp://${address.hostname}:${address.port ?? (secure ? 2376 : 2375)}`;
  return secure ? { ...found, host, tls: files } : { ...found, host };
}

function sshHost({ target, port, path = "" }: { target: string; port: number | undefined; path: string | undefined }) {
  return `ssh://${target}${port === undefined ? "" : `:${port}`}${path}`;
}

/** The PEM files in a folder. One that may not be looked at counts as there: the connection will say so. */
function tlsFiles(folder: string, system: System): TlsFiles {
  const at = (name: string) => {
    const path = `${folder}/${name}`;
    return look(() => system.readText(path)).kind === "missing" ? undefined : path;
  };
  const [ca, cert, key] = [at("ca.pem"), at("cert.pem"), at("key.pem")];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function variable(name: string, env: Env): string | undefined {
  const seen = look(() => env(name));
  return seen.kind === "seen" && seen.value !== "" ? seen.value : undefined;
}
