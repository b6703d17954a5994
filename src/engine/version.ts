import type { Faults } from "./faults.ts";
import type { EngineResponse } from "./request.ts";

/** The version of the Engine API that is spoken, and what is known of the daemon. */
export interface Agreement {
  apiVersion: string;
  /** The newest and the oldest API the daemon knows. */
  apiMax?: string;
  apiMin?: string;
  daemonVersion?: string;
}

/** The API versions that this client knows. */
export const oldestApi = "1.41";
export const newestApi = "1.51";

export interface AgreeOptions {
  /** `auto`, or a version such as `1.43`. */
  wanted: string;
  /** Asks the daemon, without a version in the path. */
  ask(path: string): Promise<EngineResponse>;
  faults: Faults;
}

/** Takes the wanted version; for `auto` the newest that daemon and client both know. */
export async function agree({ wanted, ask, faults }: AgreeOptions): Promise<Agreement> {
  const known = `this client knows ${oldestApi} to ${newestApi}`;
  if (wanted !== "auto") {
    if (!isVersion(wanted)) throw faults.incompatible(`"${wanted}" is not an API version, expected "auto" or "1.43"`);
    if (isOlder(wanted, oldestApi) || isOlder(newestApi, wanted)) {
      throw faults.incompatible(`${wanted} is asked for, ${known}`);
    }
    return { apiVersion: wanted };
  }
  const daemon = await fromPing(await ask("/_ping")) ?? fromVersion(await (await ask("/version")).text());
  if (!daemon) throw faults.malformed("it names no API version");
  if (isOlder(daemon.apiMax, oldestApi)) {
    throw faults.incompatible(`the daemon knows it up to ${daemon.apiMax}, ${known}`);
  }
  if (daemon.apiMin && isOlder(newestApi, daemon.apiMin)) {
    throw faults.incompatible(`the daemon knows it from ${daemon.apiMin}, ${known}`);
  }
  return { ...daemon, apiVersion: isOlder(daemon.apiMax, newestApi) ? daemon.apiMax : newestApi };
}

/** True where version `a` is older than `b`. */
export function isOlder(a: string, b: string): boolean {
  return Number(a.split(".")[1]) < Number(b.split(".")[1]);
}

type Daemon = Omit<Agreement, "apiVersion"> & { apiMax: string };

async function fromPing(response: EngineResponse): Promise<Daemon | undefined> {
  await response.discard();
  const apiMax = response.headers.get("api-version");
  if (!isVersion(apiMax)) return undefined;
  const daemonVersion = /^[\w-]+\/(\S+)/.exec(response.headers.get("server") ?? "")?.[1];
  return { apiMax, ...(daemonVersion ? { daemonVersion } : {}) };
}

function fromVersion(text: string): Daemon | undefined {
  const { ApiVersion: apiMax, MinAPIVersion: apiMin, Version: daemonVersion } = parseObject(text);
  if (!isVersion(apiMax)) return undefined;
  return {
    apiMax,
    ...(isVersion(apiMin) ? { apiMin } : {}),
    ...(typeof daemonVersion === "string" ? { daemonVersion } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

// There never was another major version.
function isVersion(text: unknown): text is string {
  return typeof text === "string" && /^1\.\d+$/.test(text);
}
