import { composeLabels } from "../../../compose/labels.ts";
import type { Context } from "../../../define.ts";
import type { ContainerSummary } from "../../../engine/containers.ts";
import { listed } from "../../format.ts";
import { InputError } from "../../input_error.ts";

/** A project as the labels of its containers tell it. */
export interface ProjectRow {
  name: string;
  /** `exited(1), running(2)` */
  status: string;
  services: string[];
  /** Absolute paths; empty where a text was no file. */
  files: string[];
}

/** All projects on the engine, by name, stopped ones too. */
export async function projectsOn({ engine, signal }: Pick<Context, "engine" | "signal">): Promise<ProjectRow[]> {
  const filters = { label: [composeLabels.project, composeLabels.hash] };
  const containers = await engine.containers.list({ all: true, filters }, { signal });
  const names = [...new Set(containers.map((row) => labelOf(row, "project")))].sort();
  return names.map((name) => rowOf(name, containers.filter((row) => labelOf(row, "project") === name)));
}

function rowOf(name: string, containers: readonly ContainerSummary[]): ProjectRow {
  const states = Map.groupBy(containers.filter((row) => labelOf(row, "oneoff") !== "True"), ({ State }) => State);
  return {
    name,
    status: [...states].map(([state, rows]) => `${state}(${rows.length})`).sort().join(", "),
    services: [...new Set(containers.map((row) => labelOf(row, "service")))].sort(),
    files: [...new Set(containers.flatMap((row) => labelOf(row, "files").split(",")))].filter(Boolean).sort(),
  };
}

function labelOf({ Labels }: ContainerSummary, key: keyof typeof composeLabels): string {
  return Labels?.[composeLabels[key]] ?? "";
}

/** For a name that no container bears. */
export async function noProject(context: Context, name: string): Promise<InputError> {
  const known = (await projectsOn(context)).map(({ name }) => name);
  const there = known.length === 0 ? "this engine has no Compose project" : `there are: ${listed(known)}`;
  return new InputError("project_name", `nothing of a project "${name}" is here; ${there}`);
}
