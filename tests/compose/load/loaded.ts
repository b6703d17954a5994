import assert from "node:assert/strict";
import { load, type LoadOptions } from "../../../src/compose/compose.ts";
import type { Project } from "../../../src/compose/project.ts";
import { hostOf } from "../corpus.ts";

/** Where the files lie, and what is asked of them. */
export interface Machine extends LoadOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** A project of these files, on a machine that has no others. */
export function loaded(
  files: Record<string, string>,
  { cwd = "/project", env = {}, ...options }: Machine = {},
): Promise<Project> {
  return load(hostOf(new Map(Object.entries(files)), { cwd, env: { HOME: "/home/jo", ...env } }), options);
}

/** The service of the name, which must be there. */
export function service(project: Project, name = "web") {
  const found = project.services.get(name);
  assert.ok(found);
  return found;
}

/** A file with one service that has what is told, in braces. */
export const web = (rest = "") => `services: {web: {image: nginx${rest && `, ${rest}`}}}`;
