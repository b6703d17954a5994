import type { InjectedFile } from "../operation.ts";
import { type Config, locate, type Project, type Service } from "../project.ts";
import { refusedIn } from "../support.ts";
import type { Ground } from "./ground.ts";
import { type FileTarget, fileTargets } from "./translate/mounts.ts";

/** The configs and secrets of a service that are written into its containers: those that are not files. */
export function injectedFiles(project: Project, service: Service): InjectedFile[] {
  return fileTargets(service).flatMap(({ target, reference, kind }): InjectedFile[] => {
    const content = contentOf(project, project[kind].get(reference.source) ?? { name: "" });
    if (content === undefined) return [];
    const { uid, gid, mode = 0o444 } = reference;
    return [{
      path: target,
      content,
      mode,
      ...(uid === undefined ? {} : { uid: Number(uid) }),
      ...(gid === undefined ? {} : { gid: Number(gid) }),
    }];
  });
}

function contentOf({ environment }: Project, { content, environment: variable }: Config): string | undefined {
  return content ?? (variable === undefined ? undefined : environment.get(variable));
}

/** Says what of a service's configs and secrets cannot be given to it. */
export function checkFiles({ draft, project, observed }: Ground, name: string, service: Service): void {
  for (const given of fileTargets(service)) {
    const { kind, reference: { source, uid, gid, mode } } = given;
    const one = kind.slice(0, -1);
    const definition: Config | undefined = project[kind].get(source);
    if (definition?.file !== undefined && (uid ?? gid ?? mode) !== undefined) {
      draft.warnings.push(
        `uid, gid and mode of "${source}" in "${name}" do nothing: it is a file, and mounted as it is`,
      );
    }
    for (const { path, why, at } of refusedIn(project, [kind, source])) {
      const message = `Cannot do "${path.slice(2).join(".")}" of the ${one} "${source}", which "${name}" has: ${why}`;
      draft.obstacles.push({ message, at });
    }
    const why = definition && whyNot(given, { definition, service, project, missing: observed.missingFiles });
    if (why === undefined) continue;
    const message = `Cannot give the ${one} "${source}" to the service "${name}": ${why}`;
    draft.obstacles.push({ message, at: locate(project, [kind, source]) });
  }
}

interface Given {
  definition: Config;
  service: Service;
  project: Project;
  missing: ReadonlySet<string>;
}

function whyNot(
  { target }: FileTarget,
  { definition: { file, content, environment }, service, project, missing }: Given,
): string | undefined {
  if (file !== undefined) return missing.has(file) ? `the file "${file}" is not there, or may not be read` : undefined;
  if (environment !== undefined && !project.environment.has(environment)) {
    return `the variable "${environment}" is not set`;
  }
  const isWritten = content !== undefined || environment !== undefined;
  return isWritten && service.read_only ? `it is written to "${target}", and the service is read_only` : undefined;
}
