import type { Context } from "../../define.ts";
import {
  type HistoryRow,
  type ImageDetails,
  type ImageSummary,
  ownPlatform,
  type Removed,
} from "../../engine/images.ts";
import { platformText } from "../../engine/platforms.ts";
import { isOlder } from "../../engine/version.ts";
import { listed, shortId } from "../format.ts";
import { filled } from "./container_facts.ts";
import { plainText } from "./text.ts";

/** What a reader needs of an inspected image; whatever is empty is left out. */
export function summarizeImage(details: ImageDetails, usedBy: readonly string[]): Record<string, unknown> {
  const { Config } = details;
  return filled({
    id: shortId(details.Id),
    tags: tagsOf(details.RepoTags),
    digests: details.RepoDigests ?? [],
    created: createdOf(details.Created),
    bytes: details.Size,
    platform: platformOf(details),
    layers: details.RootFS?.Layers?.length,
    author: plain(details.Author),
    comment: plain(details.Comment),
    entrypoint: plain(Config?.Entrypoint),
    command: plain(Config?.Cmd),
    environment: plain(Config?.Env),
    user: plain(Config?.User),
    workdir: plain(Config?.WorkingDir),
    ports: plain(Object.keys(Config?.ExposedPorts ?? {})),
    volumes: plain(Object.keys(Config?.Volumes ?? {})),
    health_check: plain(healthOf(Config?.Healthcheck?.Test)),
    stop_signal: plain(Config?.StopSignal),
    labels: plain(Config?.Labels),
    used_by: usedBy,
  });
}

/** The tags that are tags: engines that keep images in containerd tell a digest among them. */
export function tagsOf(tags: readonly string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== "<none>:<none>" && !tag.includes("@"));
}

/** All its tags, in one order whatever the engine's is; without any, the first digits of its id. */
export function imageName({ Id, RepoTags }: Pick<ImageSummary, "Id" | "RepoTags">): string {
  return tagsOf(RepoTags).toSorted().join(", ") || shortId(Id);
}

/**
 * What a prune of tagged images does to those in use: Docker takes off each tag that is not their last one, or in
 * containerd not the one that a container was made from. Podman leaves them alone.
 */
export async function tagsLostText(
  { engine, signal }: Context,
  inUse: readonly Pick<ImageSummary, "RepoTags">[],
): Promise<string> {
  const tags = inUse.map(({ RepoTags }) => tagsOf(RepoTags)).filter(({ length }) => length > 1).flat();
  if (tags.length === 0 || await engine.builds.builder({ signal }) === "podman") return "";
  return ` Images in use may lose all tags but one: ${listed(tags.toSorted())}.`;
}

/** `linux/arm64/v8` */
export function platformOf(details: ImageDetails): string {
  return platformText(ownPlatform(details));
}

/** Images made without a time have Go's zero. */
function createdOf(created: string | undefined): string | undefined {
  return created?.startsWith("0001-") ? undefined : created;
}

/** `CMD-SHELL` is followed by a line, `CMD` by words, `NONE` by nothing. */
function healthOf([kind, ...words]: readonly string[] = []): string | undefined {
  return kind === undefined || kind === "NONE" ? undefined : words.join(" ");
}

/** An image is made by strangers: what it says of itself is text for a reader, never for a screen. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [plainText(key), plain(child)]));
}

/** The names of all containers by the id of the image they were made from. */
export async function usersOfImages({ engine, signal }: Context): Promise<Map<string, string[]>> {
  const users = new Map<string, string[]>();
  for (const { ImageID, Names, Id } of await engine.containers.list({ all: true }, { signal })) {
    users.set(ImageID, [...users.get(ImageID) ?? [], Names[0]?.slice(1) ?? shortId(Id)]);
  }
  return users;
}

/**
 * Which images a prune counts as older than `until`. An engine that keeps them in containerd goes by when they came, and
 * tells that in no other way than by its list, whose filter API 1.43 has.
 */
export async function olderThan(
  { engine, signal }: Context,
  until: string | undefined,
): Promise<(image: Pick<ImageSummary, "Id" | "Created">) => boolean> {
  if (until === undefined) return () => true;
  const { ApiVersion } = await engine.system.version({ signal });
  if (isOlder(ApiVersion, "1.43")) return ({ Created }) => Created < Number(until);
  const old = await engine.images.list({ all: true, filters: { until: [until] } }, { signal });
  const ids = new Set(old.map(({ Id }) => Id));
  return ({ Id }) => ids.has(Id);
}

/** Characters of a command that a list shows. */
const commandLimit = 120;

/** How a layer was made, as a Dockerfile would say it: `RUN apk add curl`. */
export function commandOf({ CreatedBy }: HistoryRow, full: boolean): string {
  const text = plainText(CreatedBy).replace(/\s*# buildkit$/, "");
  const nop = /^\/bin\/sh -c #\(nop\)\s+(.*)$/s.exec(text)?.[1];
  const run = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c (.*)$/s.exec(text)?.[1];
  const command = nop ?? (run === undefined ? text : `RUN ${run}`);
  if (full) return command;
  const line = command.replace(/\s+/g, " ").trim();
  return line.length > commandLimit ? `${line.slice(0, commandLimit).toWellFormed()}...` : line;
}

/** What the Engine took off and what it deleted. */
export function removedOf(rows: readonly Removed[] | null | undefined): { untagged: string[]; deleted: string[] } {
  const all = rows ?? [];
  return {
    untagged: all.flatMap((row) => "Untagged" in row ? row.Untagged : []),
    deleted: all.flatMap((row) => "Deleted" in row ? shortId(row.Deleted) : []),
  };
}
