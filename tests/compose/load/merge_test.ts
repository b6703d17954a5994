import assert from "node:assert/strict";
import { load } from "../../../src/compose/compose.ts";
import { configJson } from "../../../src/compose/config.ts";
import { hostOf } from "../corpus.ts";

/** The service "a" of two files, as it is printed. */
async function merged(base: string, override: string): Promise<Record<string, unknown>> {
  const files = new Map([["/project/a.yaml", base], ["/project/b.yaml", override]]);
  const project = await load(hostOf(files), { files: ["a.yaml", "b.yaml"] });
  return JSON.parse(configJson(project)).services.a;
}

const one = (attributes: string) => `services: {a: {image: a, ${attributes}}}`;
const other = (attributes: string) => `services: {a: {${attributes}}}`;

// Each was compared with what the original prints.
const cases: [string, string, string, Record<string, unknown>][] = [
  ["nothing, of a mapping, keeps what was said", "environment: {A: b}", "environment: ", { environment: { A: "b" } }],
  ["nothing, of a command, takes it away", "command: [a]", "command: ", { command: null }],
  ["a variable without a value replaces one", "environment: {A: b}", "environment: [A]", { environment: { A: null } }],
  ["an item that is there is not added", "cap_add: [A]", "cap_add: [A, B]", { cap_add: ["A", "B"] }],
  ["a list is added to", "security_opt: [a]", "security_opt: [b]", { security_opt: ["a", "b"] }],
  ["a limit is replaced", "ulimits: {n: {soft: 1, hard: 2}}", "ulimits: {n: 5}", { ulimits: { n: 5 } }],
  [
    "a mount on the same place is replaced where it was",
    "volumes: [/a:/x, /b:/y]",
    "volumes: [{type: bind, source: /c, target: /x, read_only: true}]",
    {
      volumes: [{ type: "bind", source: "/c", target: "/x", read_only: true }, {
        type: "bind",
        source: "/b",
        target: "/y",
        bind: {},
      }],
    },
  ],
  [
    "options of the same logging driver are merged",
    "logging: {driver: d, options: {a: b}}",
    "logging: {options: {c: d}}",
    { logging: { driver: "d", options: { a: "b", c: "d" } } },
  ],
  [
    "options of another logging driver are not",
    "logging: {driver: d, options: {a: b}}",
    "logging: {driver: e}",
    { logging: { driver: "e" } },
  ],
  [
    "a short and a long form are the same thing",
    "build: ., labels: [x=1]",
    "build: {args: {A: 1}}, labels: {x: 2}",
    { build: { context: "/project", dockerfile: "Dockerfile", args: { A: "1" } }, labels: { x: "2" } },
  ],
  ["!reset takes away", "environment: {A: b, C: d}", "environment: {A: !reset null}", { environment: { C: "d" } }],
  ["!override replaces", "labels: {a: b}", "labels: !override {c: d}", { labels: { c: "d" } }],
];

for (const [what, base, override, wanted] of cases) {
  Deno.test(`in an override, ${what}`, async () => {
    const service = await merged(one(base), other(override));
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, service[key]])), wanted);
  });
}

Deno.test("documents of one file are overrides of each other", async () => {
  const project = await load(hostOf(new Map()), { text: `${one("hostname: x")}\n---\n${other("hostname: y")}` });
  assert.equal(project.services.get("a")?.hostname, "y");
});

Deno.test("what is required may come from another file, but must come", async () => {
  const files = [one("depends_on: {b: {condition: service_healthy}}") + "\n---\nservices: {b: {image: b}}"] as const;
  const depends = await merged(files[0], other("depends_on: {b: {restart: true}}"));
  assert.deepEqual(depends.depends_on, { b: { condition: "service_healthy", restart: true, required: true } });
  await assert.rejects(
    merged(one("depends_on: {b: {restart: true}}"), "services: {b: {image: b}}"),
    /Cannot read "services.a.depends_on.b" at .*: missing property 'condition'/,
  );
});

Deno.test("items that may not be there twice may not come from two files either", async () => {
  await assert.rejects(
    merged(one("security_opt: [x]"), other("security_opt: [x]")),
    /Cannot read "services.a.security_opt.1" at \/project\/b.yaml:1:31: an item before it says the same/,
  );
});
