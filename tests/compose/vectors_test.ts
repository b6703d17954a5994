import assert from "node:assert/strict";
import { ComposeError } from "../../src/compose/errors.ts";
import { parseDotenv } from "../../src/compose/load/dotenv.ts";
import { interpolate, TemplateError } from "../../src/compose/load/interpolate.ts";
import { normaliseName } from "../../src/compose/load/name.ts";
import { formatDuration, parseDuration } from "../../src/compose/load/short/duration.ts";
import { parseMount } from "../../src/compose/load/short/mount.ts";
import { parsePort } from "../../src/compose/load/short/port.ts";
import { parseSize } from "../../src/compose/load/short/size.ts";
import { splitWords } from "../../src/compose/load/short/words.ts";
import { z } from "zod";
import vectors from "./corpus/vectors/vectors.json" with { type: "json" };

const vector = z.object({ in: z.string(), out: z.unknown().optional(), error: z.string().optional() });

const env: Record<string, string> = vectors.env;
const lookup = (name: string) => env[name];

// A key alone at the very end of a file: Compose makes of it a variable without a name, which helps nobody.
const lastKeyAlone = ["A", "FOO", "export A", 'A="a"b'];

const parsers: Record<string, (text: string) => unknown> = {
  template: (text) => attempt(() => interpolate(text, lookup)),
  ports: (text) => {
    const ports = parsePort(text);
    return typeof ports === "string" ? undefined : ports.map((port) => ({ mode: "ingress", ...port }));
  },
  volumes: (text) => {
    const mount = parseMount(text);
    return typeof mount === "string" ? undefined : mount;
  },
  shell: splitWords,
  duration: (text) => {
    const ns = parseDuration(text);
    return ns === undefined ? undefined : { ns, string: formatDuration(ns) };
  },
  bytes: parseSize,
  dotenv: (text) => attempt(() => Object.fromEntries(parseDotenv(text, { file: ".env", lookup }))),
  projectName: normaliseName,
};

for (const [name, parse] of Object.entries(parsers)) {
  Deno.test(`the ${name} parser agrees with Compose's own on every text of the corpus`, () => {
    const all = z.array(vector).parse(Object.entries(vectors).find(([key]) => key === name)?.[1]);
    const given = all.filter(({ in: text }) => name !== "dotenv" || !lastKeyAlone.includes(text));
    assert.ok(given.length > 10);
    assert.deepEqual(given.map((vector) => [vector.in, parse(vector.in)]), given.map((v) => [v.in, v.out]));
  });
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TemplateError || error instanceof ComposeError) return undefined;
    throw error;
  }
}
