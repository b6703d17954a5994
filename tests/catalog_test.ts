import assert from "node:assert/strict";
import { toolsets } from "../src/catalog.ts";
import { prompts } from "../src/prompts/prompts.ts";
import { resources } from "../src/resources/resources.ts";
import definitions from "../src/server/definitions.json" with { type: "json" };
import examples from "./examples/answers.json" with { type: "json" };
import { documents } from "./docs.ts";

const root = new URL("..", import.meta.url);
const tools = toolsets.flatMap((toolset) => toolset.tools);

/** Words that a name may begin with after `docker_`, or end with where the verb would say nothing: `docker_version`. */
const verbs =
  /^(list|inspect|create|connect|disconnect|run|start|stop|restart|kill|pause|unpause|rename|update|wait|exec|copy_to|copy_from|remove|recreate|restore|prune|pull|push|tag|import|commit|save|load|diagnose|build|compose)_/;
const nouns = new Set([
  "docker_container_logs",
  "docker_container_stats",
  "docker_container_top",
  "docker_container_diff",
  "docker_image_history",
  "docker_version",
  "docker_system_info",
  "docker_system_df",
  "docker_system_prune",
  "docker_overview",
  "docker_events",
  "docker_healthcheck",
]);

Deno.test("what is made from the code is in step with it", () => {
  for (const [path, text] of documents) {
    const written = Deno.readTextFileSync(new URL(path, root));
    assert.equal(written, text, `${path} is stale: run "deno task docs"`);
  }
});

Deno.test("the README counts the tools and names the toolsets", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", root)).replace(/\s+/g, " ");
  const names = toolsets.map(({ name }) => `\`${name}\``).join(", ");
  assert.ok(readme.includes(` ${tools.length} tools in the toolsets ${names}; `), `${tools.length} tools: ${names}`);
});

Deno.test("every tool and every toolset is there once", () => {
  const names = tools.map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
  const toolsetNames = toolsets.map(({ name }) => name);
  assert.equal(new Set(toolsetNames).size, toolsetNames.length);
});

Deno.test("a tool's name is docker_verb_noun", () => {
  for (const { name } of tools) {
    assert.match(name, /^docker(_[a-z]+)+$/);
    assert.ok(verbs.test(name.slice("docker_".length)) || nouns.has(name), `${name} begins with no known verb`);
  }
});

Deno.test("a tool has a title and at most three sentences that end with a full stop", () => {
  for (const { name, title, description } of tools) {
    assert.match(title, /^[A-Z][^.]{3,40}$/, name);
    assert.match(description, /^[A-Z].*\.$/, name);
    assert.ok(description.split(/\. /).length <= 3, `${name}: ${description}`);
  }
});

Deno.test("a tool refuses an argument that it does not know", () => {
  for (const { name, input } of tools) {
    const issues = input.safeParse({ nobody: "knows me" }).error?.issues ?? [];
    assert.ok(issues.some(({ code }) => code === "unrecognized_keys"), `${name} takes unknown arguments`);
  }
});

Deno.test("each argument is offered with one type, since some models' interfaces take neither none nor several", () => {
  const types = ["string", "number", "integer", "boolean", "object"];
  for (const { name, inputSchema, outputSchema } of definitions) {
    assert.equal(inputSchema.type, "object", name);
    assert.equal(outputSchema.type, "object", name);
    for (const [argument, property] of Object.entries<Offered>(inputSchema.properties)) {
      const { type, enum: choices, items, description, ...rest } = property;
      assert.deepEqual(rest, {}, `${name}: ${argument} tells more than a model needs`);
      const told = type === "array" ? items?.type : type;
      assert.ok(types.includes(told ?? ""), `${name}: ${argument} is ${JSON.stringify(property)}`);
      assert.ok(choices === undefined || type === "string", `${name}: ${argument}`);
      assert.ok(description === undefined || description.length < 60, `${name}: ${argument}`);
    }
  }
});

interface Offered {
  type?: string;
  enum?: string[];
  items?: Offered;
  description?: string;
}

