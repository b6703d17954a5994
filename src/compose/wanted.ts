import type { Project } from "./project.ts";

/** What is asked for: a verb, and the project it is about. */
export type Wanted = Up | Down | Stop | Start | Restart | Pull | Build;

/** A project as its files say, or only its name: then its containers' labels tell what there is. */
export type Target = Project | string;

export interface Up extends UpOptions {
  readonly verb: "up";
  readonly project: Project;
}

/** Times are in seconds. */
export interface UpOptions {
  /** Only these, with what they depend on; by default all. */
  readonly services?: readonly string[];
  /** Containers for each of these services, in place of what the files say. */
  readonly scale?: ReadonlyMap<string, number>;
  /** Builds the images that can be built, though they are there. */
  readonly build?: boolean;
  /** In place of the services' own policies. */
  readonly pull?: "always" | "missing" | "never";
  readonly forceRecreate?: boolean;
  readonly noRecreate?: boolean;
  /** Recreates what the named services depend on as well. */
  readonly alwaysRecreateDeps?: boolean;
  /** Leaves alone what the named services depend on. */
  readonly noDeps?: boolean;
  readonly removeOrphans?: boolean;
  /** Gives new anonymous volumes to what is recreated. */
  readonly renewAnonymousVolumes?: boolean;
  /** The explicit word for a loss: of these volumes (keys), those that are defined otherwise are made anew, empty. */
  readonly recreateVolumes?: readonly string[];
  /** Creates, but starts nothing. */
  readonly noStart?: boolean;
  /** Ends when all services run, and are healthy where they have a health check. */
  readonly wait?: boolean;
  readonly waitTimeout?: number;
  /** For each stop, in place of the containers' own. */
  readonly timeout?: number;
}

export interface Down {
  readonly verb: "down";
  readonly target: Target;
  readonly services?: readonly string[];
  readonly removeOrphans?: boolean;
  /** The explicit word for a loss: removes the project's volumes with their data. */
  readonly volumes?: boolean;
  /** `local`: images that were built for the project. */
  readonly images?: "local" | "all";
  readonly timeout?: number;
}

export interface Stop {
  readonly verb: "stop";
  readonly target: Target;
  readonly services?: readonly string[];
  readonly timeout?: number;
}

export interface Start {
  readonly verb: "start";
  readonly target: Target;
  readonly services?: readonly string[];
}

export interface Restart {
  readonly verb: "restart";
  readonly target: Target;
  readonly services?: readonly string[];
  /** Leaves alone what depends on them. */
  readonly noDeps?: boolean;
  readonly timeout?: number;
}

export interface Pull {
  readonly verb: "pull";
  readonly project: Project;
  readonly services?: readonly string[];
}

export interface Build {
  readonly verb: "build";
  readonly project: Project;
  readonly services?: readonly string[];
  readonly noCache?: boolean;
  readonly pull?: boolean;
}

/** The files' project, where there is one. */
export function projectOf(wanted: Wanted): Project | undefined {
  if ("project" in wanted) return wanted.project;
  return typeof wanted.target === "string" ? undefined : wanted.target;
}

export function nameOf(wanted: Wanted): string {
  if ("project" in wanted) return wanted.project.name;
  return typeof wanted.target === "string" ? wanted.target : wanted.target.name;
}
