import * as z from "zod";
import type { Config, EngineConfig } from "./config/config.ts";
import { type Engine, engine as engineOn } from "./engine/engine.ts";
import type { Transport } from "./engine/request.ts";
import { connect, type EngineTransport } from "./engine/transport.ts";
import type { Decide, Judged } from "./safety/policy.ts";
import { Refusal } from "./safety/refusal.ts";
import { rehearsing } from "./safety/rehearsal.ts";
import type { Risk } from "./safety/risk.ts";
import { type Safety, safety, type SafetyOptions } from "./safety/safety.ts";
import { type Snapshots, snapshots } from "./snapshots/snapshots.ts";

/** One engine with what belongs to it alone. */
export interface Joined {
  /** Absent where it is the only one and has none. */
  name?: string;
  /** To the daemon itself, past all rules. */
  transport: EngineTransport;
  /** Behind the daemon door, with the rights of this engine. */
  engine: Engine;
  /** Why the daemon door would not let this be asked; nothing is sent. */
  refusal(ask: (engine: Engine) => Promise<unknown>): Promise<Error | undefined>;
  /** What was kept of its containers. */
  snapshots: Snapshots;
  /** The same for a call that is only tried: it reads, its changes are judged and go no further. */
  rehearsal: Pick<Joined, "engine" | "snapshots">;
}

/** What is called, as far as it says where. */
type Called = Pick<Judged, "name" | "risk">;

/** All engines that the operator named; each connects when it is first used. */
export interface Engines extends Pick<Safety, "decide" | "hide"> {
  all: readonly Joined[];
  /** The engine of this name; the first one for no name. */
  named(name: string | undefined): Joined;
  /** Takes off the arguments which engine they are for. Throws a ZodError where that is not told and must be. */
  choose(args: Record<string, unknown>, tool: Called): { engine: Joined; args: Record<string, unknown> };
  close(): void;
}

export interface EnginesOptions {
  /** Of this server. */
  version: string;
  /** Takes the place of the network. */
  fetch?: typeof fetch;
}

/** Joins each engine with its transport and its rights. */
export function joinEngines({ engine, engines, safety: permitted, state }: Config, options: EnginesOptions): Engines {
  const sockets = engines.flatMap(({ host }) => /^unix:\/\/(\/.+)$/.exec(host)?.[1] ?? []);
  const base = { ...permitted, sockets, version: options.version };
  const everywhere = safety(base);
  const rules = new Map(engines.map((each) => [each.name, safety({ ...base, ...rightsOf(each) })]));
  const joined = (each: EngineConfig) => join(each, rules.get(each.name) ?? everywhere, { ...options, ...state });
  const first = joined(engine);
  const all = [first, ...engines.slice(1).map(joined)];
  const byName = new Map(all.map((each) => [each.name, each]));
  const decide: Decide = (caller, judged) => (rules.get(judged.host) ?? everywhere).decide(caller, judged);
  const named = (name: string | undefined) => byName.get(name) ?? first;
  const names = engines.flatMap(({ name }) => name ?? []);
  return {
    all,
    named,
    decide,
    hide: everywhere.hide,
    choose(args, { name, risk }) {
      if (all.length === 1) return { engine: first, args };
      const { host, ...rest } = args;
      const may = names.filter((host) => decide({ name: "" }, { name, risk, host }).kind !== "deny");
      // One that may not is refused with the reason; for one that there is not, only those are told that may.
      const known = names.some((name) => name === host) || may.length === 0 ? names : may;
      return { engine: named(hostField(known, risk).parse({ host }).host), args: rest };
    },
    close: () => all.forEach(({ transport }) => transport.close()),
  };
}

/** A read may leave the host out; a change must never reach an engine by default. */
function hostField(names: readonly string[], risk: Risk) {
  const host = z.enum(names);
  return z.object({ host: risk === "read" ? host.optional() : host });
}

function rightsOf({ name, rights }: EngineConfig): Pick<SafetyOptions, "host"> {
  return name === undefined ? {} : { host: { name, rights } };
}

function join(
  { name, host, tls, timeout, apiVersion }: EngineConfig,
  rules: Safety,
  { fetch, folder }: EnginesOptions & Config["state"],
): Joined {
  const transport = connect({ host, timeout, apiVersion, ...(tls ? { tls } : {}), ...(fetch ? { fetch } : {}) });
  const judged = engineOn(rules.guard(silent));
  const kept = snapshots({ folder, engine: host });
  return {
    ...(name === undefined ? {} : { name }),
    transport,
    engine: engineOn(rules.guard(transport)),
    refusal: (ask) => ask(judged).then(() => undefined, judgement),
    snapshots: kept,
    rehearsal: {
      engine: engineOn(rules.guard(rehearsing(transport))),
      snapshots: { ...kept, keep: () => Promise.resolve() },
    },
  };
}

/** Lets nothing out. */
const silent: Transport = {
  send: () => Promise.reject(new Error("Not sent: the rules alone were asked")),
  upgrade: () => Promise.reject(new Error("Not sent: the rules alone were asked")),
};

/** That a server only reads says nothing about the container. */
function judgement(thrown: unknown): Error | undefined {
  return thrown instanceof Refusal && thrown.rule !== "read-only" ? thrown : undefined;
}
