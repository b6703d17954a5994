import { createHash } from "node:crypto";
import { packTar } from "modern-tar";
import { mustAskEngine } from "./engine_api.ts";

/**
 * Loads an image of one layer for each number, with that many bytes in it which do not compress. The content comes of
 * `seed`, so that no two tests have a layer in common.
 */
export async function loadLayeredImage(
  host: string,
  { tag, seed, sizes, architecture = "amd64" }: {
    tag: string;
    seed: string;
    sizes: readonly number[];
    architecture?: string;
  },
): Promise<void> {
  const layers = await Promise.all(sizes.map((size, i) => packFile(`file${i}`, noise(`${seed}${i}`, size))));
  const config = new TextEncoder().encode(JSON.stringify({
    architecture,
    os: "linux",
    created: "2020-01-01T00:00:00Z",
    author: "nobody",
    config: {
      Cmd: ["/bin/true"],
      Env: ["MODE=test", "API_TOKEN=hunter2"],
      Labels: { seed },
      ExposedPorts: { "80/tcp": {} },
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: sizes.map((_, i) => ({ created: "2020-01-01T00:00:00Z", created_by: `COPY file${i} / # buildkit` })),
  }));
  const names = layers.map((layer) => `${sha256(layer)}.tar`);
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: [tag], Layers: names }];
  const body = await packTar([
    ...layers.map((layer, i) => entry(names[i] ?? "", layer)),
    entry(`${sha256(config)}.json`, config),
    entry("manifest.json", new TextEncoder().encode(JSON.stringify(manifest))),
  ]);
  await mustAskEngine(host, { method: "POST", path: "/images/load?quiet=1", body });
}

function packFile(name: string, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return packTar([entry(name, content)]);
}

function entry(name: string, body: Uint8Array<ArrayBuffer>) {
  return { header: { name, type: "file" as const, size: body.length, mtime: new Date(0), mode: 0o644 }, body };
}

function noise(seed: string, size: number): Uint8Array<ArrayBuffer> {
  const blocks = Array.from(
    { length: Math.ceil(size / 64) },
    (_, i) => createHash("sha512").update(`${seed}${i}`).digest(),
  );
  const content = new Uint8Array(size);
  blocks.forEach((block, i) => content.set(block.subarray(0, Math.min(64, size - i * 64)), i * 64));
  return content;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
