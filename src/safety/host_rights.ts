import type { EngineRequest, EngineResponse, Transport } from "../engine/request.ts";
import { guard } from "./guard.ts";
import type { HostRights } from "./policy.ts";
import { Refusal } from "./refusal.ts";
import { readOnly } from "./rules.ts";

/** A transport that holds every request to the rights on its engine; otherwise it throws `Refusal`. */
export function withRights(transport: Transport, { name, rights }: HostRights): Transport {
  switch (rights) {
    case "all":
      return transport;
    case "ro":
      return guard(transport, [readOnly({ reason: `"${name}" is only read`, flag: `(ro) for "${name}"` })]);
    case "no-destroy":
      return keeping(transport, name);
  }
}

/** Removes nothing but containers that it made itself and that never started: a run that fails leaves none behind. */
function keeping(transport: Transport, name: string): Transport {
  const unstarted = new Set<string>();
  const check = (request: EngineRequest) => {
    const removes = request.method === "DELETE" || /\/prune$/.test(request.path);
    if (!removes || unstarted.has(containerOf(request) ?? "")) return;
    const reason = `nothing is removed on "${name}"`;
    const value = `${request.method} ${request.path}`;
    throw new Refusal({ rule: "no-destroy", reason, flag: `(no-destroy) for "${name}"`, field: "request", value });
  };
  // A name may stand for any of them.
  const forget = (id: string | undefined) => id === undefined ? unstarted.clear() : unstarted.delete(id);
  return {
    async send(request) {
      check(request);
      const response = await transport.send(request);
      if (request.path === "/containers/create") unstarted.add(await createdId(response));
      if (/\/(re)?start$/.test(request.path)) forget(containerOf(request));
      return response;
    },
    async upgrade(request) {
      check(request);
      return await transport.upgrade(request);
    },
  };
}

function containerOf({ path }: EngineRequest): string | undefined {
  return /^\/containers\/([0-9a-f]{64})(\/(re)?start)?$/.exec(path)?.[1];
}

async function createdId(response: EngineResponse): Promise<string> {
  return /"Id":\s*"([0-9a-f]{64})"/.exec(await response.text())?.[1] ?? "";
}
