import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import type { BuildBody, Builder } from "../../engine/builds.ts";
import { largestSecret } from "../../engine/session.ts";
import { packFiles } from "../../engine/tar.ts";
import { oneLine } from "../../safety/untrusted.ts";
import { runBuild } from "../facts/build_run.ts";
import { anyOf, toFilters, waitTime } from "../fields.ts";
import { count, shortId, size } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";
import { bytes } from "../spec/units.ts";
import { extraHosts } from "../spec/words.ts";

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const buildInput = z.strictObject({
  context: z.string().optional(),
  dockerfile: z.string().optional(),
  files: z.record(z.string(), z.string()).optional(),
  file: z.string().optional(),
  tags: anyOf(z.string()).optional(),
  build_args: texts.optional(),
  labels: texts.optional(),
  target: z.string().optional(),
  no_cache: z.boolean().optional(),
  pull: z.boolean().optional(),
  platform: z.string().optional(),
  network: z.string().optional(),
  extra_hosts: extraHosts.optional(),
  cache_from: z.array(z.string()).optional(),
  shm_size: bytes.optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  timeout: waitTime.optional(),
}).refine((given) => (given.context === undefined) !== (given.dockerfile === undefined), {
  path: ["context"],
  error: 'expected either "context" or "dockerfile"',
}).refine((given) => given.context === undefined || given.files === undefined, {
  path: ["files"],
  error: 'expected "dockerfile" beside it, not "context"',
}).refine((given) => given.dockerfile === undefined || given.file === undefined, {
  path: ["file"],
  error: 'expected "context" beside it, not "dockerfile"',
}).refine(({ files = {} }) => !Object.keys(files).some((path) => path.replace(/^(\.?\/)+/, "") === "Dockerfile"), {
  path: ["files"],
  error: 'expected no "Dockerfile" among them: "dockerfile" is its text',
});

type BuildInput = z.output<typeof buildInput>;

export const buildImage = defineTool({
  name: "docker_build_image",
  title: "Build an image",
  description:
    "Build from `context` (local folder, Git or HTTP URL; `file`: its Dockerfile) or `dockerfile` (text, with `files` {path: text}); `secrets` {id: local file}.",
  risk: "execute",
  openWorld: true,
  input: buildInput,
  output: z.object({
    id: z.string(),
    tags: z.array(z.string()),
    bytes: z.number(),
    builder: z.enum(["buildkit", "classic", "podman"]),
    steps: z.array(z.object({ step: z.string(), seconds: z.number(), cached: z.boolean() })),
    warnings: z.array(z.string()).optional(),
  }),
  text({ id, tags, bytes, builder, steps, warnings = [] }) {
    const cached = steps.filter((step) => step.cached).length;
    const lines = steps.map(({ step, seconds, cached }) => `${step} ${cached ? "CACHED" : `${seconds}s`}`);
    return [
      `Built ${tags.join(", ") || "an untagged image"} (${id}, ${size(bytes)}) with ${builder}.`,
      `${count(steps.length, "step")}, ${cached} cached:`,
      ...lines,
      ...warnings.map((warning) => `Warning: ${oneLine(warning)}`),
    ].join("\n");
  },
  async run(context, input) {
    const { engine, registry, signal } = context;
    const builder = await engine.builds.builder({ signal });
    const secrets = await readSecrets(context, { builder, paths: input.secrets ?? {} });
    const { body, ...source } = await sourceOf(context, input);
    const access = { secrets, ...present({ accounts: registry.accounts }) };
    const options = { builder, ...source, ...access, ...optionsOf(input) };
    const { id, steps, warnings } = await runBuild(context, options, body);
    const { Size } = await engine.images.inspect(id, { signal });
    const told = warnings.length > 0 ? { warnings } : {};
    return { id: shortId(id), tags: options.tags, bytes: Size, builder, steps, ...told };
  },
});

