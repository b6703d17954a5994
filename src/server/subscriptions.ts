import { locate } from "./addresses.ts";
import type { ServerParts } from "./server.ts";

/** What one client wants to hear of. */
export interface Subscriptions {
  /**
   * From when it resolves, no change at the address is missed. False where nothing stands there, or where the client has
   * too many subscriptions.
   */
  add(uri: string): Promise<boolean>;
  remove(uri: string): void;
  /** Ends all of them, and takes no more. */
  close(): void;
}

/** As many as one client may have: the log of each container takes a connection to the engine. */
export const most = 100;

/** Milliseconds between two notices of one address. */
const spacing = 1000;

/** Calls `updated` when what stands at an address that was added may read differently. */
export function subscriptionsTo(
  { resources, watch }: Pick<ServerParts, "resources" | "watch">,
  updated: (uri: string) => void,
): Subscriptions {
  const open = new Map<string, { ready: Promise<void>; end(): void }>();
  let closed = false;
  function begin(uri: string) {
    const found = locate(resources, uri);
    if (!found || closed || open.size >= most) return undefined;
    const { resource: { changedBy, log, names }, name } = found;
    const notice = spaced(() => updated(uri));
    const container = names === "container" ? { container: name } : {};
    const watching = watch({ events: changedBy, log: log ?? false, ...container }, notice.give);
    const subscription = {
      ready: watching.then(() => {}),
      end() {
        notice.stop();
        watching.then((leave) => leave(), () => {});
      },
    };
    open.set(uri, subscription);
    return subscription;
  }
  function remove(uri: string): void {
    open.get(uri)?.end();
    open.delete(uri);
  }
  return {
    async add(uri) {
      const subscription = open.get(uri) ?? begin(uri);
      await subscription?.ready;
      return subscription !== undefined;
    },
    remove,
    close() {
      closed = true;
      for (const uri of [...open.keys()]) remove(uri);
    },
  };
}

/** Gives notice at once, then at most once in `spacing`; what comes in between is told at its end, so none is lost. */
function spaced(notify: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const give = () => {
    again = timer !== undefined;
    if (again) return;
    notify();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) give();
    }, spacing);
  };
  return { give, stop: () => clearTimeout(timer) };
}
