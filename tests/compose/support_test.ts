import assert from "node:assert/strict";
import { load } from "../../src/compose/compose.ts";
import { project as table } from "../../src/compose/load/attributes.ts";
import { type Path, rowOf, type Shape } from "../../src/compose/load/shape.ts";
import { plan } from "../../src/compose/plan/plan.ts";
import { supportDocument } from "../../src/compose/support.ts";
import { emptyEngine, memoryHost } from "./memory.ts";

/** What an attribute wants, or beside it, where its kind does not tell. */
const wanted: Record<string, unknown> = {
  "services.*.build.platforms": ["a", "b"],
  "services.*.build.secrets.*": { source: "x" },
  "services.*.configs.*": { source: "x" },
  "services.*.container_name": "name",
  "services.*.credential_spec": { file: "x" },
  "services.*.healthcheck.test": ["CMD", "x"],
  "services.*.links": ["y"],
  "services.*.models": ["x"],
  "services.*.ports.*.host_ip": "127.0.0.1",
  "services.*.pull_policy": "always",
  "services.*.restart": "always",
  "services.*.secrets.*": { source: "x" },
  "services.*.ulimits.*": { soft: 1, hard: 1 },
  "services.*.volumes.*": { type: "bind", source: "/x", target: "/x" },
  "services.*.volumes_from": ["y"],
};

/** Something that may stand there. */
function sample(shape: Shape, path: Path): unknown {
  const own = wanted[path.join(".")];
  if (own !== undefined) return own;
  switch (shape.kind) {
    case "list":
      return [sample(shape.item, [...path, "*"])];
    case "dictionary":
      return { [keyIn(path)]: sample(shape.value, [...path, "*"]) };
    case "struct":
      return requiredIn(shape, path);
    case "either":
      return sample(shape.scalar, path);
    case "bool":
      return true;
    case "duration":
      return "1s";
    case "bytes":
      return "64m";
    case "string":
      return shape.values?.[0] ?? "x";
    default:
      return Math.max(1, shape.min ?? 1);
  }
}

/** Another service is `y`, all else is `x`. */
function keyIn(path: Path): string {
  return path.at(-1) === "depends_on" ? "y" : "x";
}

function requiredIn(shape: Extract<Shape, { kind: "struct" }>, path: Path): Record<string, unknown> {
  const entries = (shape.required ?? []).map((key) => {
    const row = shape.fields[key];
    return [key, row && sample(row, [...path, key])];
  });
  return Object.fromEntries(entries);
}

/** The least that has the attribute at `rest`. */
function holding(shape: Shape, { path, rest }: { path: Path; rest: Path }): unknown {
  const [key, ...more] = rest;
  if (key === undefined) return sample(shape, path);
  const inner = shape.kind === "list" ? shape.item : rowOf(shape, key);
  assert.ok(inner, path.join("."));
  const value = holding(inner, { path: [...path, key], rest: more });
  if (key === "*") return shape.kind === "list" ? [value] : { [keyIn(path)]: value };
  const beside = shape.kind === "struct" ? requiredIn(shape, path) : {};
  return { ...joined(beside, wanted[path.join(".")] ?? {}), [key]: value };
}

/** What else there has to be, for an attribute to be read. */
function around([section, , last = ""]: Path): Record<string, unknown> {
  const file = { x: { file: "/x" } };
  const own = /^(file|environment|content)$/.test(last) ? { x: {} } : file;
  const uses = section === "secrets" || section === "configs" ? { [section]: ["x"] } : {};
  return {
    services: { x: { image: "a", ...uses }, y: { image: "a" } },
    networks: { x: {} },
    volumes: { x: {} },
    models: { x: { model: "x" } },
    secrets: section === "secrets" ? own : file,
    configs: section === "configs" ? own : file,
  };
}

function joined(base: unknown, over: unknown): Record<string, unknown> {
  if (!isObject(base) || !isObject(over)) return Object(over);
  const entries = Object.entries(over).map(([key, value]) => [
    key,
    isObject(value) && isObject(base[key]) ? joined(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(entries) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a plan says to a project with this attribute. */
async function toldOf(path: Path): Promise<string[]> {
  const text = JSON.stringify(joined(around(path), holding(table, { path: [], rest: path })));
  const project = await load(memoryHost(text, "/srv", { x: "1" }));
  const { obstacles } = plan({ verb: "up", project }, { ...emptyEngine(project), images: new Map() });
  return obstacles.map(({ message }) => message);
}

Deno.test("what the table of attributes says is refused is what a plan refuses, and nothing else", async () => {
  const rows = supportDocument().split("\n").flatMap((line) => {
    const [, path, fate] = /^\| `(.+?)` \|.*\| (.+) \|$/.exec(line) ?? [];
    // What says which files to read is not planned.
    if (!path || !fate || /^(include|services\.\*\.(env_file|extends|label_file))/.test(path)) return [];
    return [{ path, fate }];
  });
  assert.ok(rows.length > 200);
  for (const { path, fate } of rows) {
    const told = await toldOf(path.split("."));
    const [, why] = /^refused: (.*)$/.exec(fate) ?? [];
    if (why === undefined) assert.deepEqual(told, [], path);
    else assert.ok(told.some((message) => message.endsWith(why)), `${path}: ${told}`);
  }
});
