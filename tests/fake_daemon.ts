import type { EngineEvent } from "../src/engine/system.ts";
import { fakeBuilds } from "./fake_builds.ts";
import { type FakeContainer, fakeContainers } from "./fake_containers.ts";
import { fakeEvents } from "./fake_events.ts";
import { failure, NoSuch, type Seen } from "./fake_http.ts";
import { fakeImages } from "./fake_images.ts";
import { fakeNetworks } from "./fake_networks.ts";
import { fakeSystem } from "./fake_system.ts";
import { fakeVolumes } from "./fake_volumes.ts";

export interface FakeDaemon {
  fetch: typeof fetch;
  /** The same, for a server that gets requests. */
  respond(request: Request): Promise<Response>;
  /** Every request in order, without the version prefix. */
  seen: Seen[];
  /** Answers the next request that matches with `status` and `message` instead. */
  failNext(match: { method: string; path: RegExp }, status: number, message: string): void;
  container(name: string): FakeContainer;
  /** What `GET /events` tells; tests put into it what has happened. */
  events: EngineEvent[];
}

/**
 * One stateful Docker Engine as a `fetch` function: what is created can be listed, started, read and removed. Ids and
 * times are the same in each run. Commands: `echo WORDS` prints and ends, `fail CODE` ends with that code, all else
 * runs until it is stopped.
 */
export function fakeDaemon(): FakeDaemon {
  const seen: Seen[] = [];
  const events: EngineEvent[] = [];
  const failures: { match: { method: string; path: RegExp }; status: number; message: string }[] = [];
  const images = fakeImages((name) => containers.find(name));
  const containers = fakeContainers(images.find, (name) => networks.idOf(name));
  const builds = fakeBuilds((name) => images.find(name) !== undefined);
  const volumes = fakeVolumes(containers);
  const networks = fakeNetworks(containers);
  const routes: Route[] = [
    ...fakeSystem({ containers, images, volumes }),
    ...fakeEvents(events),
    ...builds,
    ...images.routes,
    ...containers.routes,
    ...networks.routes,
    ...volumes.routes,
  ];

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname.replace(/^\/v\d+\.\d+/, ""));
    const query = Object.fromEntries(url.searchParams);
    const isJson = request.headers.get("content-type")?.includes("json") ?? false;
    const bytes = new Uint8Array(await request.arrayBuffer());
    const body = isJson && bytes.length ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
    const ask = { method: request.method, path, query, headers: request.headers, body, bytes };
    seen.push(ask);
    const planned = failures.findIndex(({ match }) => match.method === ask.method && match.path.test(path));
    const [plan] = planned >= 0 ? failures.splice(planned, 1) : [];
    if (plan) return failure(plan.status, plan.message);
    for (const [method, pattern, handle] of routes) {
      const match = pattern.exec(path);
      if (match && method === request.method) return handle(ask, match[1] ?? "");
    }
    return failure(404, `page not found: ${ask.method} ${path}`);
  }

  async function respond(request: Request): Promise<Response> {
    try {
      return await answer(request);
    } catch (error) {
      if (error instanceof NoSuch) return failure(error.status, error.message);
      throw error;
    }
  }

  return {
    seen,
    events,
    respond,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return await respond(request);
    },
    failNext: (match, status, message) => failures.push({ match, status, message }),
    container: containers.find,
  };
}

export type Route = [method: string, path: RegExp, handle: (ask: Seen, name: string) => Response | Promise<Response>];
