import { locate, type Located } from "./addresses.ts";
import type { ServerParts, Watched } from "./server.ts";

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
  { watch, ...parts }: Pick<ServerParts, "resources" | "hosts" | "watch">,
  updated: (uri: string) => void,
): Subscriptions {
  const open = new Map<string, { ready: Promise<void>; end(): void }>();
  let closed = false;
  function begin(uri: string) {
    const found = locate(parts, uri);
    if (!found || closed || open.size >= most) return undefined;
    const notice = spaced(() => updated(uri));
    const watching = watch(watchedAt(found), notice.give);
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

function watchedAt({ resource: { changedBy, log, names }, name, host }: Located): Watched {
  return {
    events: changedBy,
    log: log ?? false,
    ...(names === "container" ? { container: name } : {}),
    ...(host === undefined ? {} : { host }),
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
