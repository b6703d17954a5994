import { EngineError } from "../engine/errors.ts";
import type { Snapshot, Snapshots } from "./snapshots.ts";

/** A file for each snapshot, named by its time, so that several servers may share the folder. Only their user reads them. */
export function fileStore(folder: string, most: number): Snapshots {
  return {
    async keep(snapshot) {
      const name = `${snapshot.taken.replaceAll(":", "-")}_${crypto.randomUUID().slice(0, 8)}`;
      try {
        await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
        await Deno.writeTextFile(`${folder}/${name}.part`, JSON.stringify(snapshot), { mode: 0o600, createNew: true });
        // Whole or not at all: no reader sees half a file.
        await Deno.rename(`${folder}/${name}.part`, `${folder}/${name}.json`);
      } catch (cause) {
        throw cannotKeep(folder, cause);
      }
      for (const old of (await namesIn(folder)).slice(most)) await removeIfThere(`${folder}/${old}`);
    },
    async list() {
      const names = (await namesIn(folder)).slice(0, most);
      const read = await Promise.all(names.map((name) => readSnapshot(`${folder}/${name}`)));
      return read.flatMap((snapshot) => snapshot ?? []);
    },
  };
}

function cannotKeep(folder: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot keep the container's configuration in "${folder}", so that nothing was changed: ${why}`;
  return new EngineError(message, { fault: { kind: "context" }, request: "a snapshot", cause });
}

/** The newest first. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort().reverse();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Nothing where another server has removed it meanwhile, or where it is damaged. */
async function readSnapshot(file: string): Promise<Snapshot | undefined> {
  try {
    const read: Partial<Snapshot> = JSON.parse(await Deno.readTextFile(file));
    const { name, taken, why, container } = read;
    return name && taken && why && container ? { ...read, name, taken, why, container } : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function removeIfThere(file: string): Promise<void> {
  await Deno.remove(file).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
