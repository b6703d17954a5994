import type { Context } from "../../../define.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";

/** How many files a container has changed, added or deleted outside of its volumes. */
export async function lostFiles({ engine, signal }: Context, { Id, Mounts = [] }: ContainerDetails): Promise<number> {
  const changes = await engine.containers.changes(Id, { signal });
  // A folder counts as changed when something in it did, and a place to mount on is made by the engine.
  const above = new Set(
    [...changes.map(({ Path }) => Path), ...Mounts.map(({ Destination }) => Destination)].flatMap(foldersOf),
  );
  const mounted = new Set(Mounts.map(({ Destination }) => Destination));
  return changes.filter(({ Path }) => !above.has(Path) && !mounted.has(Path)).length;
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

/** The containers that live in the network of this one, and lose it with its end. */
export async function sharersOf({ engine, signal }: Context, { Id }: ContainerDetails): Promise<string[]> {
  const all = await engine.containers.list({ all: true }, { signal });
  return all.filter(({ HostConfig }) => HostConfig?.NetworkMode === `container:${Id}`)
    .map(({ Names }) => Names[0]?.slice(1) ?? "");
}
