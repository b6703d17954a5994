import { composeLabels } from "../labels.ts";
import type { BuildSecret } from "../operation.ts";
import { type Build, locate, type Project, type Service } from "../project.ts";
import type { FileReference } from "../service.ts";
import { add } from "./draft.ts";
import type { Ground } from "./ground.ts";
import type { ServiceImage } from "./images.ts";

export function planBuild(
  ground: Pick<Ground, "draft" | "observed" | "project" | "version">,
  { name, service, image }: ServiceImage,
  cause: string,
): number {
  const { draft, project, version } = ground;
  const build = withArguments(service.build ?? {}, project);
  const reason = whyNotBuilt(build);
  if (reason !== undefined) {
    const message = `Cannot build the image of the service "${name}": ${reason}`;
    draft.obstacles.push({ message, at: locate(project, ["services", name, "build"]) });
  }
  const secrets = (build.secrets ?? []).flatMap((reference) => secretOf(ground, { name, reference }));
  const labels = {
    ...Object.fromEntries(build.labels ?? []),
    [composeLabels.project]: project.name,
    [composeLabels.service]: name,
    [composeLabels.version]: version,
  };
  const platform = service.platform ?? build.platforms?.[0] ?? project.environment.get("DOCKER_DEFAULT_PLATFORM");
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

/** What the builder would have to ask the docker program for, or what the Engine API has no word for. */
function whyNotBuilt(build: NonNullable<Service["build"]>): string | undefined {
  const asked = {
    ssh: build.ssh?.size,
    additional_contexts: build.additional_contexts?.size,
    cache_to: build.cache_to?.length,
    entitlements: build.entitlements?.length,
    no_cache_filter: build.no_cache_filter?.length,
    provenance: given(build.provenance),
    sbom: given(build.sbom),
    platforms: (build.platforms?.length ?? 0) > 1,
    privileged: build.privileged,
    ulimits: build.ulimits?.size,
    isolation: build.isolation,
  };
  const found = Object.entries(asked).find(([, value]) => value)?.[0];
  return found && `"${found}" cannot be passed on by the Engine API alone; build it with docker, and leave "build" out`;
}

function given(attestation: string | undefined): boolean {
  return attestation !== undefined && attestation !== "false";
}
