import type { ContainerDetails, ContainerSummary, MountPoint } from "../engine/containers.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { ImageDetails } from "../engine/images.ts";
import type { NetworkSummary } from "../engine/networks.ts";
import type { Platform } from "../engine/platforms.ts";
import { given, type Options } from "../engine/request.ts";
import { isOlder, newestApi } from "../engine/version.ts";
import type { Volume } from "../engine/volumes.ts";
import { composeLabels, type Labels } from "./labels.ts";
import type { Host } from "./load/host.ts";
import type { Mount, Project, Service } from "./project.ts";
import { readProfiles } from "./seccomp.ts";

/** What is there: one look at an engine, as far as a project is concerned. It never changes. */
export interface Observed {
  readonly project: string;
  /** The version of the Engine API that is spoken: `1.51`. */
  readonly api: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The project's, orphans and one-off containers included. */
  readonly containers: readonly ObservedContainer[];
  /** All others on the engine: they hold names and ports, and sit on networks. */
  readonly foreign: readonly ForeignContainer[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  /** The images that the project wants, by the names it gives them; those that are not there are not here. */
  readonly images: ReadonlyMap<string, ObservedImage>;
  /** Images that were built for the project's services, by the first name of each. */
  readonly built: readonly { readonly name: string; readonly service: string }[];
  /** Files of configs and secrets that cannot be read. */
  readonly missingFiles: ReadonlySet<string>;
  /** Options of `security_opt` that name a file, as the engine takes them: with what is in it. */
  readonly profiles: ReadonlyMap<string, string>;
  /** By id, what containers that are to be replaced were made with; looked at only to tell what differs. */
  readonly details?: ReadonlyMap<string, ContainerDetails>;
}

export interface ForeignContainer {
  readonly id: string;
  readonly name: string;
  /** `running`, `exited` and so on. */
  readonly state: string;
  readonly labels: Labels;
  /** Ids by name; an id is empty until the container has run. */
  readonly networks: ReadonlyMap<string, string>;
  readonly mounts: readonly MountPoint[];
  readonly ports: readonly PublishedPort[];
}

export interface ObservedContainer extends ForeignContainer {
  readonly service: string;
  readonly number: number;
  readonly oneoff: boolean;
  /** In words: `Up 3 minutes (healthy)`. */
  readonly status: string;
  /** The id of the image it was made of, as the engine says. */
  readonly image: string;
  /** The image's name, as it was given. */
  readonly imageName: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface PublishedPort {
  /** Absent for all addresses. */
  readonly ip?: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: string;
}

export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}

export interface ObservedVolume {
  readonly name: string;
  readonly labels: Labels;
}

export interface ObservedImage {
  readonly id: string;
  /** Where it declares volumes. */
  readonly volumes: readonly string[];
  readonly healthcheck: boolean;
  /** Milliseconds since 1970, when its name was last given to it here. */
  readonly tagged?: number;
  readonly environment: readonly string[];
  /** What it is for; looked at where a service names a platform. */
  readonly platforms: readonly Platform[];
}

export interface ObserveOptions extends Options {
  /** Its files, where there are any: then its images and files are looked at too. */
  project?: Project;
  /** Looks for images that were built for it. */
  built?: boolean;
  host?: Pick<Host, "isFile" | "readText">;
}

/** Looks at all that a project has or needs, with a few requests that are sent at once. */
export async function observe(
  engine: Engine,
  name: string,
  { project, built = false, host, signal }: ObserveOptions = {},
): Promise<Observed> {
  const [{ ApiVersion }, containers, networks, volumes, images, builtImages, missingFiles, profiles] = await Promise
    .all([
      engine.system.version(given(signal)),
      engine.containers.list({ all: true }, given(signal)),
      engine.networks.list(given(signal)),
      engine.volumes.list(given(signal)),
      lookAtImages(engine, project, given(signal)),
      built ? engine.images.list({ filters: { label: [`${composeLabels.project}=${name}`] } }, given(signal)) : [],
      host ? missing(project, host) : new Set<string>(),
      host && project ? readProfiles(project, host) : new Map<string, string>(),
    ]);
  const own = containers.filter(({ Labels }) => isOf(Labels ?? {}, name));
  return {
    project: name,
    api: isOlder(ApiVersion, newestApi) ? ApiVersion : newestApi,
    time: Date.now(),
    containers: own.map(containerOf),
    foreign: containers.filter((row) => !own.includes(row)).map(foreignOf),
    networks: networks.map(networkOf),
    volumes: volumes.map(volumeOf),
    images,
    built: builtImages.flatMap(({ RepoTags, Labels }) =>
      (RepoTags ?? []).slice(0, 1).map((name) => ({ name, service: Labels?.[composeLabels.service] ?? "" }))
    ),
    missingFiles,
    profiles,
  };
}

/** Without a hash it is nothing that Compose made, whatever project it says it is of. */
export function isOf(labels: Labels, project: string): boolean {
  return labels[composeLabels.project] === project && labels[composeLabels.hash] !== undefined;
}

function containerOf(row: ContainerSummary): ObservedContainer {
  const foreign = foreignOf(row);
  return {
    ...foreign,
    service: foreign.labels[composeLabels.service] ?? "",
    number: Number(foreign.labels[composeLabels.number] ?? 0),
    oneoff: foreign.labels[composeLabels.oneoff] === "True",
    status: row.Status,
    image: row.ImageID,
    imageName: row.Image,
    created: row.Created,
  };
}

function foreignOf(row: ContainerSummary): ForeignContainer {
  const networks = Object.entries(row.NetworkSettings?.Networks ?? {});
  return {
    id: row.Id,
    // One name has no second slash; the others are those of links.
    name: (row.Names.find((name) => name.lastIndexOf("/") === 0) ?? row.Names[0] ?? "").slice(1),
    state: row.State,
    labels: row.Labels ?? {},
    // Podman 4 gives the name for the id, which says nothing.
    networks: new Map(networks.map(([name, { NetworkID = "" }]) => [name, NetworkID === name ? "" : NetworkID])),
    mounts: row.Mounts ?? [],
    ports: (row.Ports ?? []).flatMap(({ IP, PrivatePort, PublicPort, Type }): PublishedPort[] =>
      PublicPort === undefined ? [] : [{
        ...(IP === undefined || everywhere.has(IP) ? {} : { ip: IP }),
        published: PublicPort,
        target: PrivatePort,
        protocol: Type,
      }]
    ),
  };
}

const everywhere: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

function networkOf({ Id, Name, Labels }: NetworkSummary): ObservedNetwork {
  return { id: Id, name: Name, labels: Labels ?? {} };
}

function volumeOf({ Name, Labels }: Volume): ObservedVolume {
  return { name: Name, labels: Labels ?? {} };
}

async function lookAtImages(engine: Engine, project: Project | undefined, options: Options) {
  const wanted = project ? imagesOf(project) : [];
  const chosen = new Set(wanted.flatMap(({ image, platform }) => platform === undefined ? [] : [image]));
  const names = [...new Set(wanted.map(({ image }) => image))];
  const found = await Promise.all(names.map(async (name) => {
    const look = { ...options, platforms: chosen.has(name) };
    return { name, image: await imageIn(engine, name, look) };
  }));
  return new Map(found.flatMap(({ name, image }): [string, ObservedImage][] => image ? [[name, image]] : []));
}

/** The images that a project wants, and what wants them: its services are made of them, or mount them. */
export function imagesOf(project: Project): { image: string; platform?: string | undefined; path: string[] }[] {
  const services = [...project.services];
  return [
    ...services.map(([name, service]) => ({
      image: imageName(project.name, { name, service }),
      platform: service.platform,
      path: ["services", name],
    })),
    ...services.flatMap(([name, service]) =>
      mountsOfImages(service).map((mount) => ({
        image: mountedImage(project, mount),
        path: ["services", name, "volumes"],
      }))
    ),
  ];
}

/** Mounts that show what is in an image. */
export function mountsOfImages({ volumes = [] }: Service): Mount[] {
  return volumes.filter(({ type }) => type === "image");
}

/** The source of such a mount is an image's name, or a service whose image is meant. */
export function mountedImage({ name, services }: Project, { source = "" }: Mount): string {
  const service = services.get(source);
  return service ? imageName(name, { name: source, service }) : source;
}

/** The name of a service's image: its own, or the one that a build is given. */
export function imageName(project: string, { name, service }: { name: string; service: Service }): string {
  return service.image ?? `${project}-${name}`;
}

/** The image of this name, or nothing where there is none. */
export async function imageIn(
  engine: Engine,
  name: string,
  { platforms = false, ...options }: Options & { platforms?: boolean },
): Promise<ObservedImage | undefined> {
  try {
    const details = await engine.images.inspect(name, options);
    return { ...imageOf(details), platforms: platforms ? await engine.images.platforms(details, options) : [] };
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

function imageOf({ Id, Config, Metadata }: ImageDetails): Omit<ObservedImage, "platforms"> {
  const test = Config?.Healthcheck?.Test;
  return {
    id: Id,
    volumes: Object.keys(Config?.Volumes ?? {}),
    healthcheck: test !== undefined && test.length > 0 && test[0] !== "NONE",
    ...(Metadata?.LastTagTime ? { tagged: Date.parse(Metadata.LastTagTime) } : {}),
    environment: Config?.Env ?? [],
  };
}

async function missing(project: Project | undefined, { isFile }: Pick<Host, "isFile">) {
  const named = project ? [...project.configs.values(), ...project.secrets.values()] : [];
  const files = [...new Set(named.flatMap(({ file }) => file === undefined ? [] : [file]))];
  const there = await Promise.all(files.map(isFile));
  return new Set(files.filter((_, i) => !there[i]));
}
