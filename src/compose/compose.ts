import type { Engine } from "../engine/engine.ts";
import { given, type Options } from "../engine/request.ts";
import { type Applied, applyPlan, type Note } from "./apply/apply.ts";
import { lockByName } from "./apply/lock.ts";
import { ComposeError } from "./errors.ts";
import type { Environment } from "./load/environment.ts";
import type { Host } from "./load/host.ts";
import { loadProject } from "./load/load.ts";
import { observe, type Observed } from "./observe.ts";
import type { Outside } from "./outside.ts";
import { definitionChanged } from "./plan/fate.ts";
import { type Plan, plan } from "./plan/plan.ts";
import type { Project } from "./project.ts";
import { judged } from "./refusals.ts";
import { nameOf, projectOf, type Target, type Wanted } from "./wanted.ts";

/** What to load, and how. Without `files` and `text` the default files are searched, from the host's cwd upwards. */
export interface LoadOptions {
  /** Compose files, in the order of merging; relative ones refer to the host's cwd. */
  files?: readonly string[];
  /** Text in place of a file. */
  text?: string;
  /** What relative paths refer to; by default the folder of the first file, or the cwd. */
  directory?: string;
  /** The project's name; by default COMPOSE_PROJECT_NAME, `name` in a file, or the folder's name. */
  name?: string;
  /** Active profiles, in place of those in COMPOSE_PROFILES; `*` is all. */
  profiles?: readonly string[];
  /** Only these services, with what they depend on. */
  services?: readonly string[];
  /** In place of `.env` in the project's directory. */
  envFiles?: readonly string[];
  /** Takes what is read, before anything is made of it: what goes wrong then may quote it. */
  learn?(read: { variables: Environment; names: readonly string[] }): void;
}

/** Reads a project. Throws ComposeError for the first thing that is wrong, with its place. */
export function load(host: Host, options: LoadOptions = {}): Promise<Project> {
  return loadProject(host, options);
}

/** Where a call comes from, in place of where the host stands. */
export interface Caller {
  /** Variables, before those of the host and of `.env`. */
  environment?: ReadonlyMap<string, string>;
  /** Absolute: where a search for files starts, and what relative file names refer to. */
  cwd?: string;
}

/** Compose on one engine. There is to be one for each: two pieces of work on one project wait for each other in it. */
export interface Compose {
  load(options?: LoadOptions & Caller): Promise<Project>;
  /** What there is of a project. */
  observe(target: Target, options?: Options): Promise<Observed>;
  /** What it would take. What stands in the way is told in it; only an unknown service is an error. */
  plan(wanted: Wanted, options?: Options): Promise<Plan>;
  /** Plans and does it. Throws a ComposeError where something is in the way, or the plan is not that of `digest`. */
  apply(wanted: Wanted, options: ApplyOptions): Promise<Applied & { plan: Plan }>;
}

export interface ApplyOptions {
  /** Of the plan that is meant: another one is refused. */
  digest?: string | undefined;
  signal: AbortSignal;
  progress?(note: Note): void;
}

export function compose(engine: Engine, outside: Outside): Compose {
  const lock = lockByName();
  const look = (target: Target, { signal, built = false }: Options & { built?: boolean }) => {
    const project = typeof target === "string" ? {} : { project: target };
    return observe(engine, typeof target === "string" ? target : target.name, {
      ...project,
      built,
      host: outside.host,
      ...given(signal),
    });
  };
  const planNow = async (wanted: Wanted, options: Options) => {
    const built = wanted.verb === "down" && wanted.images !== undefined;
    const observed = await look(projectOf(wanted) ?? nameOf(wanted), { ...options, built });
    const first = await judged(plan(wanted, observed), projectOf(wanted), outside);
    const ids = replacedIn(first);
    if (ids.length === 0) return first;
    const all = await Promise.all(ids.map((id) => engine.containers.inspect(id, given(options.signal))));
    // The same plan, that can tell from what to what.
    const explained = plan(wanted, { ...observed, details: new Map(all.map((details) => [details.Id, details])) });
    return { ...explained, obstacles: first.obstacles };
  };
  return {
    load: ({ environment = new Map(), cwd = outside.host.cwd, ...options } = {}) => {
      const env = new Map([...outside.host.env, ...environment]);
      return load({ ...outside.host, env, cwd }, options);
    },
    observe: (target, options = {}) => look(target, options),
    plan: (wanted, options = {}) => planNow(wanted, options),
    apply(wanted, { digest, signal, progress = () => {} }) {
      const work = async () => {
        const planned = await planNow(wanted, { signal });
        refuse(planned, digest);
        const project = projectOf(wanted);
        return { plan: planned, ...await applyPlan(planned, { engine, outside, project, signal, progress, lock }) };
      };
      return lock(`project ${nameOf(wanted)}`, work, signal);
    },
  };
}

/** The containers of which it is to be told what differs. */
function replacedIn({ operations, slots }: Plan): string[] {
  return operations.flatMap((operation) => {
    if (operation.kind !== "create_container" || operation.cause !== definitionChanged) return [];
    return slots.get(operation.slot) ?? [];
  });
}

/** What stands in the way is said before anything is done. */
function refuse({ project, verb, obstacles, digest: actual }: Plan, digest: string | undefined): void {
  const [first] = obstacles;
  if (first) {
    const more = obstacles.slice(1).map(({ message }) => message);
    throw new ComposeError([first.message, ...more].join(". "), {
      fault: "blocked",
      at: first.at,
      cause: first.cause,
      ...(first.path === undefined ? {} : { path: first.path }),
    });
  }
  if (digest === undefined || digest === actual) return;
  const why =
    `the plan "${digest}" is not what it would take now, that is "${actual}": the files, the options or the ` +
    "engine have changed since";
  throw new ComposeError(`Cannot do ${verb} for "${project}": ${why}. Plan again, and look at what is different`, {
    fault: "stale",
  });
}
