import assert from "node:assert/strict";
import type { Observed } from "../../../src/compose/observe.ts";
import { losesData, plan } from "../../../src/compose/plan/plan.ts";
import type { Project } from "../../../src/compose/project.ts";
import type { UpOptions } from "../../../src/compose/wanted.ts";
import { emptyEngine, projectIn } from "../memory.ts";
import { applied } from "../model_engine.ts";

/** As many stacks and changes to them, always the same ones. */
const seeds = Array.from({ length: 150 }, (_, i) => i + 1);

Deno.test("any plan can be carried out in any order that it allows, and planned again there is nothing left to do", async () => {
  for (const seed of seeds) {
    const { random, before, wanted, options } = await change(seed);
    const pick = (count: number) => Math.floor(random() * count);
    const there = applied(plan({ verb: "up", project: before }, emptyEngine(before)), { pick });
    settled(before, there, seed);
    const next = plan({ verb: "up", project: wanted, ...options, removeOrphans: true }, there);
    assert.deepEqual(next.obstacles, [], `seed ${seed}`);
    settled(wanted, applied(next, { pick }), seed);
  }
});

Deno.test("no plan to bring up loses a volume without the word, and what is anonymous is carried over", async () => {
  for (const seed of seeds) {
    const { before, wanted, options } = await change(seed);
    const there = applied(plan({ verb: "up", project: before }, emptyEngine(before)));
    const next = plan({ verb: "up", project: wanted, ...options }, there);
    // Orphans on a network that is to be made anew.
    if (next.obstacles.length > 0) continue;
    assert.equal(losesData(next), false, `seed ${seed}`);
    const after = applied(next);
    const names = new Set(after.volumes.map(({ name }) => name));
    assert.deepEqual(there.volumes.filter(({ name }) => !names.has(name)), [], `seed ${seed}`);
    for (const [slot, volume] of anonymous(after)) {
      const old = anonymous(there).get(slot);
      if (old !== undefined) assert.equal(volume, old, `seed ${seed}: ${slot}`);
    }
  }
});

Deno.test("a plan that is broken off anywhere leaves a state from which the next one comes to the same end", async () => {
  for (const seed of seeds) {
    const { random, before, wanted, options } = await change(seed);
    const there = applied(plan({ verb: "up", project: before }, emptyEngine(before)));
    const up = { verb: "up", project: wanted, ...options, removeOrphans: true } as const;
    const upTo = Math.floor(random() * (plan(up, there).operations.length + 1));
    const broken = applied(plan(up, there), { upTo, pick: (count) => Math.floor(random() * count) });
    // It goes on, or back: then what was made half-way is replaced in its turn.
    for (const end of [wanted, before]) {
      const rest = plan({ verb: "up", project: end, removeOrphans: true }, broken);
      assert.deepEqual(rest.obstacles, [], `seed ${seed}, ${upTo}`);
      settled(end, applied(rest, { pick: (count) => Math.floor(random() * count) }), seed);
    }
  }
});

Deno.test("down leaves nothing but the volumes, and with the word not even those", async () => {
  for (const seed of seeds.slice(0, 50)) {
    const { before } = await change(seed);
    const there = applied(plan({ verb: "up", project: before }, emptyEngine(before)));
    for (const target of [before, before.name]) {
      const kept = applied(plan({ verb: "down", target }, there));
      assert.deepEqual([kept.containers, kept.networks], [[], []], `seed ${seed}`);
      assert.equal(kept.volumes.length, there.volumes.length);
      const down = plan({ verb: "down", target, volumes: true }, there);
      assert.equal(losesData(down), there.volumes.length > 0, `seed ${seed}`);
      assert.deepEqual(applied(down).volumes, [], `seed ${seed}`);
    }
  }
});

