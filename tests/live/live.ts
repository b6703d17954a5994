/**
 * How tests get at a real engine. with_engine.ts sets what is read here:
 *   DOCKER_HOST, DOCKER_MCP_TEST_IMAGE   the engine and an image in it
 *   DOCKER_MCP_TEST_ENGINE               its kind: `docker-28.5`; see engines/kinds.ts
 *   DOCKER_MCP_TEST_NO_ENGINE            why there is none
 *   DOCKER_MCP_TEST_PRIVATE              "1" where private engines can be made
 *   DOCKER_MCP_TEST_PROGRAMS             the folder of unpacked programs to make them from
 */
import { deviationOf, expectDeviation } from "./deviations.ts";
import { kindIn } from "./engines/root.ts";
import { type PrivateEngine, type PrivateEngineOptions, startPrivateEngine } from "./private_engine.ts";
import { unpackedPrograms } from "./private_engine_programs.ts";
import { copyTestImage, ensureTestImage } from "./test_image.ts";

export interface LiveEngine {
  /** `unix:///path` or `tcp://host:port`. */
  host: string;
  /** The test image in it; see test_image.ts. */
  image: string;
}

/** The engine that all live tests share, or undefined where there is none. Each test removes what it makes. */
export function liveEngine(): LiveEngine | undefined {
  const [host, image] = [Deno.env.get("DOCKER_HOST"), Deno.env.get("DOCKER_MCP_TEST_IMAGE")];
  return host && image ? { host, image } : undefined;
}

/** A test on the shared engine. It is ignored where there is none; with CI=true it fails. */
export function liveTest(name: string, fn: (engine: LiveEngine, t: Deno.TestContext) => void | Promise<void>): void {
  const engine = liveEngine();
  if (engine === undefined) return missing(name, noEngine());
  register(name, { kind: Deno.env.get("DOCKER_MCP_TEST_ENGINE"), fn: (t) => fn(engine, t) });
}

/**
 * A test with an engine of its own, to be killed and paused at will: one for all such tests of a file, started with the
 * first, running again in front of each, with the test image in it. It is ignored, or fails, as a `liveTest` does.
 */
export function privateTest(
  name: string,
  fn: (engine: PrivateEngine, image: string, t: Deno.TestContext) => void | Promise<void>,
): void {
  if (Deno.env.get("DOCKER_MCP_TEST_PRIVATE") !== "1") return missing(name, "No private engine can be made here");
  stopAfterAll();
  register(name, {
    kind: kindOfOwn(),
    async fn(t) {
      const { engine, image } = await (own ??= startOwn());
      await engine.up();
      await fn(engine, image, t);
    },
  });
}

/** A test that starts and stops what it needs itself, where private engines can be made; elsewhere as a `liveTest`. */
export function unsharedTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  if (Deno.env.get("DOCKER_MCP_TEST_PRIVATE") !== "1") return missing(name, "No private engine can be made here");
  register(name, { kind: kindOfOwn(), fn });
}

/** On an engine that is known to deviate there, a test passes when it fails as it is known to. */
function register(
  name: string,
  { kind, fn }: { kind: string | undefined; fn: (t: Deno.TestContext) => void | Promise<void> },
): void {
  const deviation = deviationOf(kind, name);
  if (deviation === undefined) return Deno.test(name, fn);
  const { fails, reason } = deviation;
  if (fails === "not run") return Deno.test({ name: `${name} [not run: ${reason}]`, ignore: true, fn() {} });
  Deno.test(`${name} [deviates: ${reason}]`, async (t) => await expectDeviation({ fails, reason }, () => fn(t)));
}

/** The kind of the engines that tests start; undefined for the machine's own. */
function kindOfOwn(): string | undefined {
  return kindIn(Deno.env.get("DOCKER_MCP_TEST_PROGRAMS") ?? "");
}

/** The private engine of this file. */
let own: Promise<{ engine: PrivateEngine; image: string }> | undefined;
let stopping = false;

function stopAfterAll(): void {
  if (stopping) return;
  stopping = true;
  Deno.test.afterAll(async () => {
    // Where the start failed, the tests have said so.
    const started = await own?.catch(() => undefined);
    await started?.engine.stop();
  });
}

async function startOwn(): Promise<{ engine: PrivateEngine; image: string }> {
  const engine = await startOwnEngine();
  return { engine, image: await putTestImage(engine) };
}

/** Starts a private engine that the caller stops, from programs that were unpacked before where there are any. */
export async function startOwnEngine(options: Omit<PrivateEngineOptions, "programs"> = {}): Promise<PrivateEngine> {
  const unpacked = Deno.env.get("DOCKER_MCP_TEST_PROGRAMS");
  // Those of a caller that wants a certain kind may be of another one.
  const programs = unpacked && options.kind === undefined ? { programs: await unpackedPrograms(unpacked) } : {};
  return await startPrivateEngine({ ...options, ...programs });
}

/** Puts the test image into a private engine: a copy of the shared engine's where there is one, which needs no download. */
export async function putTestImage(engine: PrivateEngine): Promise<string> {
  const shared = liveEngine();
  if (shared !== undefined) return await copyTestImage(shared.host, engine.host);
  return await ensureTestImage(engine.host, { path: engine.programs.path });
}

function noEngine(): string {
  return Deno.env.get("DOCKER_MCP_TEST_NO_ENGINE") || "Not started by tests/live/with_engine.ts, which finds an engine";
}

function missing(name: string, reason: string): void {
  if (Deno.env.get("CI") !== "true") return Deno.test({ name, ignore: true, fn() {} });
  Deno.test(name, () => {
    throw new Error(`Cannot run on a real engine: ${reason}`);
  });
}
