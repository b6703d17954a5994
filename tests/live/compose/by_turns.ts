import type { Observed, ObservedContainer } from "../../../src/compose/observe.ts";
import type { Operation } from "../../../src/compose/operation.ts";
import type { Stack } from "./stack.ts";

/** Written beside a stack's file, over it: it changes one service, and only that. */
const overlay = "change.yaml";
const changedFiles = ["-f", "compose.yaml", "-f", overlay];

export interface Turns {
  /** The service that is changed; nothing else depends on how it is made. */
  change: string;
}

/** A stack is brought up here, looked at, kept, changed and torn down by docker compose. Gives what was not as it should be. */
export async function oursThenTheirs(stack: Stack, { change }: Turns): Promise<string[]> {
  const found: string[] = [];
  await writeOverlay(stack, change);
  const { signal } = new AbortController();
  await stack.compose.apply({ verb: "up", project: await stack.load() }, { signal });
  const before = await stack.observe();
  found.push(...differing("docker compose ps", listedHere(before), await listedThere(stack)));
  await stack.real("up", "-d");
  const kept = await stack.observe();
  found.push(...wrongReplaced("docker compose up", { before, after: kept, change: undefined }));
  found.push(...await leftToDo(stack, ["compose.yaml"]));
  await stack.real(...changedFiles, "up", "-d");
  const changed = await stack.observe();
  found.push(...wrongReplaced("docker compose up with a change", { before: kept, after: changed, change }));
  found.push(...await leftToDo(stack, ["compose.yaml", overlay]));
  await stack.real("down", "-v");
  return [...found, ...await left(stack, { what: "docker compose down", before: changed })];
}

/** The same with the parts exchanged; it is torn down without its file. */
export async function theirsThenOurs(stack: Stack, { change }: Turns): Promise<string[]> {
  const found: string[] = [];
  await writeOverlay(stack, change);
  const { signal } = new AbortController();
  await stack.real("up", "-d");
  const before = await stack.observe();
  found.push(...differing("ps", await listedThere(stack), listedHere(before)));
  found.push(...await leftToDo(stack, ["compose.yaml"]));
  const wanted = await stack.load({ files: ["compose.yaml", overlay] });
  await stack.compose.apply({ verb: "up", project: wanted }, { signal });
  const changed = await stack.observe();
  found.push(...wrongReplaced("up with a change", { before, after: changed, change }));
  await stack.real(...changedFiles, "up", "-d");
  const kept = await stack.observe();
  found.push(...wrongReplaced("docker compose up after it", { before: changed, after: kept, change: undefined }));
  await stack.down({ volumes: true });
  return [...found, ...await left(stack, { what: "down", before: kept })];
}

function writeOverlay({ folder }: Stack, service: string): Promise<void> {
  const services = { [service]: { environment: { CHANGED: "1" } } };
  return Deno.writeTextFile(`${folder}/${overlay}`, JSON.stringify({ services }));
}

function listedHere({ containers }: Observed): string[] {
  return containers.map(({ name, service, state }) => `${name} ${service} ${state}`).sort();
}

async function listedThere(stack: Stack): Promise<string[]> {
  const { output } = await stack.real("ps", "-a", "--format", "{{.Name}} {{.Service}} {{.State}}");
  return output.trim().split("\n").sort();
}

function differing(what: string, wanted: readonly string[], given: readonly string[]): string[] {
  const missing = wanted.filter((line) => !given.includes(line)).map((line) => `${what} does not list ${line}`);
  return [...missing, ...given.filter((line) => !wanted.includes(line)).map((line) => `${what} lists ${line}`)];
}

interface Replacing {
  before: Observed;
  after: Observed;
  change: string | undefined;
}

/** All containers of the service that is changed are to be other ones, and no others. */
function wrongReplaced(what: string, { before, after, change }: Replacing): string[] {
  const ids = new Set(before.containers.map(({ id }) => id));
  const wrong = (one: ObservedContainer) => ids.has(one.id) === (one.service === change);
  const verb = (one: ObservedContainer) => ids.has(one.id) ? "keeps" : "makes anew";
  const gone = differing(what, before.containers.map(({ name }) => name), after.containers.map(({ name }) => name));
  return [...gone, ...after.containers.filter(wrong).map((one) => `${what} ${verb(one)} ${one.service}-${one.number}`)];
}

/** What a plan would still change. Jobs run again with each up, and what others wait for is looked at. */
async function leftToDo(stack: Stack, files: string[]): Promise<string[]> {
  const { operations, obstacles, observed } = await stack.compose.plan({
    verb: "up",
    project: await stack.load({ files }),
  });
  const ended = new Set(observed.containers.filter(({ state }) => state === "exited").map(({ service }) => service));
  const isJob = ({ kind, resource }: Operation) =>
    kind === "wait" || (kind === "start_container" && resource.kind === "container" && ended.has(resource.service));
  return [
    ...obstacles.map(({ message }) => `what stands in the way: ${message}`),
    ...operations.filter((operation) => !isJob(operation)).map(({ kind, cause }) => `the plan has ${kind}: ${cause}`),
  ];
}

/** What is still there of a project, the volumes without a name that its containers had included. */
async function left(stack: Stack, { what, before }: { what: string; before: Observed }): Promise<string[]> {
  const { containers, networks, volumes } = await stack.observe();
  const anonymous = before.containers.flatMap(({ service, mounts }) =>
    mounts.flatMap(({ Name = "" }): [string, string][] => /^[0-9a-f]{64}$/.test(Name) ? [[Name, service]] : [])
  );
  const users = new Map(anonymous);
  const named = [...containers, ...networks, ...volumes].map(({ name }) => name);
  return [
    ...named.filter((name) => name.startsWith(stack.name)),
    ...named.flatMap((name) => users.has(name) ? [`a volume without a name of ${users.get(name)}`] : []),
  ].map((thing) => `${what} leaves ${thing}`);
}