function settled(project: Project, there: Observed, seed: number): void {
  const { operations } = plan({ verb: "up", project }, there);
  // What is always pulled is pulled again, and the rest depends on what comes of it.
  const certain = operations.filter(({ kind, onlyIf }) => kind !== "pull_image" && onlyIf === undefined);
  assert.deepEqual(certain.map(({ kind, resource, cause }) => ({ kind, resource, cause })), [], `seed ${seed}`);
  const names = there.containers.map(({ name }) => name).filter((name) => /^[0-9a-f]{12}_/.test(name));
  assert.deepEqual(names, [], `seed ${seed}: no name of the meantime is left`);
}

/** The names of the volumes at `/anon`, by service and number. */
function anonymous({ containers }: Observed): Map<string, string | undefined> {
  return new Map(
    containers.flatMap(({ service, number, mounts }): [string, string | undefined][] =>
      mounts.filter(({ Destination }) => Destination === "/anon").map(({ Name }) => [`${service}-${number}`, Name])
    ),
  );
}

async function change(seed: number) {
  const random = numbers(seed);
  const before = stack(random);
  const wanted = random() < 0.2 ? before : changed(before, random);
  const options: UpOptions = { forceRecreate: random() < 0.1, alwaysRecreateDeps: random() < 0.1 };
  return {
    random,
    before: await projectIn(JSON.stringify(before)),
    wanted: await projectIn(JSON.stringify(wanted)),
    options,
  };
}

interface Stack {
  services: Record<string, Record<string, unknown>>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}

type Random = () => number;

function stack(random: Random): Stack {
  const names = ["a", "b", "c", "d", "e"].slice(0, 1 + Math.floor(random() * 5));
  const services = Object.fromEntries(names.map((name, i) => [name, service(names.slice(0, i), random)]));
  return {
    services,
    networks: { n1: definition(random), n2: definition(random) },
    volumes: { v1: definition(random), v2: definition(random) },
  };
}

function definition(random: Random) {
  return { labels: { version: String(Math.floor(random() * 2)) } };
}

function service(before: string[], random: Random): Record<string, unknown> {
  const some = <T>(all: T[]) => all.filter(() => random() < 0.4);
  const [parent] = some(before);
  const mode = random();
  const network = parent !== undefined && mode < 0.2
    ? { network_mode: `service:${parent}` }
    : mode < 0.8
    ? { networks: Object.fromEntries(some(["n1", "n2"]).map((name) => [name, {}])) }
    : {};
  const volumes = [...some(["v1:/one", "v2:/two"]), ...some(["/anon"])];
  const depends_on = Object.fromEntries(
    some(before).map((name) => [name, { condition: "service_started", restart: random() < 0.5 }]),
  );
  const shared = parent !== undefined && random() < 0.1 ? { pid: `service:${parent}` } : {};
  const environment = { LEVEL: random() < 0.5 ? "info" : "debug" };
  return {
    ...(random() < 0.1 ? { image: "other", pull_policy: "always" } : { image: "busybox" }),
    scale: 1 + Math.floor(random() * 2),
    environment,
    volumes,
    depends_on,
    ...network,
    ...shared,
  };
}

/** Some services are made up anew, some go; networks and volumes may be defined differently. */
function changed(before: Stack, random: Random): Stack {
  const other = stack(random);
  const names = Object.keys(before.services).filter((_, i) => i === 0 || random() < 0.9);
  const services = names.map((name, i) => [
    name,
    random() < 0.5 ? service(names.slice(0, i), random) : pruned(before.services[name] ?? {}, names),
  ]);
  return { ...other, services: Object.fromEntries(services) };
}

/** Without what refers to services that are gone. */
function pruned(service: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const text = JSON.stringify(service);
  const { network_mode: _mode, pid: _pid, depends_on = {}, ...rest } = service;
  const kept = Object.entries(Object(depends_on)).filter(([name]) => names.includes(name));
  const isWhole = [...text.matchAll(/"service:(\w)"/g)].every(([, name = ""]) => names.includes(name));
  return isWhole
    ? { ...service, depends_on: Object.fromEntries(kept) }
    : { ...rest, depends_on: Object.fromEntries(kept) };
}

/** Numbers from 0 to 1 that look random, the same for the same seed. */
function numbers(seed: number): Random {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
