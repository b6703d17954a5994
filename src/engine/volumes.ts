import type { Filters } from "./containers.ts";
import { given, json, none, type Options, path, type Transport } from "./request.ts";
import type { StoredVolume } from "./system.ts";

/** A row of `GET /volumes`, and `GET /volumes/{name}`. */
export interface Volume {
  Name: string;
  Driver: string;
  Mountpoint: string;
  CreatedAt?: string;
  /** `local` or `global`. */
  Scope: string;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** The body of `POST /volumes/create`; without a name the Engine makes one up. */
export interface CreateVolumeBody {
  Name?: string;
  Driver?: string;
  DriverOpts?: Record<string, string>;
  Labels?: Record<string, string>;
}

/** Whether a volume has a name that the engine made up: 64 hexadecimal digits, since nobody gave it one. */
export function isGenerated(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Volumes. */
export type Volumes = ReturnType<typeof volumes>;

export function volumes(transport: Transport) {
  return {
    async list({ filters, signal }: Options & { filters?: Filters } = {}) {
      const ask = { method: "GET", path: "/volumes", query: { filters }, ...given(signal) } as const;
      return (await json<{ Volumes?: Volume[] | null }>(transport, ask)).Volumes ?? [];
    },
    inspect(name: string, { signal }: Options = {}) {
      return json<Volume>(transport, { method: "GET", path: path`/volumes/${name}`, ...given(signal) });
    },
    /** Where there is a volume of this name and driver already, it is given back as it is. */
    create(volume: CreateVolumeBody, { signal }: Options = {}) {
      const body = { kind: "json", value: volume } as const;
      return json<Volume>(transport, { method: "POST", path: "/volumes/create", body, ...given(signal) });
    },
    /** With `force` it is no error that there is no such volume. */
    async remove(name: string, { signal, force }: Options & { force?: boolean } = {}) {
      await none(transport, { method: "DELETE", path: path`/volumes/${name}`, query: { force }, ...given(signal) });
    },
    /**
     * Volumes with their size, counted on the disk, which is given up after `timeout` milliseconds. Engines before API
     * 1.42 count images and containers as well.
     */
    async usage({ signal, timeout }: Options & { timeout: number }) {
      const query = { type: "volume" };
      const ask = { method: "GET", path: "/system/df", query, timeout, ...given(signal) } as const;
      return (await json<{ Volumes?: StoredVolume[] | null }>(transport, ask)).Volumes ?? [];
    },
  };
}