function optionsOf(input: BuildInput) {
  const { tags = [], build_args = {}, labels = {}, extra_hosts = [], cache_from = [] } = input;
  return {
    ...{ tags, args: build_args, labels, extraHosts: extra_hosts, cacheFrom: cache_from },
    ...present({
      target: input.target,
      noCache: input.no_cache,
      pull: input.pull,
      platform: input.platform,
      network: input.network,
      shmSize: input.shm_size,
      timeout: input.timeout,
    }),
  };
}

async function readSecrets(
  { files }: Context,
  { builder, paths }: { builder: Builder; paths: Record<string, string> },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const secrets = new Map<string, Uint8Array>();
  for (const [id, path] of Object.entries(paths)) {
    if (builder !== "buildkit") {
      throw new InputError(
        "secrets",
        `none can be given: this engine builds with ${builder}, and only BuildKit takes them`,
      );
    }
    if (!path.startsWith("/")) throw new InputError("secrets", `no absolute path is "${path}"`);
    secrets.set(id, await files.readFile(path, largestSecret));
  }
  return secrets;
}

interface Source {
  dockerfile?: string;
  remote?: string;
  body?: BuildBody;
}

async function sourceOf({ files }: Context, { context, dockerfile, file, ...input }: BuildInput): Promise<Source> {
  if (context === undefined) return { body: await inlineBody({ Dockerfile: dockerfile ?? "", ...input.files }) };
  if (!context.startsWith("/")) {
    if (!isAddress(context)) {
      throw new InputError("context", `expected an absolute folder or a Git or HTTP address, got "${context}"`);
    }
    return { remote: context, ...present({ dockerfile: file }) };
  }
  const { content, dockerfile: path } = await files.buildContext(context, present({ dockerfile: file }));
  return { dockerfile: path, body: { kind: "tar", content } };
}

/** What the daemon takes for an address. */
function isAddress(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

/** Bytes that a call may carry inline. */
const inlineLimit = 1_000_000;

async function inlineBody(files: Record<string, string>): Promise<BuildBody> {
  const entries = Object.entries(files).map(([name, text]) => {
    if (!isInside(name)) throw new InputError("files", `expected paths inside the context, got "${name}"`);
    // A script that cannot be executed would be of no use.
    return { name, content: new TextEncoder().encode(text), mode: text.startsWith("#!") ? 0o755 : 0o644 };
  });
  const total = entries.reduce((sum, { content }) => sum + content.length, 0);
  if (total > inlineLimit) {
    throw new InputError("files", `expected at most ${size(inlineLimit)} in all, got ${size(total)}; use a folder`);
  }
  return { kind: "tar", content: await packFiles(entries) };
}

function isInside(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

const pruneInput = z.strictObject({
  all: z.boolean().optional(),
  until: z.string().min(1).optional(),
  keep_storage: bytes.optional(),
});

export const pruneBuilds = defineTool({
  name: "docker_prune_builds",
  title: "Clear the build cache",
  description: "Delete unused build cache, `all` shared records too, until `keep_storage` is left.",
  risk: "destroy",
  input: pruneInput,
  output: z.object({ removed: z.number(), bytes_freed: z.number() }),
  text: ({ removed, bytes_freed }) => `Removed ${count(removed, "cache record")}, ${size(bytes_freed)} freed.`,
  async consequence({ engine, signal }, { all = false, until, keep_storage }) {
    const records = await engine.builds.cache({ signal });
    const unused = records.filter(({ InUse, Shared }) => !InUse && (all || !Shared));
    const total = unused.reduce((sum, { Size }) => sum + Size, 0);
    const older = until === undefined ? "" : ` that were not used for ${until}`;
    const rest = keep_storage === undefined ? "" : `, until ${size(keep_storage)} are left`;
    return `Up to ${count(unused.length, "record")} of the build cache (${
      size(total)
    })${older} will be deleted${rest}; builds then run those steps again.`;
  },
  async run({ engine, signal }, { all, until, keep_storage }) {
    const filters = toFilters({ until: until === undefined ? undefined : [until] });
    const query = { ...filters, ...present({ all, keepStorage: keep_storage }) };
    const { CachesDeleted, SpaceReclaimed } = await engine.builds.prune(query, { signal });
    return { removed: CachesDeleted?.length ?? 0, bytes_freed: SpaceReclaimed };
  },
});
