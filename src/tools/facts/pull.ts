import type { Context } from "../../define.ts";
import { EngineError } from "../../engine/errors.ts";
import type { TransferMessage } from "../../engine/image_transfers.ts";
import type { ImageDetails } from "../../engine/images.ts";
import { RegistryError } from "../../registry/errors.ts";
import { InputError } from "../input_error.ts";
import { type ImageReference, parseReference, shortName, shortReference, versionOf } from "../../registry/reference.ts";

/** What a transfer came to. */
export interface Transferred {
  /** Lines about the whole, the last one says how it ended. */
  statuses: string[];
  digest?: string;
  /** Layers that went over the network, and those that were there already. */
  moved: number;
  there: number;
}

/** Pulls and reports the bytes of all layers together. */
export async function pullImage(
  context: Context,
  reference: ImageReference,
  platform?: string,
): Promise<Transferred> {
  const image = { name: shortName(reference), tag: versionOf(reference), ...(platform ? { platform } : {}) };
  return await asAccount(context, reference, (options) => {
    const messages = context.engine.images.pull(image, options);
    return follow(context, messages, `Pulling ${shortReference(reference)}`);
  });
}

/** Pushes, and reports as a pull does. */
export async function pushImage(
  context: Context,
  reference: ImageReference,
  platform?: { os: string; architecture: string; variant?: string },
): Promise<Transferred> {
  const image = { name: shortName(reference), tag: versionOf(reference), ...(platform ? { platform } : {}) };
  return await asAccount(context, reference, (options) => {
    const messages = context.engine.images.push(image, options);
    return follow(context, messages, `Pushing ${shortReference(reference)}`);
  });
}

/** Adds to a failure who the engine was told to be, which the engine itself does not say. */
async function asAccount<T>(
  { registry, signal }: Context,
  reference: ImageReference,
  transfer: (options: { signal: AbortSignal; auth?: string }) => Promise<T>,
): Promise<T> {
  const { header, account } = registry.credentials(reference);
  try {
    return await transfer({ signal, ...(header === undefined ? {} : { auth: header }) });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new RegistryError(error.message, { kind: "transfer", registry: reference.registry, account }, error);
  }
}

/** Milliseconds between two notes of progress. */
export const noteEvery = 300;

/** Reads the messages of any transfer to their end and passes on how far it is. */
export async function follow(
  context: Context,
  messages: AsyncIterable<TransferMessage>,
  doing: string,
): Promise<Transferred> {
  const layers = new Map<string, Layer>();
  const statuses: string[] = [];
  let digest: string | undefined;
  let noted = 0;
  let far: Sum = { progress: 0 };
  for await (const message of messages) {
    const status = message.status ?? message.stream?.trim();
    if (status) follows(layers, { ...message, status });
    // Podman gives what it has imported twice, in both places.
    if (status && (!message.id || message.id === status)) statuses.push(status);
    digest = message.aux?.Digest ?? /digest: (sha256:[0-9a-f]{64})/i.exec(status ?? "")?.[1] ?? digest;
    if (Date.now() - noted < noteEvery) continue;
    noted = Date.now();
    far = further(far, sumOf(layers));
    context.progress({ ...far, message: `${doing}: ${status ?? ""}` });
  }
  const ends = [...layers.values()].map(({ end }) => end);
  const counted = (end: Layer["end"]) => ends.filter((other) => other === end).length;
  return { statuses, ...(digest ? { digest } : {}), moved: counted("moved"), there: counted("there") };
}

interface Layer {
  current: number;
  total: number;
  end?: "moved" | "there";
}

// Extracting is left out: it has bytes of its own for a layer that was downloaded.
const moving = new Set(["Downloading", "Pushing", "Importing", "Loading layer"]);
const moved = new Set(["Download complete", "Pull complete", "Pushed"]);
const there = /^(Layer already exists|Already exists|Mounted from .*)$/;

function follows(
  layers: Map<string, Layer>,
  { id = "", status, progressDetail }: TransferMessage & { status: string },
): void {
  const known = layers.get(id) ?? { current: 0, total: 0 };
  const { current, total } = progressDetail ?? {};
  if (moving.has(status) && current !== undefined && total) {
    // What is pushed is a little longer than was told before.
    layers.set(id, { ...known, current: Math.min(current, total), total });
  }
  if (!id) return;
  if (moved.has(status)) layers.set(id, { ...known, current: known.total, end: "moved" });
  if (there.test(status)) layers.set(id, { ...known, end: "there" });
}

interface Sum {
  progress: number;
  total?: number;
}

/** What was told is not taken back, though a layer may begin anew or turn out smaller: a client shows how far it is. */
function further(before: Sum, now: Sum): Sum {
  const total = Math.max(before.total ?? 0, now.total ?? 0);
  return { progress: Math.max(before.progress, now.progress), ...(total > 0 ? { total } : {}) };
}

function sumOf(layers: ReadonlyMap<string, Layer>): Sum {
  const all = [...layers.values()];
  const progress = all.reduce((sum, { current }) => sum + current, 0);
  const total = all.reduce((sum, layer) => sum + layer.total, 0);
  return total > 0 ? { progress, total } : { progress };
}

interface WantedImage {
  image: string;
  pull?: "missing" | "always" | "never";
  platform?: string;
}

/** Pulls where the image is not there, as `docker run` does. */
export async function ensureImage(context: Context, wanted: WantedImage): Promise<void> {
  const { image, pull = "missing", platform } = wanted;
  if (isFixed(wanted) || pull === "missing" && await findImage(context, image)) return;
  await pullImage(context, parseReference(image), platform);
}

/** No registry knows an image by its id. */
function isFixed({ image, pull }: WantedImage): boolean {
  return pull === "never" || /^(sha256:)?[0-9a-f]{64}$/.test(image);
}

/** Makes something of an image, which is pulled also where one of the name is here, but for another platform. */
export async function withImage<T>(context: Context, wanted: WantedImage, make: () => Promise<T>): Promise<T> {
  await ensureImage(context, wanted);
  try {
    return await make();
  } catch (error) {
    if (isFixed(wanted) || wanted.platform === undefined || !isOfOtherPlatform(error)) throw error;
  }
  await ensureImage(context, { ...wanted, pull: "always" });
  try {
    return await make();
  } catch (error) {
    // A registry that has it for one platform alone may give that one.
    if (!isOfOtherPlatform(error)) throw error;
    throw new InputError("platform", `the registry gives the image for another one: ${error.message}`);
  }
}

/** Whether an image fits a platform only the engine knows. Podman says no more than that there is none. */
function isOfOtherPlatform(error: unknown): error is EngineError {
  return error instanceof EngineError && error.status === 404 &&
    /not (match|provide) the specified platform|no such image|image not known/i.test(error.message);
}

/** The image, or nothing where the engine has none of this name. */
export async function findImage({ engine, signal }: Context, name: string): Promise<ImageDetails | undefined> {
  try {
    return await engine.images.inspect(name, { signal });
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}
