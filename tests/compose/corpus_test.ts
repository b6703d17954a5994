import assert from "node:assert/strict";
import { load } from "../../src/compose/compose.ts";
import { configJson, configYaml } from "../../src/compose/config.ts";
import { ComposeError } from "../../src/compose/errors.ts";
import { goJson } from "../../src/compose/go_json.ts";
import { project as projectShape } from "../../src/compose/load/attributes.ts";
import { service as serviceShape } from "../../src/compose/load/attributes/service.ts";
import { canonical } from "../../src/compose/load/canonical.ts";
import { decode } from "../../src/compose/load/decode.ts";
import { merge } from "../../src/compose/load/merge.ts";
import type { Node } from "../../src/compose/load/node.ts";
import { parseYaml } from "../../src/compose/load/yaml.ts";
import { serviceHash } from "../../src/compose/plan/hash.ts";
import { printed } from "../../src/compose/print.ts";
import type { Project } from "../../src/compose/project.ts";
import { type Case, type Expected, inlineCases, mergeTriples, realCases } from "./corpus.ts";
import exceptions from "./corpus/exceptions.json" with { type: "json" };

const own = new URL("./corpus", import.meta.url).pathname;
const whole = Deno.env.get("DOCKER_MCP_COMPOSE_CORPUS");
const reasons = new Map<string, string>(Object.entries(exceptions));

testCorpus("the corpus of the project", own);
Deno.test({
  name: "the whole corpus is there: DOCKER_MCP_COMPOSE_CORPUS names its folder",
  ignore: !whole,
  fn: () => void assert.ok(Deno.statSync(`${whole}/compose-go-inline`).isDirectory),
});
if (whole) testCorpus("the whole corpus", whole);

Deno.test("every exception is a case of the corpus", () => {
  const cases = [...inlineCases(own), ...realCases(own), ...mergeTriples(own)].map(({ name }) => name);
  const known = new Set([...cases, ...cases.map((name) => name.replace(/^(?:inline|real)/, "v2"))]);
  assert.deepEqual([...reasons.keys()].filter((name) => !known.has(name)), []);
});

function testCorpus(corpus: string, root: string): void {
  Deno.test(`${corpus}: documents of the loader's tests give the model and hashes of Compose 5, or fail as there`, async () => {
    await compare(inlineCases(root), (one) => differenceV5(one));
  });
  Deno.test(`${corpus}: files that people use give the model and hashes of Compose 5, or fail as there`, async () => {
    await compare(realCases(root), (one) => differenceV5(one));
  });
  Deno.test(`${corpus}: services are printed, and so hashed, as Compose 2.40 does it`, async () => {
    const cases = [...inlineCases(root), ...realCases(root)];
    await compare(cases.map((one) => ({ ...one, name: one.name.replace(/^\w+/, "v2") })), differenceV2);
  });
  Deno.test(`${corpus}: what is printed as a Compose file is the same project when it is read again`, async () => {
    for (const { name, file, host, v5 } of [...inlineCases(root), ...realCases(root)]) {
      if (v5.error !== undefined) continue;
      const project = await load(host, { files: [file] });
      const again = await load(host, { text: configYaml(project), directory: project.directory });
      assert.deepEqual([name, JSON.parse(configJson(again))], [name, JSON.parse(configJson(project))]);
    }
  });
  Deno.test(`${corpus}: a base and an override merge as in Compose`, async () => {
    await compare(mergeTriples(root), (triple) => Promise.resolve(attempt(() => mergeDifference(triple))));
  });
}

/** Cases that disagree are those of the exceptions, no more and no less; and these are few. */
async function compare<One extends { name: string }>(
  cases: readonly One[],
  difference: (one: One) => Promise<string | undefined>,
): Promise<void> {
  const found = [];
  for (const one of cases) {
    const reason = await difference(one);
    if (reason !== undefined) found.push(reasons.has(one.name) ? one.name : `${one.name}: ${reason}`);
  }
  assert.deepEqual(found.sort(), cases.map(({ name }) => name).filter((name) => reasons.has(name)).sort());
}

async function differenceV5({ file, host, v5 }: Case): Promise<string | undefined> {
  return await judged(v5, async () => {
    const project = await load(host, { files: [file] });
    const hashes = Object.fromEntries([...project.services].map(([name, service]) => [name, serviceHash(service)]));
    return { model: JSON.parse(configJson(project).replaceAll("$$", "$")), hashes };
  });
}

async function differenceV2({ file, host, v2 }: Case): Promise<string | undefined> {
  const services = (model: unknown) => JSON.parse(JSON.stringify(model ?? {}).replaceAll("$$", "$")).services;
  const wanted = v2.error === undefined ? { model: services(v2.model) } : v2;
  return await judged(wanted, async () => ({ model: printedV2(await load(host, { files: [file] })) }));
}

function printedV2({ services }: Project): unknown {
  const all = [...services].map(([name, service]) =>
    [name, printed(service, serviceShape, { dialect: "v2" })] as const
  );
  return JSON.parse(goJson(new Map(all)));
}

/** What differs; undefined where both agree, or both fail. */
async function judged(wanted: Expected, make: () => Promise<Expected>): Promise<string | undefined> {
  try {
    const made = await make();
    if (wanted.error !== undefined) return `it should fail: ${wanted.error}`;
    assert.deepEqual(made, { model: wanted.model, ...(wanted.hashes ? { hashes: wanted.hashes } : {}) });
    return undefined;
  } catch (error) {
    if (error instanceof ComposeError && wanted.error !== undefined) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

function mergeDifference(texts: { base: string; override: string; want: string }): void {
  const read = (text: string) => {
    const [document] = parseYaml(text, "compose.yaml");
    assert.ok(document);
    return canonical(document.root, { shape: projectShape, path: [] });
  };
  const value = (node: Node) => decode<unknown>(node, projectShape);
  assert.deepEqual(value(merge(read(texts.base), read(texts.override), projectShape)), value(read(texts.want)));
}

function attempt(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
