import { unlessAborted } from "../../engine/waiting.ts";

/** Lets one piece of work at a time go on for each name; the others wait for their turn. */
export type Lock = <T>(name: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export function lockByName(): Lock {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work, signal) => {
    const before = last.get(name);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const turn = (before ?? Promise.resolve()).then(() => over);
    last.set(name, turn);
    try {
      if (before) await unlessAborted(before, signal);
      return await work();
    } finally {
      end();
      if (last.get(name) === turn) last.delete(name);
    }
  };
}
