import type { Context } from "../../define.ts";
import { type ImageDetails, isIndex } from "../../engine/images.ts";
import { isFor } from "../../engine/platforms.ts";
import type { Version } from "../../engine/system.ts";
import { platformOf } from "./image_facts.ts";

/** Why an image may not be what was wanted: it is for another platform than was asked for, or than the engine is on. */
export function platformWarning(
  image: ImageDetails,
  { wanted, engine }: { wanted: string | undefined; engine: Pick<Version, "Os" | "Arch"> },
): string | undefined {
  // Of several platforms under one name it is not told which one was pulled.
  if (isIndex(image)) return undefined;
  const found = platformOf(image);
  // A variant says less than it seems.
  const plain = { os: image.Os, architecture: image.Architecture };
  if (wanted !== undefined) {
    if (isFor(wanted.split("/").slice(0, 2).join("/"), plain)) return undefined;
    return `This image is for ${found}, not for ${wanted}: under this name there may be no other`;
  }
  const own = { os: engine.Os, architecture: engine.Arch };
  if ([own, ...narrower(own)].some(({ os, architecture }) => isFor(`${os}/${architecture}`, plain))) return undefined;
  return `This image is for ${found}, and the engine on ${engine.Os}/${engine.Arch} runs it only with an emulator: ` +
    "name a platform, or another image";
}

/** The same of an image on the engine, as lines of an answer. */
export async function platformWarnings(
  { engine, signal }: Pick<Context, "engine" | "signal">,
  image: ImageDetails,
  wanted: string | undefined,
): Promise<string[]> {
  const warning = platformWarning(image, { wanted, engine: await engine.system.version({ signal }) });
  return warning === undefined ? [] : [warning];
}

/** What such a machine runs by itself as well. */
function narrower(own: { os: string; architecture: string }) {
  const pairs = [["amd64", "386"], ["arm64", "arm"]] as const;
  return pairs.filter(([wide]) => isFor(wide, own)).map(([, architecture]) => ({ os: own.os, architecture }));
}
