import { z } from "zod";
import type { Host } from "../../src/compose/load/host.ts";

/** A Compose file of the corpus, and what the original makes of it. */
export interface Case {
  /** `inline/ports/TestPorts_0` or `real/laradock_laradock/mailu/compose`. */
  name: string;
  file: string;
  host: Host;
  v5: Expected;
  v2: Expected;
}

/** A model and the hashes of its services, or the reason why there is none. */
export interface Expected {
  model?: unknown;
  hashes?: Record<string, string> | undefined;
  error?: string | undefined;
}

const outcome = z.object({
  model: z.unknown().optional(),
  config: z.unknown().optional(),
  hashes: z.record(z.string(), z.string()).optional(),
  error: z.string().optional(),
});
const expectation = z.object({
  dir: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  stubs: z.array(z.string()).default([]),
  v5: outcome,
  v2_40_3: outcome,
});

/** The documents of the loader's tests. They all lie in one folder, with the files that they refer to. */
export function inlineCases(root: string): Case[] {
  const folder = "/tmp/w/loader";
  const shared = new Map([
    ...filesIn(`${root}/compose-go/loader-testdata`).map(([path, text]) =>
      [`${folder}/testdata/${path}`, text] as const
    ),
    ...filesIn(`${root}/compose-go`).map(([path, text]) => [`${folder}/${path}`, text] as const),
  ]);
  const documents = filesIn(`${root}/compose-go-inline`);
  const files = new Map(documents.map(([path, text]) => [`${folder}/${path.replace("/", "__")}`, text]));
  return documents.filter(([path]) => path.endsWith(".yaml")).map(([path]) => {
    const name = path.replace(/\.yaml$/, "");
    const file = `${folder}/${path.replace("/", "__")}`;
    return madeCase(files.get(file.replace(/\.yaml$/, ".expect.json")) ?? "", {
      name: `inline/${name}`,
      file,
      files: new Map([...shared, ...files]),
    });
  });
}

/** The files that people use, each in a folder of its own. */
export function realCases(root: string): Case[] {
  const all = filesIn(`${root}/real-world`);
  return all.filter(([path]) => path.endsWith("/expect.json")).map(([path, text]) => {
    const name = path.replace(/\/expect\.json$/, "");
    const { dir } = expectation.parse(JSON.parse(text));
    const own = all.filter(([other]) => other.startsWith(`${name}/`));
    const files = new Map(own.map(([other, content]) => [`${dir}/${other.slice(name.length + 1)}`, content]));
    return madeCase(text, { name: `real/${name}`, file: `${dir}/compose.yaml`, files });
  });
}

/** The triples of the tests of merging: base, override, and what they make. */
export function mergeTriples(root: string): { name: string; base: string; override: string; want: string }[] {
  const files = new Map(filesIn(`${root}/compose-go-merge`));
  return [...files.keys()].filter((path) => path.endsWith("/want.yaml")).map((path) => {
    const name = path.replace(/\/want\.yaml$/, "");
    const text = (part: string) => files.get(`${name}/${part}.yaml`) ?? "";
    return { name: `merge/${name}`, base: text("base"), override: text("override"), want: text("want") };
  });
}

function madeCase(
  text: string,
  { name, file, files }: { name: string; file: string; files: Map<string, string> },
): Case {
  const { dir, env, stubs, v5, v2_40_3: v2 } = expectation.parse(JSON.parse(text));
  for (const stub of stubs) if (!files.has(`${dir}/${stub}`)) files.set(`${dir}/${stub}`, "");
  const host = hostOf(files, { env, cwd: dir });
  return { name, file, host, v5, v2: { ...v2, model: v2.config } };
}

/** A machine that has just these files. */
export function hostOf(
  files: ReadonlyMap<string, string>,
  { env = {}, cwd = "/project" }: { env?: Record<string, string>; cwd?: string } = {},
): Host {
  return {
    env: new Map(Object.entries(env)),
    home: env.HOME ?? "/root",
    cwd,
    isFile: (path) => Promise.resolve(files.has(path)),
    readText: (path) => Promise.resolve(files.get(path) ?? Promise.reject(new Error(`no file ${path}`))),
    refusal: () => undefined,
  };
}

/** All files below a folder, by their paths from it. */
function filesIn(folder: string, prefix = ""): [string, string][] {
  return [...Deno.readDirSync(`${folder}/${prefix}`)].flatMap((entry): [string, string][] => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory ? filesIn(folder, `${path}/`) : [[path, Deno.readTextFileSync(`${folder}/${path}`)]];
  });
}
