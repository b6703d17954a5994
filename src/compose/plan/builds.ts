import { composeLabels } from "../labels.ts";
import type { BuildSecret } from "../operation.ts";
import { type Build, locate, type Project } from "../project.ts";
import type { FileReference } from "../service.ts";
import { refusedIn } from "../support.ts";
import { add } from "./draft.ts";
import type { Ground } from "./ground.ts";
import type { ServiceImage } from "./images.ts";

/** The variable that tells for what is built and pulled where nothing else does. */
export const defaultPlatform = "DOCKER_DEFAULT_PLATFORM";

export function planBuild(
  ground: Pick<Ground, "draft" | "observed" | "project" | "version">,
  { name, service, image }: ServiceImage,
  cause: string,
): number {
  const { draft, project, version } = ground;
  const build = withArguments(service.build ?? {}, project);
  for (const { path, why, at } of refusedIn(project, ["services", name, "build"])) {
    const message = `Cannot do "${path.slice(3).join(".")}" in the build of the service "${name}": ${why}`;
    draft.obstacles.push({ message, at });
  }
  const secrets = (build.secrets ?? []).flatMap((reference) => secretOf(ground, { name, reference }));
  const labels = {
    ...Object.fromEntries(build.labels ?? []),
    [composeLabels.project]: project.name,
    [composeLabels.service]: name,
    [composeLabels.version]: version,
  };
  const platform = service.platform ?? build.platforms?.[0] ?? project.environment.get(defaultPlatform);
  const action = {
    kind: "build_image",
    image,
    service: name,
    build,
    labels,
    secrets,
    ...(platform ? { platform } : {}),
  } as const;
  return add(draft, action, { resource: { kind: "image", name: image }, cause });
}

/** Where the text of a secret comes from; what cannot be given is told. */
function secretOf(
  { draft, observed, project }: Pick<Ground, "draft" | "observed" | "project">,
  { name, reference: { source = "", target } }: { name: string; reference: FileReference },
): BuildSecret[] {
  const id = target || source;
  const { file, environment = "" } = project.secrets.get(source) ?? {};
  if (file !== undefined && !observed.missingFiles.has(file)) return [{ id, file }];
  const content = file === undefined ? project.environment.get(environment) : undefined;
  if (content !== undefined) return [{ id, content }];
  const why = file !== undefined
    ? `the file "${file}" is not there, or may not be read`
    : environment
    ? `the variable "${environment}" is not set`
    : "it is neither a file nor a variable";
  const message = `Cannot give the secret "${source}" to the build of the service "${name}": ${why}`;
  draft.obstacles.push({ message, at: locate(project, ["secrets", source]) });
  return [];
}

/** An argument without a value takes the project's variable of that name, and is left out where it is not set. */
function withArguments(build: Build, { environment }: Project): Build {
  if (!build.args) return build;
  const given = [...build.args].map((
    [name, value],
  ): [string, string | undefined] => [name, value ?? environment.get(name)]);
  return { ...build, args: new Map(given.flatMap(([name, value]) => value === undefined ? [] : [[name, value]])) };
}
