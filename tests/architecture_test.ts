import assert from "node:assert/strict";
import { importTable, type Sources, violations, wordRules } from "./architecture.ts";

const root = new URL("..", import.meta.url);

Deno.test("the sources keep to the architecture", () => {
  const sources = new Map([...readSources("src/"), ["main.ts", Deno.readTextFileSync(new URL("main.ts", root))]]);
  const found = violations(sources).map(({ file, message }) => `${file} ${message}`);
  assert.deepEqual(found, []);
});

Deno.test("every row of the import table is a part that exists, and refuses what it does not name", () => {
  for (const [part, allowed] of Object.entries(importTable)) {
    const forbidden = ["engine", "tools", "server"].find((other) => other !== part && !allowed.includes(other));
    if (forbidden === undefined) continue;
    const bad = `import { x } from "../${forbidden}/x.ts";`;
    const found = violations(new Map([[`src/${part}/bad.ts`, bad]]));
    assert.equal(found.length, 1, `${part} may not import ${forbidden}`);
    assert.match(found[0]?.message ?? "", new RegExp(`${part} may import`));
    assert.ok(exists(`src/${part}`) || exists(`src/${part}.ts`), `${part} is there`);
  }
});

Deno.test("every rule about words catches an offender", () => {
  const offenders = [
    "const a = Deno.env.get('A');",
    "Deno.exit(1);",
    "console.log('x');",
    'import { McpServer } from "@modelcontextprotocol/server";',
    "Deno.readTextFileSync('/etc/passwd');",
    "new Deno.Command('docker');",
    "await fetch('http://x');",
    'import { z } from "zod";',
    'const unit = "\u00b5s";',
    "const x: any = 1;",
  ];
  assert.equal(offenders.length, wordRules.length);
  offenders.forEach((text, i) => {
    const found = violations(new Map([["src/tools/bad.ts", text]]));
    assert.deepEqual(found.map(({ message }) => message.split(": ").at(-1)), [
      wordRules[i]?.instead.split(": ").at(-1),
    ]);
  });
});

Deno.test("long files, long functions and vague names are caught; comments are not read as code", () => {
  const long = (file: string, text: string): Sources => new Map([[file, text]]);
  assert.match(violations(long("src/tools/a.ts", "x;\n".repeat(301)))[0]?.message ?? "", /has 301 lines/);
  const body = `function a() {\n${"  b();\n".repeat(39)}}\n`;
  assert.match(violations(long("src/tools/a.ts", body))[0]?.message ?? "", /function of 41 lines at line 1/);
  assert.match(violations(long("src/tools/utils.ts", ""))[0]?.message ?? "", /after what it gives/);
  assert.match(violations(long("src/tools/BadName.ts", ""))[0]?.message ?? "", /snake_case/);
  assert.match(violations(long("src/nowhere/a.ts", ""))[0]?.message ?? "", /no part of the import table/);
  assert.deepEqual(violations(long("src/tools/a.ts", "// Deno.exit(1)\n/* console.log() */\n")), []);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, root));
    return true;
  } catch {
    return false;
  }
}

function readSources(folder: string): [string, string][] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap((entry): [string, string][] => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return readSources(`${path}/`);
    return path.endsWith(".ts") ? [[path, Deno.readTextFileSync(new URL(path, root))]] : [];
  });
}
