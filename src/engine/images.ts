import type { Platform } from "./platforms.ts";
import type { ContainerConfig } from "./container_types.ts";
import type { Filters } from "./containers.ts";
import { imageTransfers } from "./image_transfers.ts";
import { given, json, none, type Options, path, type Transport } from "./request.ts";

/** A row of `GET /images/json`. */
export interface ImageSummary {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  /** Seconds since 1970. */
  Created: number;
  /** Bytes. */
  Size: number;
  Labels?: Record<string, string> | null;
  /** Containers that use it; -1 where the Engine did not count. */
  Containers: number;
}

/** `GET /images/{name}/json`, as far as it is used. */
export interface ImageDetails {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Created?: string;
  Size: number;
  Os: string;
  Architecture: string;
  Variant?: string;
  Author?: string;
  Comment?: string;
  Config?: ImageConfig | null;
  RootFS?: { Layers?: string[] | null };
  Metadata?: { LastTagTime?: string };
  /** What the name stands for, where the engine keeps images as registries do: one image, or an index of several. */
  Descriptor?: { mediaType?: string };
  /** What an index stands for; told when asked for, from API 1.48. */
  Manifests?: readonly { Available: boolean; ImageData?: { Platform: Platform } }[];
}

/** Whether its name stands for images of several platforms, of which not all need to be there. */
export function isIndex({ Descriptor }: ImageDetails): boolean {
  return /index|manifest\.list/.test(Descriptor?.mediaType ?? "");
}

/** What an image says it is for. */
export function ownPlatform({ Os, Architecture, Variant }: ImageDetails): Platform {
  return { os: Os, architecture: Architecture, ...(Variant ? { variant: Variant } : {}) };
}

/** What containers get of an image. */
export type ImageConfig =
  & {
    [Key in "Cmd" | "Entrypoint" | "Env" | "Labels" | "ExposedPorts" | "Healthcheck"]?: ContainerConfig[Key] | null;
  }
  & { Volumes?: Record<string, unknown> | null; User?: string; WorkingDir?: string; StopSignal?: string };

/** A row of `GET /images/{name}/history`, the newest first. */
export interface HistoryRow {
  /** `<missing>` for a layer that has no image of its own. */
  Id: string;
  /** Seconds since 1970. */
  Created: number;
  CreatedBy: string;
  Comment: string;
  /** Bytes. */
  Size: number;
  Tags?: string[] | null;
}

/** What a removal did, one thing to a row. */
export type Removed = { Untagged: string } | { Deleted: string };

export interface CommitQuery {
  container: string;
  repo?: string;
  tag?: string;
  author?: string;
  comment?: string;
  /** Whether the container stands still meanwhile. */
  pause?: boolean;
  /** Instructions of a Dockerfile: `CMD ["sh"]`. */
  changes: readonly string[];
}

/** Images. */
export type Images = ReturnType<typeof images>;

export function images(transport: Transport) {
  return { ...reading(transport), ...changing(transport), ...imageTransfers(transport) };
}

function reading(transport: Transport) {
  function inspect(name: string, { signal, manifests }: Options & { manifests?: boolean } = {}) {
    const ask = { method: "GET", path: path`/images/${name}/json`, query: { manifests }, ...given(signal) } as const;
    return json<ImageDetails>(transport, ask);
  }
  return {
    list(query: { all?: boolean; filters?: Filters }, { signal }: Options = {}) {
      return json<ImageSummary[]>(transport, { method: "GET", path: "/images/json", query, ...given(signal) });
    },
    inspect,
    /** What there is of it: of one platform, or of several, where the engine keeps images as registries do. */
    async platforms(details: ImageDetails, { signal }: Options = {}): Promise<Platform[]> {
      const { Manifests } = isIndex(details) ? await inspect(details.Id, { manifests: true, ...given(signal) }) : {};
      const kept = (Manifests ?? []).flatMap(({ Available, ImageData }) =>
        Available && ImageData ? [ImageData.Platform] : []
      );
      return kept.length > 0 ? kept : [ownPlatform(details)];
    },
    history(name: string, { signal }: Options = {}) {
      return json<HistoryRow[]>(transport, { method: "GET", path: path`/images/${name}/history`, ...given(signal) });
    },
  };
}

function changing(transport: Transport) {
  return {
    async tag(name: string, target: { repo: string; tag: string }, { signal }: Options = {}) {
      await none(transport, { method: "POST", path: path`/images/${name}/tag`, query: target, ...given(signal) });
    },
    remove(name: string, { signal, force, noPrune }: Options & { force?: boolean; noPrune?: boolean } = {}) {
      const query = { force, noprune: noPrune };
      return json<Removed[]>(transport, { method: "DELETE", path: path`/images/${name}`, query, ...given(signal) });
    },
    prune({ filters, signal }: Options & { filters?: Filters } = {}) {
      const ask = { method: "POST", path: "/images/prune", query: { filters }, timeout: 0, ...given(signal) } as const;
      return json<{ ImagesDeleted?: Removed[] | null; SpaceReclaimed: number }>(transport, ask);
    },
    commit({ changes, ...query }: CommitQuery, { signal }: Options = {}) {
      const ask = { query: { ...query, changes: new Set(changes) }, timeout: 0, ...given(signal) };
      // Podman 4 does not take an empty body.
      const body = { kind: "json", value: {} } as const;
      return json<{ Id: string }>(transport, { method: "POST", path: "/commit", body, ...ask });
    },
  };
}
