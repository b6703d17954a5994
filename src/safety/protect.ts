import { EngineError } from "../engine/errors.ts";
import { type EngineRequest, given, type Transport } from "../engine/request.ts";
import { type Change, changeOf, type Named } from "./changes.ts";
import { type Found, look } from "./look.ts";
import { foreign, ownPrune, unlabelled } from "./managed.ts";
import { Refusal } from "./refusal.ts";
import { findSelf, type SelfOptions, spared } from "./self.ts";
import { takenOver } from "./taken_over.ts";

export interface ProtectOptions {
  /** The container this server runs in; nothing outside of one. */
  self?: SelfOptions;
  /** Only what this server made may be changed. */
  managedOnly: boolean;
}

/**
 * The part of the daemon door that must look before it judges: a transport that asks the engine what a change is about,
 * and throws `Refusal` for the container that this server runs in, and for what others made.
 */
export function protect(transport: Transport, options: ProtectOptions): Transport {
  const self = options.self ? findSelf(transport, options.self) : () => Promise.resolve(undefined);

  async function checked(request: EngineRequest): Promise<EngineRequest> {
    const change = changeOf(request);
    if (options.managedOnly && change.kind === "unknown") throw new Refusal(unlabelled(request));
    await Promise.all(subjects(request, change, options).map((subject) => judge(subject, request)));
    return options.managedOnly && change.kind === "prune" ? ownPrune(request, change.of) : request;
  }

  async function judge({ thing, notOwn, onlyManaged }: Subject, { signal }: EngineRequest): Promise<void> {
    const found = await look(transport, thing, given(signal));
    if (notOwn && await isOwn(found)) throw new Refusal(spared(thing));
    if (!onlyManaged) return;
    if (found instanceof EngineError) {
      if (thing.ifThere) return;
      throw found;
    }
    const reason = foreign(thing, found);
    if (reason) throw new Refusal(reason);
  }

  async function isOwn(found: Found | EngineError): Promise<boolean> {
    const own = await self();
    return own !== undefined && !(found instanceof EngineError) && (found.id === own.id || found.id === own.image);
  }

  return {
    send: async (request) => await transport.send(await checked(request)),
    upgrade: async (request) => await transport.upgrade(await checked(request)),
  };
}

/** A thing to look at, and what it must be. */
interface Subject {
  thing: Named;
  notOwn: boolean;
  onlyManaged: boolean;
}

function subjects(request: EngineRequest, change: Change, { self, managedOnly }: ProtectOptions): Subject[] {
  const changed = change.kind === "things" ? change.things : [];
  // The own image may get names, and lose one to its successor.
  const spared = ({ kind }: Named) =>
    kind === "container" || kind === "exec" || kind === "image" && request.method === "DELETE";
  const all = [
    ...changed.map((thing) => ({ thing, notOwn: self !== undefined && spared(thing), onlyManaged: managedOnly })),
    ...takenOver(request).filter(({ kind }) => kind === "container").map(({ kind, name, part }) => ({
      thing: { kind, name },
      notOwn: self !== undefined,
      // Whoever shares the processes of a container can signal them, and write its files through /proc.
      onlyManaged: managedOnly && (part === "processes" || part === "ipc"),
    })),
  ];
  return all.filter(({ notOwn, onlyManaged }) => notOwn || onlyManaged);
}
