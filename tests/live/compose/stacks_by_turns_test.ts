import assert from "node:assert/strict";
import { load } from "../../../src/compose/compose.ts";
import { diskHost } from "../../../src/compose/load/read.ts";
import type { Project } from "../../../src/compose/project.ts";
import differences from "../../compose/corpus/stacks/differences.json" with { type: "json" };
import { putTestImage, startOwnEngine, unsharedTest } from "../live.ts";
import { oursThenTheirs, theirsThenOurs } from "./by_turns.ts";
import { composeProgram } from "./program.ts";
import { withStack } from "./stack.ts";
import { loadStandIns, standInBase } from "./stand_ins.ts";

const reasons = new Map<string, Readonly<Record<string, string>>>(Object.entries(differences));
const corpus = new URL("../../compose/corpus", import.meta.url).pathname;

/** Stacks of others, as they are, and which of their services is changed. */
const stacks: Readonly<Record<string, string>> = {
  "stacks/angular": "web",
  "stacks/apache-php": "web",
  "stacks/coder": "coder",
  "stacks/flask": "web",
  "stacks/flask-redis": "redis",
  "stacks/gitea-postgres": "db",
  "stacks/ipam-config": "foo",
  "stacks/mailu": "redis",
  "stacks/mattermost": "postgres",
  "stacks/network-links": "container2",
  "stacks/nextcloud-postgres": "nc",
  "stacks/nextcloud-redis-mariadb": "redis",
  "stacks/nginx-flask-mongo": "mongo",
  "stacks/nginx-flask-mysql": "proxy",
  "stacks/nginx-golang": "backend",
  "stacks/nginx-golang-mysql": "backend",
  "stacks/nginx-nodejs-redis": "web1",
  "stacks/nginx-wsgi-flask": "flask-app",
  "stacks/pihole-cloudflared-doh": "pihole",
  "stacks/portainer": "portainer",
  "stacks/pterodactyl": "panel",
  "stacks/react-express-mongodb": "backend",
  "stacks/react-express-mysql": "db",
  "stacks/react-nginx": "frontend",
  "stacks/react-rust-postgres": "db",
  "stacks/scale-basic-cases": "front",
  "stacks/sparkjava": "sparkjava",
  "stacks/sparkjava-mysql": "backend",
  "stacks/struxa": "watchkeeper",
  "stacks/voting-app": "worker",
  "stacks/vuejs": "web",
  "stacks/weblate": "cache",
  "real-world/deviantony_docker-elk/docker-compose": "kibana",
  "real-world/docker_awesome-compose/react-java-mysql/compose": "frontend",
};

/** Stacks that go on at once: they wait for their health checks much of the time. */
const abreast = 4;

unsharedTest("stacks of others go to and fro between docker compose and here, and each knows the other's", async () => {
  const program = await composeProgram();
  if (program === undefined) return console.warn("No docker compose can be had: this test did not run");
  // With networks of its own choice out of the way of those that stacks ask for.
  const engine = await startOwnEngine({ flags: ["--default-address-pool", "base=10.210.0.0/16,size=24"] });
  try {
    const image = await putTestImage(engine);
    const all = await Promise.all(Object.entries(stacks).map(([name, change]) => readPlayed(name, change)));
    await loadStandIns(engine.host, new Set(all.flatMap(({ project }) => imagesOf(project))));
    const found: Record<string, readonly string[]> = {};
    await inTurns(all, async (played) => {
      found[played.name] = await play(played, { host: engine.host, image, program });
    });
    assert.deepEqual(Object.entries(found).flatMap(([name, lines]) => unexpected(name, lines)), []);
  } finally {
    await engine.stop();
  }
});

interface Played {
  name: string;
  folder: string;
  change: string;
  project: Project;
}

async function readPlayed(name: string, change: string): Promise<Played> {
  const folder = `${corpus}/${name}`;
  const options = { folders: [corpus], refusal: (path: string) => new Error(`"${path}" is not in the corpus`) };
  const project = await load(diskHost({ ...options, env: new Map(), home: folder, cwd: folder }));
  return { name, folder, change, project };
}

function imagesOf({ services }: Project): string[] {
  return [...services.values()].flatMap(({ image, build }) => image === undefined || build ? [] : [image]);
}

/** Both ways, each as a project of its own. */
async function play({ folder, change }: Played, engine: Parameters<typeof withStack>[0]): Promise<string[]> {
  const found: string[] = [];
  for (const turns of [oursThenTheirs, theirsThenOurs]) {
    const lines = await withStack(engine, async (stack) => {
      await copy(folder, stack.folder);
      await addSources(await stack.load(), stack.folder);
      const lines = await turns(stack, { change }).catch((error: Error) => [error.message]);
      return lines.map((line) => line.replaceAll(stack.name, "PROJECT"));
    });
    found.push(...lines.map((line) => `${turns.name}: ${line}`));
  }
  return found;
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await Deno.mkdir(`${to}/${name}`);
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Makes what the files mount and build from: only the Compose files of others are kept. */
async function addSources({ services, secrets }: Project, folder: string): Promise<void> {
  for (const { file } of secrets.values()) if (file && !await exists(file)) await write(file, "hush");
  for (const { volumes = [], build } of services.values()) {
    for (const { type, source = "" } of volumes) {
      if (type !== "bind" || !source.startsWith(`${folder}/`) || await exists(source)) continue;
      if (source.slice(source.lastIndexOf("/")).includes(".")) await write(source, "");
      else await Deno.mkdir(source, { recursive: true });
    }
    if (!build) continue;
    await write(`${build.context}/${build.dockerfile}`, `FROM ${standInBase} AS ${build.target ?? "only"}\n`);
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

/** Works on all, a few at once, but never on two that want one port, one container name, or subnets. */
async function inTurns(all: readonly Played[], work: (played: Played) => Promise<void>): Promise<void> {
  const waiting = all.map((played) => ({ played, claims: claimsOf(played.project) }));
  const going = new Map<Promise<void>, readonly string[]>();
  for (;;) {
    while (going.size < abreast) {
      const taken = new Set([...going.values()].flat());
      const next = waiting.findIndex(({ claims }) => !claims.some((claim) => taken.has(claim)));
      const [found] = next < 0 ? [] : waiting.splice(next, 1);
      if (!found) break;
      const begun = work(found.played).finally(() => going.delete(begun));
      going.set(begun, found.claims);
    }
    if (going.size === 0) return;
    await Promise.race(going.keys());
  }
}

function claimsOf({ services, networks }: Project): string[] {
  const subnets = [...networks.values()].some(({ ipam }) => ipam?.config !== undefined) ? ["subnets"] : [];
  const own = [...services.values()].flatMap(({ ports = [], container_name }) => [
    ...ports.map(({ published }) => `port ${published}`),
    ...container_name === undefined ? [] : [container_name],
  ]);
  return [...subnets, ...own];
}

/** What was found and is not listed, and what is listed and was not found. */
function unexpected(name: string, found: readonly string[]): string[] {
  const listed = Object.keys(reasons.get(name) ?? {});
  const gone = listed.filter((line) => !found.includes(line)).map((line) => `${name}: listed, but not so: ${line}`);
  return [...found.filter((line) => !listed.includes(line)).map((line) => `${name}: ${line}`), ...gone];
}
