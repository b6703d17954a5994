import { BuildError } from "../../engine/build_error.ts";
import type { BuildBody, Builder, BuildOptions } from "../../engine/builds.ts";
import { largestSecret } from "../../engine/session.ts";
import type { Operation } from "../operation.ts";
import type { BuildWork } from "../outside.ts";
import type { Build } from "../project.ts";
import { filled } from "../plan/translate/filled.ts";
import type { Run } from "./run.ts";

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

export async function pullImage({ engine, outside, signal, note }: Run, pull: Of<"pull_image">): Promise<void> {
  const { image, platform } = pull;
  const auth = outside.auth(image);
  const options = { signal, ...(auth === undefined ? {} : { auth }) };
  const version = { ...versionOf(image), ...(platform === undefined ? {} : { platform }) };
  for await (const { id, status } of engine.images.pull(version, options)) {
    if (status) note(id ? `${id}: ${status}` : status);
  }
}

/** The name, and the tag or digest that picks one image of it. */
export function versionOf(image: string): { name: string; tag: string } {
  const at = image.indexOf("@");
  if (at > 0) return { name: image.slice(0, at).replace(/:[^:/]*$/, ""), tag: image.slice(at + 1) };
  const colon = image.lastIndexOf(":");
  if (colon <= image.lastIndexOf("/")) return { name: image, tag: "latest" };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}

/** Builds, and throws what the builder says where it fails. */
export async function buildImage(run: Run, operation: Of<"build_image">): Promise<void> {
  const { image, build, labels, platform } = operation;
  const { engine, outside, signal, note } = run;
  const builder = await engine.builds.builder({ signal });
  // Before the context, which once it is opened must be read or cancelled.
  const secrets = await readSecrets(run, { builder, secrets: operation.secrets });
  const { body, ...from } = await contextOf(run, build);
  const options: BuildOptions = {
    builder,
    secrets,
    tags: [image, ...build.tags ?? []],
    args: Object.fromEntries([...build.args ?? []].map(([name, value]) => [name, value ?? ""])),
    labels,
    extraHosts: [...build.extra_hosts ?? []].flatMap(([host, all]) => all.map((address) => `${host}:${address}`)),
    cacheFrom: [...build.cache_from ?? []],
    ...from,
    ...filled({
      target: build.target,
      noCache: build.no_cache,
      pull: build.pull,
      platform,
      network: build.network,
      shmSize: build.shm_size,
      accounts: outside.accounts,
    }),
  };
  await (outside.build ?? runBuild)({ engine, options, body, signal, note });
}

async function runBuild({ engine, options, body, signal, note }: BuildWork): Promise<void> {
  for await (const message of engine.builds.run(options, body, { signal })) {
    if (message.kind === "failed") throw new BuildError(message.message);
    if (message.kind === "text") note(message.text.trim());
    if (message.kind === "trace") message.trace.vertexes.forEach(({ name }) => note(name));
  }
}

async function readSecrets(
  { outside }: Run,
  { builder, secrets }: { builder: Builder; secrets: Of<"build_image">["secrets"] },
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (secrets.length > 0 && builder !== "buildkit") {
    throw new BuildError(`it needs secrets, which only BuildKit takes, and this engine builds with ${builder}`);
  }
  const read = secrets.map(async (secret): Promise<[string, Uint8Array]> => [
    secret.id,
    "file" in secret ? await outside.readFile(secret.file, largestSecret) : new TextEncoder().encode(secret.content),
  ]);
  return new Map(await Promise.all(read));
}

interface Context {
  dockerfile?: string;
  remote?: string;
  body?: BuildBody;
}

/** The folder is sent; what is at an address, the engine fetches itself. */
async function contextOf({ outside }: Run, build: Build): Promise<Context> {
  const { context = ".", dockerfile, dockerfile_inline: text } = build;
  if (/^(?:https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context)) {
    return { remote: context, ...(dockerfile === undefined ? {} : { dockerfile }) };
  }
  const sent = await outside.buildContext(context, filled({ dockerfile, text }));
  return { dockerfile: sent.dockerfile, body: { kind: "tar", content: sent.content } };
}
