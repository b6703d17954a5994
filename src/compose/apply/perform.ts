import { EngineError } from "../../engine/errors.ts";
import { packFiles } from "../../engine/tar.ts";
import { isOlder } from "../../engine/version.ts";
import { imageIn } from "../observe.ts";
import type { InjectedFile, Operation } from "../operation.ts";
import { containerBody } from "../plan/translate/container.ts";
import type { ContainerSpec } from "../plan/translate/spec.ts";
import { runHook } from "./hook.ts";
import { buildImage, pullImage } from "./image.ts";
import { idOf, type Run } from "./run.ts";
import { WaitError, waitFor } from "./wait.ts";

/** Sends what an operation says, and keeps what came of it. */
export async function perform(run: Run, operation: Operation): Promise<void> {
  const { engine, signal } = run;
  const { containers, networks, volumes } = engine;
  switch (operation.kind) {
    case "create_network":
      return await createNetwork(run, operation);
    case "remove_network":
      return await tolerant(run, operation, networks.remove(operation.network));
    case "connect_network": {
      const { network, slot, endpoint } = operation;
      return await networks.connect(network, { container: idOf(run, { slot }), endpoint });
    }
    case "disconnect_network": {
      const container = idOf(run, operation.container);
      return await tolerant(run, operation, networks.disconnect(operation.network, { container, force: true }));
    }
    case "create_volume":
      return void await volumes.create(operation.body);
    case "remove_volume":
      return await tolerant(run, operation, volumes.remove(operation.name));
    case "rename_container":
      return await containers.rename(idOf(run, { slot: operation.slot }), operation.name);
    case "start_container":
      return await start(run, operation);
    case "stop_container":
      return await ended(containers.stop(idOf(run, operation.container), { ...patience(operation), signal }));
    case "remove_container":
      return await ended(containers.remove(idOf(run, operation.container), operation));
    default:
      return await performOther(run, operation);
  }
}

type Other = Exclude<
  Operation,
  { kind: "create_network" | "remove_network" | "connect_network" | "disconnect_network" }
>;

async function performOther(run: Run, operation: Other): Promise<void> {
  const { engine, signal } = run;
  switch (operation.kind) {
    case "pull_image":
      await pullImage(run, operation);
      return await look(run, operation.image);
    case "build_image":
      await buildImage(run, operation);
      return await look(run, operation.image);
    case "remove_image":
      return await tolerant(run, operation, engine.images.remove(operation.image));
    case "create_container":
      return await create(run, operation);
    case "copy_files":
      return await copy(run, operation);
    case "unpause_container":
      return await engine.containers.unpause(idOf(run, operation.container));
    case "restart_container":
      return await engine.containers.restart(idOf(run, operation.container), { ...patience(operation), signal });
    case "run_hook":
      return await runHook(run, operation, idOf(run, operation.container));
    case "wait":
      return await wait(run, operation);
  }
}

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

function patience({ timeout }: { timeout?: number }) {
  return timeout === undefined ? {} : { timeout };
}

/** Older engines check for a network of the same name, but not for one that is made at the same moment. */
async function createNetwork({ engine, api }: Run, { body }: Of<"create_network">): Promise<void> {
  const { networks } = engine;
  const { Id } = await networks.create(body);
  if (!isOlder(api, "1.44")) return;
  const same = (await networks.list()).filter(({ Name }) => Name === body.Name);
  if (same.length < 2) return;
  await networks.remove(Id);
  throw new Error(`a network with the name "${body.Name}" already exists, which another program made at the same time`);
}

/** The image as it is from now on. */
async function look({ engine, images, signal }: Run, name: string): Promise<void> {
  const image = await imageIn(engine, name, { signal });
  if (image) images.set(name, image);
}

async function create(run: Run, { slot, name, spec }: Of<"create_container">): Promise<void> {
  const { api, profiles } = run;
  const body = containerBody(spec, { api, profiles, image: run.images.get(spec.image), parents: parentIds(run, spec) });
  const platform = spec.definition.platform;
  const { Id } = await run.engine.containers.create(body, { name, ...(platform === undefined ? {} : { platform }) });
  run.slots.set(slot, Id);
}

function parentIds(run: Run, { parents }: ContainerSpec): ReadonlyMap<string, string> {
  return new Map([...parents].map(([service, slot]) => [service, idOf(run, { slot })]));
}

async function copy(run: Run, { slot, files }: Of<"copy_files">): Promise<void> {
  const archive = await packFiles(files.map(entryOf));
  await run.engine.containers.writeArchive(idOf(run, { slot }), "/", archive);
}

function entryOf({ path, content, ...rest }: InjectedFile) {
  return { name: path.replace(/^\/+/, ""), content: new TextEncoder().encode(content), ...rest };
}

/** Of two containers that publish on ports of the engine's choice, one may get the other's: they start one by one. */
async function start(run: Run, { container, serial }: Of<"start_container">): Promise<void> {
  const work = () => run.engine.containers.start(idOf(run, container));
  if (serial) await run.lock("start", work, run.signal);
  else await work();
}

async function wait(run: Run, operation: Of<"wait">): Promise<void> {
  const { containers, condition, required, timeout } = operation;
  const waits = containers.map((ref) => {
    const id = idOf(run, ref);
    const name = "name" in ref ? ref.name : run.names.get(ref.slot) ?? ref.slot;
    return waitFor(run.engine, { id, name }, { condition, timeout, signal: run.signal });
  });
  try {
    await Promise.all(waits);
  } catch (error) {
    if (required || !(error instanceof WaitError)) throw error;
    run.warn(`${error.message}; what waited for it goes on without it`);
  } finally {
    await Promise.allSettled(waits);
  }
}

/** What is gone already need not be stopped or removed. */
async function ended(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const isGone = error instanceof EngineError && error.status === 404;
    const isGoing = error instanceof EngineError && error.status === 409 &&
      error.message.includes("already in progress");
    if (!isGone && !isGoing) throw error;
  }
}

/** What the engine refuses to let go of is told, where the plan says that it may stay. */
async function tolerant(run: Run, operation: Operation, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
    if (error.status === 404) return;
    const mayStay = operation.kind === "remove_image" || "optional" in operation;
    if (!mayStay) throw error;
    const { resource } = operation;
    run.warn(`The ${resource.kind} "${"name" in resource ? resource.name : ""}" stays: ${error.message}`);
  }
}
