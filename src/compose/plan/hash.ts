import { network as networkShape, volume as volumeShape } from "../load/attributes/resources.ts";
import { service as serviceShape } from "../load/attributes/service.ts";
import { goJson } from "../go_json.ts";
import { type Dialect, printed } from "../print.ts";
import type { Network, Service, Volume } from "../project.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { createHash } = globalThis.process.getBuiltinModule("node:crypto");

/** What a version of Compose leaves out of a service's hash beside build, pull_policy, scale and replicas. */
interface Version {
  dialect: Dialect;
  dependsOn: boolean;
  profiles: boolean;
}

/** The versions of Compose that hash alike, by the `com.docker.compose.version` of a container; newest first. */
const versions: readonly (Version & { since: readonly number[] })[] = [
  { since: [5], dialect: "v5", dependsOn: false, profiles: false },
  { since: [2, 30, 2], dialect: "v2", dependsOn: false, profiles: false },
  { since: [2, 29, 3], dialect: "v2", dependsOn: false, profiles: true },
  { since: [0], dialect: "v2", dependsOn: true, profiles: true },
];

/** The version whose hashes this library writes. */
export const writtenVersion = "5.0.0";

/** The service's `com.docker.compose.config-hash`, as the given version of Compose computes it. */
export function serviceHash(service: Service, version: string = writtenVersion): string {
  const { dialect, dependsOn, profiles } = versionOf(version);
  const { build: _build, pull_policy: _policy, scale: _scale, deploy, ...rest } = service;
  const { replicas: _replicas, ...deployment } = deploy ?? {};
  const { depends_on: _dependsOn, ...independent } = rest;
  const { profiles: _profiles, ...always } = dependsOn ? rest : independent;
  const hashed = profiles ? (dependsOn ? rest : independent) : always;
  return sha256(printed({ ...hashed, ...(deploy && { deploy: deployment }) }, serviceShape, { dialect, hashed: true }));
}

/** The network's `com.docker.compose.config-hash`. */
export function networkHash(network: Network, version: string = writtenVersion): string {
  return sha256(printed(network, networkShape, versionOf(version)));
}

/** The volume's `com.docker.compose.config-hash`. */
export function volumeHash(volume: Volume, version: string = writtenVersion): string {
  return sha256(printed({ ...volume, driver: volume.driver || "local" }, volumeShape, versionOf(version)));
}

function sha256(value: unknown): string {
  return createHash("sha256").update(goJson(value)).digest("hex");
}

function versionOf(version: string): Version {
  const parts = version.replace(/^v/, "").split(/[.+-]/).map(Number);
  return versions.find(({ since }) => !isBefore(parts, since)) ?? { dialect: "v5", dependsOn: false, profiles: false };
}

function isBefore(version: readonly number[], since: readonly number[]): boolean {
  for (const [i, part] of since.entries()) {
    const own = version[i] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
