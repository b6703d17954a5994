/** A rule broken, in words that say what to do instead. */
export interface Violation {
  file: string;
  message: string;
}

/** Source files by path from the project's root. */
export type Sources = ReadonlyMap<string, string>;

/** The import table: what each part of `src` may import of ours. A part is a folder or a file of `src`. */
export const importTable: Record<string, readonly string[]> = {
  engine: [],
  registry: [],
  compose: ["engine"],
  config: [],
  telemetry: [],
  safety: ["engine"],
  snapshots: ["engine"],
  define: ["compose", "engine", "registry", "safety/risk", "safety/secrets", "snapshots", "call/nearest"],
  call: ["safety", "telemetry", "tokens", "compose/errors", "engine/build_error", "engine/errors", "registry/errors"],
  tools: [
    "define",
    "compose",
    "engine",
    "registry/errors",
    "registry/reference",
    "safety/known_secrets",
    "safety/secret_keys",
    "safety/secrets",
    "safety/untrusted",
    "snapshots",
    "tokens",
  ],
  resources: ["define"],
  prompts: ["define", "safety/untrusted"],
  surfaces: ["define", "definitions", "json_object", "tools"],
  catalog: ["define", "tools"],
  json_object: [],
  tokens: [],
  definitions: ["define", "json_object", "safety/risk"],
  reference: ["define", "definitions", "json_object", "safety/risk"],
  engines: ["config", "engine", "safety", "snapshots"],
  subjects: ["call/stage", "config", "define", "engines", "safety"],
  surface_offer: ["definitions", "json_object", "safety/risk", "server"],
  surface_call: ["call", "server", "surfaces"],
  host_offer: ["config", "definitions", "safety/policy"],
  offer: [
    "call/nearest",
    "config",
    "definitions",
    "host_offer",
    "prompts",
    "resources",
    "safety/policy",
    "safety/risk",
    "server",
    "surface_offer",
    "deno.json",
  ],
  server: ["call/argument_faults", "call/nearest", "call/stage", "define", "definitions"],
  commands: ["call/stage", "config"],
  app: [
    "call",
    "catalog",
    "commands",
    "compose",
    "config",
    "define",
    "engine",
    "engines",
    "offer",
    "subjects",
    "registry",
    "safety",
    "server",
    "surface_call",
    "surfaces",
    "telemetry",
    "tools",
    "deno.json",
  ],
};

interface WordRule {
  words: RegExp;
  /** Files that may. */
  allowed: RegExp;
  instead: string;
}

/** Things that only some files may touch. */
export const wordRules: readonly WordRule[] = [
  {
    words: /\bDeno\.(env|args)\b/,
    allowed: /^(main\.ts|src\/config\/)/,
    instead: "take what you need as an argument; config reads arguments and environment once",
  },
  { words: /\bDeno\.exit\b/, allowed: /^main\.ts$/, instead: "return, or throw; only main.ts ends the program" },
  {
    words: /\bconsole\.(log|info|debug)\b/,
    allowed: /^$/,
    instead: "stdout is the protocol: return the text, or send an event to a sink",
  },
  {
    words: /["']@modelcontextprotocol\//,
    allowed: /^src\/server\//,
    instead: "only src/server speaks MCP; give it plain data",
  },
  {
    words:
      /\bDeno\.(readTextFile|readFile|writeTextFile|writeFile|open|stat|lstat|readDir|mkdir|remove(?!SignalListener)|makeTemp)/,
    allowed:
      /^src\/(config\/|commands\/|compose\/load\/read\.ts|snapshots\/file_store\.ts|engine\/(archive_files|build_context|opened|transport|address|over_socket|over_fetch|tls)\.ts)/,
    instead:
      "disk belongs to config, commands, the store of snapshots, the context of builds and the TLS files of the engine's transport",
  },
  {
    words: /\bDeno\.(Command|run)\b/,
    allowed: /^src\/(commands\/demo|engine\/ssh)\.ts$/,
    instead: "the server runs no program but ssh, for an engine at ssh://: that is the promise of its sandbox",
  },
  {
    words: /\bfetch\(/,
    allowed: /^src\/engine\//,
    instead: "only the engine's transport sends requests; use context.engine",
  },
  {
    words: /import (type )?\{[^}]*\bz\b[^}]*\} from "zod"/,
    allowed: /^$/,
    instead: 'write import * as z from "zod": by its name, a bundle holds all of its languages, 350 KB of each start',
  },
  {
    words: /[^\0-\x7f]/,
    allowed: /^$/,
    instead: "write it as \\u00b5: with one character beyond ASCII V8 keeps a bundle at two bytes for each",
  },
  { words: /\bas (any|unknown as)\b|: any\b|<any>/, allowed: /^$/, instead: "parse at the edge and narrow the type" },
];

const maxFileLines = 300;
const maxFunctionLines = 40;

/** All that is wrong with the sources. */
export function violations(sources: Sources): Violation[] {
  return [...sources].flatMap(([file, text]) => [
    ...importViolations(file, text),
    ...wordRules.filter(({ words, allowed }) => words.test(withoutComments(text)) && !allowed.test(file))
      .map(({ words, instead }) => ({ file, message: `has ${words.source}: ${instead}` })),
    ...sizeViolations(file, text),
    ...nameViolations(file),
  ]);
}

function importViolations(file: string, text: string): Violation[] {
  const part = partOf(file);
  if (part === undefined) return [];
  const allowed = importTable[part];
  if (!allowed) return [{ file, message: `belongs to no part of the import table: give "${part}" a row` }];
  return importsOf(file, text).flatMap((target) => {
    const other = partOf(target) ?? target;
    const module = target.replace(/^src\//, "").replace(/\.ts$/, "");
    if (other === part || allowed.includes(other) || allowed.includes(module)) return [];
    const may = allowed.length ? allowed.join(", ") : "nothing of ours";
    return [{
      file,
      message: `imports ${target}: ${part} may import ${may}; hand it in, or move it to where both may look`,
    }];
  });
}

/** `src/tools/images.ts` is of part `tools`, `src/app.ts` of part `app`; other files have none. */
function partOf(file: string): string | undefined {
  return /^src\/([^/.]+)/.exec(file)?.[1];
}

function importsOf(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)["'](\.[^"']+)["']/g)].map(([, path = ""]) =>
    path
  );
  return specifiers.map((specifier) => new URL(specifier, `file:///${file}`).pathname.slice(1));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

/** Formatted code: a function at the top starts and ends in the first column. */
function sizeViolations(file: string, text: string): Violation[] {
  const lines = text.trimEnd().split("\n");
  const found: Violation[] = [];
  if (lines.length > maxFileLines) {
    found.push({ file, message: `has ${lines.length} lines: at ${maxFileLines} a file becomes a folder` });
  }
  let start = -1;
  lines.forEach((line, i) => {
    if (/^(export )?(default )?(async )?function/.test(line)) start = i;
    if (line !== "}" || start < 0) return;
    const length = i - start + 1;
    if (length > maxFunctionLines) {
      const message = `has a function of ${length} lines at line ${start + 1}: at most ${maxFunctionLines}`;
      found.push({ file, message });
    }
    start = -1;
  });
  return found;
}

function nameViolations(file: string): Violation[] {
  const name = file.split("/").at(-1) ?? "";
  if (/^(index|mod|utils?|helpers?)\.ts$/.test(name)) return [{ file, message: "name the file after what it gives" }];
  return /^[a-z0-9_]+\.ts$/.test(name) ? [] : [{ file, message: "name files in snake_case" }];
}
