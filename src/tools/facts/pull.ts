import type { Context } from "../../define.ts";
import type { PullMessage } from "../../engine/images.ts";
import { EngineError } from "../../engine/errors.ts";

/** An image reference in its parts; a digest takes the place of the tag, as the Engine wants it. */
export interface ImageReference {
  name: string;
  tag: string;
}

/** `registry:5000/team/app:1.2` becomes name and tag; no tag means `latest`, as in `docker pull`. */
export function parseReference(image: string): ImageReference {
  const [named = "", digest] = image.split("@");
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  return { name: tagged ? named.slice(0, colon) : named, tag: digest ?? (tagged ? named.slice(colon + 1) : "latest") };
}

/** Milliseconds between two notes of progress. */
const noteEvery = 300;

/** Pulls and reports the bytes of all layers together. Gives the last status lines, which name the digest. */
export async function pullImage(context: Context, image: string, platform?: string): Promise<string[]> {
  const reference = { ...parseReference(image), ...(platform === undefined ? {} : { platform }) };
  const layers = new Map<string, { current: number; total: number }>();
  const statuses: string[] = [];
  let noted = 0;
  for await (const message of context.engine.images.pull(reference, { signal: context.signal })) {
    follow(layers, message);
    if (message.status && !message.id) statuses.push(message.status);
    if (Date.now() - noted < noteEvery) continue;
    noted = Date.now();
    context.progress({ ...sumOf(layers), message: `Pulling ${image}: ${message.status ?? ""}` });
  }
  return statuses;
}

/** Only downloads count: extracting has bytes of its own for the same layer. */
function follow(layers: Map<string, { current: number; total: number }>, { id, status, progressDetail }: PullMessage) {
  if (!id || !status) return;
  const known = layers.get(id);
  const { current, total } = progressDetail ?? {};
  if (status === "Downloading" && current !== undefined && total !== undefined) layers.set(id, { current, total });
  if (status === "Download complete" && known) layers.set(id, { ...known, current: known.total });
}

function sumOf(layers: Map<string, { current: number; total: number }>): { progress: number; total?: number } {
  const all = [...layers.values()];
  const progress = all.reduce((sum, { current }) => sum + current, 0);
  const total = all.reduce((sum, layer) => sum + layer.total, 0);
  return total > 0 ? { progress, total } : { progress };
}

/** Pulls where the image is not there, as `docker run` does. */
export async function ensureImage(
  context: Context,
  { image, pull = "missing", platform }: { image: string; pull?: "missing" | "always" | "never"; platform?: string },
): Promise<void> {
  if (pull === "never") return;
  if (pull === "missing" && await isThere(context, image)) return;
  await pullImage(context, image, platform);
}

async function isThere({ engine, signal }: Context, image: string): Promise<boolean> {
  try {
    await engine.images.inspect(image, { signal });
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}
