import type { Position } from "./errors.ts";
import { type MapNode, positionOf } from "./load/node.ts";
import type { Extensible, Strings } from "./extensible.ts";
import type { Service } from "./service.ts";

// A project is mostly its services: who reads one knows the other.
export type * from "./deploy.ts";
export type * from "./extensible.ts";
export type * from "./service.ts";

/**
 * What is wanted: a project as its files say, in canonical form. Long syntaxes only, defaults filled in, paths
 * absolute, variables put in. It never changes; names of attributes are those of Compose files.
 *
 * What a user may name (services, labels, variables) is a Map: any text may be a key. An attribute that is absent was
 * not given and has no default.
 */
export interface Project {
  readonly name: string;
  /** Absolute: what relative paths of the first file refer to. */
  readonly directory: string;
  /** The files it was read from, absolute, without those that they include or extend. */
  readonly files: readonly string[];
  /** The variables that the files could use: the caller's, over those of `.env`. */
  readonly environment: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, Service>;
  /** Services that no active profile enables, or that were not selected. */
  readonly disabled: ReadonlyMap<string, Service>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly configs: ReadonlyMap<string, Config>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly models: ReadonlyMap<string, Model>;
  /** The `x-` attributes at the top. */
  readonly extensions: ReadonlyMap<string, unknown>;
  /** What was accepted, but is probably not what was meant. */
  readonly warnings: readonly string[];
  /** The merged text that all this was made from; `locate` finds a value's place in it. */
  readonly source: MapNode;
}

/** The place in the files that says `path` (`["services", "web", "privileged"]`), or else what holds it. */
export function locate(project: Project, path: readonly (string | number)[]): Position {
  return positionOf(project.source, path);
}

export interface Network extends Extensible {
  /** As the engine knows it. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Strings;
  readonly ipam?: { readonly driver?: string; readonly config?: readonly IpamPool[] };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Strings;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface IpamPool extends Extensible {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ip_range?: string;
  readonly aux_addresses?: Strings;
}

export interface Volume extends Extensible {
  /** As the engine knows it. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Strings;
  readonly external?: boolean;
  readonly labels?: Strings;
}

/** Its text comes from `file`, from the variable `environment`, or is `content`. */
export interface Config extends Extensible {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Strings;
  readonly driver?: string;
  readonly driver_opts?: Strings;
  readonly template_driver?: string;
}

/** Its text comes from `file`, or from the variable `environment` of the project. */
export type Secret = Omit<Config, "content">;

export interface Model extends Extensible {
  readonly name?: string;
  readonly model: string;
  readonly context_size?: number;
  readonly runtime_flags?: readonly string[];
}