Deno.test("a tool that loses data says what, and takes the token that confirms it; no other does", () => {
  for (const { name, risk, consequence } of tools) {
    assert.equal(consequence !== undefined, risk === "destroy", name);
    const properties = definitions.find((definition) => definition.name === name)?.inputSchema.properties ?? {};
    assert.equal("confirm" in properties, risk === "destroy", name);
  }
});

Deno.test("the annotations follow from the risk", () => {
  const hints = (readOnlyHint: boolean, destructiveHint: boolean) => ({ readOnlyHint, destructiveHint });
  const expected = {
    read: hints(true, false),
    change: hints(false, false),
    execute: hints(false, true),
    destroy: hints(false, true),
  };
  for (const { name, risk, idempotent, openWorld } of tools) {
    const annotations = definitions.find((definition) => definition.name === name)?.annotations;
    const rest = { idempotentHint: risk === "read" || idempotent === true, openWorldHint: openWorld === true };
    assert.deepEqual(annotations, { ...expected[risk], ...rest }, name);
  }
});

const cost = averageCost();

Deno.test(`a definition costs a model less than 700 bytes on average: ${cost}`, () => {
  assert.ok(cost < 700, `${cost} bytes`);
});

/** Bytes of name, description and input schema; the two tools that take all of `docker run` are not counted. */
function averageCost(): number {
  const counted = definitions.filter(({ name }) => !/^docker_(create|run)_container$/.test(name));
  const sizes = counted.map(({ name, description, inputSchema }) =>
    new TextEncoder().encode(JSON.stringify({ name, description, inputSchema })).length
  );
  return Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length);
}

Deno.test("what has an address is there once, and is what a tool that only reads answers to these arguments", () => {
  const uris = resources.map(({ uri }) => uri);
  assert.equal(new Set(uris).size, uris.length);
  for (const { uri, names, tool: name, args, changedBy } of resources) {
    const tool = tools.find((tool) => tool.name === name);
    assert.equal(tool?.risk, "read", `${uri}: ${name}`);
    tool?.input.parse(args?.("web") ?? {});
    assert.equal(names !== undefined, /\{\w+\}/.test(uri), uri);
    assert.ok(changedBy.every((event) => /^[a-z]+( [a-z_]+)?$/.test(event)), uri);
  }
});

Deno.test("a prompt is there once, and its facts come from tools that only read", () => {
  const names = prompts.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, tools: used } of prompts) {
    const risks = used.map((name) => tools.find((tool) => tool.name === name)?.risk);
    assert.deepEqual(risks, used.map(() => "read"), name);
  }
});

Deno.test("every tool has a golden answer", () => {
  const goldens = filesBelow("tests/tools/").filter((path) => path.endsWith(".snap")).map(read).join("\n");
  const missing = tools.filter(({ name }) => !goldens.includes(`snapshot[\`${name} answers 1\`]`));
  assert.deepEqual(missing.map(({ name }) => name), [], "add a golden() beside the tool's tests");
});

Deno.test("every tool has an example, whose arguments it takes", () => {
  const recorded = new Map(Object.entries(examples).map(([name, { args }]) => [name, args]));
  const missing = tools.filter(({ name }) => !recorded.has(name)).map(({ name }) => name);
  assert.deepEqual(missing, [], "add a step to tests/examples/story.ts, then: deno task examples");
  for (const { name, input } of tools) input.parse(recorded.get(name));
});

Deno.test("every tool is called in a test on a real engine", () => {
  const folders = ["tests/live/tools/", "tests/live/compose/"];
  const live = folders.flatMap(filesBelow).filter((path) => path.endsWith("_test.ts")).map(read).join("\n");
  const missing = tools.filter(({ name }) => !live.includes(`"${name}"`));
  assert.deepEqual(missing.map(({ name }) => name), [], "add a liveTest() in tests/live/tools");
});

function filesBelow(folder: string): string[] {
  return [...entriesOf(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}${name}/`) : [`${folder}${name}`]
  );
}

function entriesOf(folder: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(new URL(folder, root))];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, root));
}
