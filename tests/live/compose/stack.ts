import assert from "node:assert/strict";
import { type Compose, compose, type LoadOptions } from "../../../src/compose/compose.ts";
import { diskHost } from "../../../src/compose/load/read.ts";
import type { Observed } from "../../../src/compose/observe.ts";
import type { Project } from "../../../src/compose/project.ts";
import type { Down, UpOptions } from "../../../src/compose/wanted.ts";
import { archiveFiles } from "../../../src/engine/archive_files.ts";
import { localFiles } from "../../../src/engine/build_context.ts";
import { type Engine, engine as engineOn } from "../../../src/engine/engine.ts";
import { connect } from "../../../src/engine/transport.ts";
import { askEngine, mustAskEngine } from "../engine_api.ts";
import { liveTest } from "../live.ts";
import { composeProgram, type Ran, runCompose } from "./program.ts";

/** A project of a test's own on the shared engine, in a folder of its own. */
export interface Stack {
  name: string;
  folder: string;
  host: string;
  image: string;
  engine: Engine;
  compose: Compose;
  /** Writes the Compose file, in which `IMAGE` stands for the test image. */
  write(text: string): Promise<void>;
  load(options?: LoadOptions): Promise<Project>;
  /** Writes the file and brings it up; gives what was done, an operation to a line. */
  up(text: string, options?: UpOptions & { signal?: AbortSignal }): Promise<string[]>;
  down(options?: Partial<Down>): Promise<string[]>;
  observe(): Promise<Observed>;
  /** What a command in a service's container prints. */
  sh(container: string, line: string): Promise<string>;
  /** The real docker compose on this project; it must succeed. */
  real(...args: string[]): Promise<Ran>;
}

interface StackOptions {
  /** Whether it takes the real docker compose. */
  real?: boolean;
}

/** A test with a stack, all of which is removed afterwards. */
export function stackTest(
  name: string,
  fn: (stack: Stack) => Promise<void>,
  { real = false }: StackOptions = {},
): void {
  liveTest(name, async ({ host, image }) => {
    const program = real ? await composeProgram() : undefined;
    if (real && program === undefined) return console.warn("No docker compose can be had: this test did not run");
    await withStack({ host, image, program }, fn);
  });
}

/** Without a program the stack has no docker compose. */
export type StackEngine = Pick<Stack, "host" | "image"> & { program?: string | undefined };

/** Runs `work` with a stack of its own, all of which is removed afterwards. */
export async function withStack<T>(
  { host, image, program }: StackEngine,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const project = `mcp${crypto.randomUUID().slice(0, 8)}`;
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-stack-" });
  const transport = connect({ host, timeout: 30_000, apiVersion: "auto" });
  try {
    return await work(stackOn({ host, image, project, folder, engine: engineOn(transport), program }));
  } finally {
    await clean(host, project);
    transport.close();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Ground extends Pick<Stack, "host" | "image" | "folder" | "engine"> {
  project: string;
  program: string | undefined;
}

function stackOn(ground: Ground): Stack {
  const { project: name, folder, image, engine, host } = ground;
  const options = {
    folders: [folder],
    refusal: (path: string) => new Error(`"${path}" is not in the folder of the test`),
  };
  const disk = diskHost({ ...options, env: new Map([["COMPOSE_PROJECT_NAME", name]]), home: folder, cwd: folder });
  const { buildContext } = localFiles(options);
  const outside = { host: disk, buildContext, readFile: archiveFiles(options).readFile, auth: () => undefined };
  const library = compose(engine, outside);
  const signal = new AbortController().signal;
  const write = (text: string) => Deno.writeTextFile(`${folder}/compose.yaml`, text.replaceAll("IMAGE", image));
  const load = (options?: LoadOptions) => library.load(options);
  const done = async (work: ReturnType<Compose["apply"]>) =>
    (await work).done.map((operation) =>
      `${operation.kind} ${"name" in operation.resource ? operation.resource.name : ""}`
    );
  return {
    name,
    folder,
    host,
    image,
    engine,
    compose: library,
    write,
    load,
    async up(text, { signal: own = signal, ...options } = {}) {
      await write(text);
      return await done(library.apply({ verb: "up", project: await load(), ...options }, { signal: own }));
    },
    down: (options = {}) => done(library.apply({ verb: "down", target: name, ...options }, { signal })),
    observe: () => library.observe(name),
    sh: (container, line) => shell(engine, container, line),
    async real(...args) {
      assert.ok(ground.program);
      const ran = await runCompose(ground.program, ["-p", name, ...args], { host, folder });
      assert.ok(ran.ok, `docker compose ${args.join(" ")}: ${ran.told}`);
      return ran;
    },
  };
}

async function shell(engine: Engine, container: string, line: string): Promise<string> {
  const config = { Cmd: ["sh", "-c", line], AttachStdout: true, AttachStderr: true, Tty: true };
  const { Id } = await engine.exec.create(container, config);
  const text = await (await engine.exec.start(Id, true)).text();
  assert.equal((await engine.exec.inspect(Id)).ExitCode, 0, text);
  return text.trim();
}

/** By the label of the project, and by its name, since a test may have made something without the label. */
async function clean(host: string, project: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
  const listed = async (path: string, pattern: RegExp) =>
    [...(await mustAskEngine(host, { path: `${path}filters=${filters}` })).text.matchAll(pattern)].map(([, id]) => id);
  for (const id of await listed("/containers/json?all=1&", /"Id":"([0-9a-f]{64})"/g)) {
    await askEngine(host, { method: "DELETE", path: `/containers/${id}?force=1&v=1` });
  }
  for (const id of await listed("/networks?", /"Id":"([0-9a-z]+)"/g)) {
    await askEngine(host, { method: "DELETE", path: `/networks/${id}` });
  }
  for (const name of await listed("/volumes?", /"Name":"([^"]+)"/g)) {
    await askEngine(host, { method: "DELETE", path: `/volumes/${name}` });
  }
  for (const id of await listed("/images/json?", /"Id":"(sha256:[0-9a-f]+)"/g)) {
    await askEngine(host, { method: "DELETE", path: `/images/${id}?force=1` });
  }
}
