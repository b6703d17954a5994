import type { ContainerDetails } from "../engine/containers.ts";
import type { ImageConfig } from "../engine/images.ts";
import { fileStore } from "./file_store.ts";

/** A container as it was in front of a change that loses something. It holds secrets: no answer may carry it whole. */
export interface Snapshot {
  name: string;
  /** When, in ISO 8601. */
  taken: string;
  /** The change in front of which it was taken. */
  why: "remove" | "prune" | "update" | "recreate";
  container: ContainerDetails;
  /** What the container had of its image; nothing where the image was gone. */
  imageConfig?: ImageConfig;
}

/** Where snapshots are kept: the last fifty. */
export interface Snapshots {
  keep(snapshot: Snapshot): Promise<void>;
  /** The newest first. */
  list(): Promise<Snapshot[]>;
}

/** How many are kept; an older one goes with each new one. */
const most = 50;

/** The snapshots of one engine: in a folder, where they outlive the server, or else in its memory. */
export function snapshots({ folder, engine }: { folder?: string | undefined; engine: string }): Snapshots {
  return folder === undefined ? memoryStore() : fileStore(`${folder}/snapshots/${encodeURIComponent(engine)}`, most);
}

function memoryStore(): Snapshots {
  let kept: Snapshot[] = [];
  return {
    keep(snapshot) {
      kept = [snapshot, ...kept].slice(0, most);
      return Promise.resolve();
    },
    list: () => Promise.resolve(kept),
  };
}
