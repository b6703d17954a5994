import { composeLabels } from "../labels.ts";
import type { Observed, ObservedContainer } from "../observe.ts";
import type { Project } from "../project.ts";
import type { UpOptions } from "../wanted.ts";
import { type Draft, emptyDraft } from "./draft.ts";
import { inOrder } from "./order.ts";
import { requireService, select, type Selection } from "./selection.ts";

/** What the parts of a plan to bring a project up work with. */
export interface Ground extends Selection {
  project: Project;
  observed: Observed;
  options: UpOptions;
  /** The services that are touched, each behind those it depends on. */
  order: readonly string[];
  /** The version of Compose whose dialect is written. */
  version: string;
  /** The containers of each service, those of `run` left out. */
  containers: ReadonlyMap<string, readonly ObservedContainer[]>;
  draft: Draft;
}

export function groundFor(project: Project, observed: Observed, options: UpOptions): Ground {
  const selection = select(project, options);
  for (const name of options.scale?.keys() ?? []) requireService(project, name);
  return {
    ...selection,
    project,
    observed,
    options,
    order: inOrder(selection.services),
    version: spokenVersion(observed.containers),
    containers: Map.groupBy(observed.containers.filter(({ oneoff }) => !oneoff), ({ service }) => service),
    draft: emptyDraft(),
  };
}

/** The version whose hashes are written where nothing else of the project is there. */
const usualVersion = "2.40.3";

/** The newest Compose that made a container of the project: it goes on with what it finds in its own dialect. */
function spokenVersion(containers: readonly ObservedContainer[]): string {
  const versions = new Set(containers.flatMap(({ labels }) => labels[composeLabels.version] ?? []));
  return [...versions].filter(isVersion).sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ??
    usualVersion;
}

function isVersion(text: string): boolean {
  return /^[25]\.\d+\.\d+/.test(text);
}

/** The hashes of what is wanted in the dialects in which it may have been written. */
export function isCurrent(written: string, version: string | undefined, hash: (version: string) => string): boolean {
  return [version ?? usualVersion, usualVersion, "5.0.0"].some((dialect) => hash(dialect) === written);
}

/** The container of a service that others share with, where that service is left alone. */
export function firstOf({ observed }: Pick<Ground, "observed">, service: string): ObservedContainer | undefined {
  const own = observed.containers.filter((container) => container.service === service && !container.oneoff);
  return own.sort((a, b) => a.number - b.number)[0];
}
