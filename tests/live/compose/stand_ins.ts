import { createHash } from "node:crypto";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { z } from "zod";
import { mustAskEngine } from "../engine_api.ts";
import { testImage } from "../test_image.ts";

/** The image that stacks are built from. */
export const standInBase = "docker-mcp/stand-in:test";

/** What images that people use have in their configuration; theirs run another program. */
const known: readonly (readonly [RegExp, Config])[] = [
  [/(^|\/)(mariadb|mysql)(:|$)/, { Volumes: { "/var/lib/mysql": {} }, ExposedPorts: { "3306/tcp": {} } }],
  [/(^|\/)postgres(:|$)/, { Volumes: { "/var/lib/postgresql/data": {} }, ExposedPorts: { "5432/tcp": {} } }],
  [/(^|\/)mongo(:|$)/, { Volumes: { "/data/configdb": {}, "/data/db": {} }, ExposedPorts: { "27017/tcp": {} } }],
  [/(^|\/)(redis|valkey|redismod)(:|$)/, { Volumes: { "/data": {} }, ExposedPorts: { "6379/tcp": {} } }],
  [/(^|\/)nginx(:|$)/, { ExposedPorts: { "80/tcp": {} }, StopSignal: "SIGQUIT" }],
  [/^nextcloud:/, { Volumes: { "/var/www/html": {} }, ExposedPorts: { "80/tcp": {} }, WorkingDir: "/var/www/html" }],
  [/^gitea\//, { Volumes: { "/data": {} }, ExposedPorts: { "22/tcp": {}, "3000/tcp": {} } }],
  [/^portainer\//, { Volumes: { "/data": {} }, ExposedPorts: { "9000/tcp": {} }, WorkingDir: "/" }],
  [/^pihole\//, { Healthcheck: { Test: ["CMD", "true"], Interval: 1e9 }, ExposedPorts: { "53/udp": {} } }],
  [/^mattermost\//, { User: "nobody", Healthcheck: { Test: ["CMD-SHELL", "curl -f x"], Interval: 1e9 } }],
  // It does its work and ends.
  [/\/migrate(:|$)/, { Entrypoint: ["/bin/true"] }],
];

interface Config {
  Entrypoint?: string[];
  Volumes?: Record<string, unknown>;
  ExposedPorts?: Record<string, unknown>;
  Healthcheck?: { Test: string[]; Interval: number };
  StopSignal?: string;
  WorkingDir?: string;
  User?: string;
}

const manifestShape = z.tuple([z.object({ Layers: z.tuple([z.string()]) })]);

/**
 * Puts images of these names into the engine, in one request: busybox, whose program waits whatever it is told, with
 * what health checks and entrypoints call. The test image must be there.
 */
export async function loadStandIns(host: string, names: Iterable<string>): Promise<void> {
  const saved = await unpackTar((await mustAskEngine(host, { path: `/images/${testImage}/get` })).bytes);
  const content = new Map(saved.map(({ header, data }) => [header.name, data]));
  const text = new TextDecoder().decode(content.get("manifest.json"));
  const [{ Layers: [own] }] = manifestShape.parse(JSON.parse(text));
  const layers = [await plainTar((content.get(own) ?? new Uint8Array()).slice()), await packTar(programs())];
  const ids = layers.map((layer) => sha256(layer));
  const images = [standInBase, ...names].map((name) => ({ name, config: encode(imageOf(name, ids)) }));
  const manifest = images.map(({ name, config }) => ({
    Config: `${sha256(config)}.json`,
    RepoTags: [/:[^/]+$/.test(name) ? name : `${name}:latest`],
    Layers: ids.map((id) => `${id}.tar`),
  }));
  const body = await packTar([
    ...layers.map((layer, i) => file(`${ids[i]}.tar`, layer)),
    ...images.map(({ config }) => file(`${sha256(config)}.json`, config)),
    file("manifest.json", encode(manifest)),
  ]);
  const { text: told } = await mustAskEngine(host, { method: "POST", path: "/images/load?quiet=1", body });
  if (told.includes('"errorDetail"')) throw new Error(`Cannot load the stand-ins: ${told.trim()}`);
}

/** A layer as its image names it: an engine that keeps its images in containerd saves it as it came, which is gzipped. */
async function plainTar(layer: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (layer[0] !== 0x1f || layer[1] !== 0x8b) return layer;
  return await new Response(new Blob([layer]).stream().pipeThrough(new DecompressionStream("gzip"))).bytes();
}

function imageOf(name: string, layers: readonly string[]) {
  const [, own] = known.find(([pattern]) => pattern.test(name)) ?? [];
  return {
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    os: "linux",
    created: "2020-01-01T00:00:00Z",
    // The name makes each an image of its own.
    config: { Env: ["PATH=/bin"], Entrypoint: ["/bin/stand-in"], Labels: { "stand-in": name }, ...own },
    rootfs: { type: "layers", diff_ids: layers.map((id) => `sha256:${id}`) },
    history: layers.map(() => ({ created: "2020-01-01T00:00:00Z", created_by: "stand-in" })),
  };
}

/** Scripts, since busybox goes by the name it is called. */
function programs(): TarEntry[] {
  const wait = "trap 'exit 0' TERM INT QUIT\nwhile :; do sleep 3600 & wait $!; done";
  const well = ["curl", "mysqladmin", "pg_isready", "redis-cli"].map((name) => [name, "exit 0"]);
  const scripts = [["stand-in", wait], ["nodemon", wait], ["node", `[ "$1" = -e ] && exit 0\n${wait}`], ...well];
  return scripts.map(([name = "", lines]) => file(`bin/${name}`, encode(`#!/bin/sh\n${lines}\n`), 0o755));
}

function file(name: string, body: Uint8Array<ArrayBuffer>, mode = 0o644): TarEntry {
  return { header: { name, type: "file", size: body.length, mode, uid: 0, gid: 0, mtime: new Date(0) }, body };
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
