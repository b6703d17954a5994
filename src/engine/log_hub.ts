import type { Containers } from "./containers.ts";
import { type EventHub, isNamed } from "./event_hub.ts";
import { type Shared, shared, type Source } from "./shared.ts";
import { unlessAborted, untilAborted } from "./waiting.ts";

/** New lines in the logs of containers, told without the lines; one stream for each container that somebody watches. */
export type LogHub = (container: string) => Shared<void>;

export function logHub(containers: Pick<Containers, "logs">, events: EventHub): LogHub {
  const followed = new Map<string, Shared<void>>();
  return (container) => {
    const known = followed.get(container);
    if (known) return known;
    const made = shared<void>(
      (tell) => follow({ containers, events, container }, tell),
      () => followed.delete(container),
    );
    followed.set(container, made);
    return made;
  };
}

interface Followed {
  containers: Pick<Containers, "logs">;
  events: EventHub;
  /** Its name or id. */
  container: string;
}

/** Milliseconds after which the engine follows the log, though it has not begun to answer: Podman 4 waits for a line. */
const headless = 1000;

/** Follows the log while the container runs, and again when it is started. */
function follow({ containers, events, container }: Followed, tell: () => void): Source {
  const end = new AbortController();
  const { signal } = end;
  const opened = Promise.withResolvers<void>();
  let started = Promise.withResolvers<void>();
  const read = async () => {
    const query = { stdout: true, stderr: true, follow: true, tail: "0" };
    untilAborted(headless, signal).then(opened.resolve);
    const response = await containers.logs(container, query, { signal });
    opened.resolve();
    for await (const _bytes of response.chunks()) tell();
  };
  const run = async () => {
    const leave = await events.listen((event) => {
      if (event === undefined || isStart(event.Action) && isNamed(event, container)) started.resolve();
    });
    try {
      for (;;) {
        started = Promise.withResolvers();
        // Not there, not running, a log that cannot be read, a daemon that went away: the next start may change it.
        await read().catch(() => {});
        opened.resolve();
        await unlessAborted(started.promise, signal);
        tell();
      }
    } finally {
      leave();
    }
  };
  // It ends by being stopped alone.
  run().catch(() => {});
  return { opened: opened.promise, stop: () => end.abort() };
}

function isStart(action: string): boolean {
  return action === "start" || action === "rename";
}
