import type { ImageDetails } from "../../engine/images.ts";
import type { Version } from "../../engine/system.ts";
import { platformOf } from "./image_facts.ts";

/** Why an image may not be what was wanted: it is for another platform than was asked for, or than the engine is on. */
export function platformWarning(
  image: ImageDetails,
  { wanted, engine }: { wanted: string | undefined; engine: Pick<Version, "Os" | "Arch"> },
): string | undefined {
  // Of several platforms under one name it is not told which one was pulled.
  if (image.Descriptor?.mediaType && /index|manifest\.list/.test(image.Descriptor.mediaType)) return undefined;
  const found = platformOf(image);
  if (wanted !== undefined) {
    const differs = wordsOf(wanted).some((word) => !wordsOf(found).includes(word));
    return differs ? `This image is for ${found}, not for ${wanted}: under this name there may be no other` : undefined;
  }
  const own = [engine.Os, engine.Arch];
  if (runsOn(own).some((able) => wordsOf(found).join("/") === able)) return undefined;
  return `This image is for ${found}, and the engine on ${own.join("/")} runs it only with an emulator: ` +
    "name a platform, or another image";
}

/** System and architecture, by the names that images have; a variant says less than it seems. */
function wordsOf(platform: string): string[] {
  return platform.toLowerCase().split("/").slice(0, 2).map((word) => aliases.get(word) ?? word);
}

const aliases = new Map([["x86_64", "amd64"], ["x86-64", "amd64"], ["aarch64", "arm64"], ["i386", "386"]]);

/** What such a machine runs by itself. */
function runsOn([os = "", arch = ""]: readonly string[]): string[] {
  const able = new Map([["amd64", ["amd64", "386"]], ["arm64", ["arm64", "arm"]]]);
  return (able.get(wordsOf(arch)[0] ?? "") ?? [arch]).map((arch) => `${os}/${arch}`);
}
