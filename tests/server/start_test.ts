import assert from "node:assert/strict";

const root = new URL("../..", import.meta.url);

Deno.test("serving loads no tool before the first call, and builds no JSON schema at all", () => {
  const started = reachedFrom(new URL("main.ts", root));
  assert.ok(started.has("src/server/server.ts") && started.has("src/offer.ts"), [...started.keys()].join());
  assert.deepEqual([...started.keys()].filter((path) => /^src\/(app|catalog|tools|engine)\b/.test(path)), []);
  const modules = reachedFrom(new URL("src/app.ts", root), started);
  assert.ok(modules.has("src/catalog.ts"), [...modules.keys()].join());
  assert.ok(!modules.has("src/definitions.ts"), "src/definitions.ts is for docs: import its types only");
  for (const [path, text] of modules) assert.doesNotMatch(text, /toJSONSchema/, path);
});

/** The program's own modules by their path, with their text; imports of types alone load nothing. */
function reachedFrom(start: URL, seen = new Map<string, string>()): Map<string, string> {
  const path = start.href.slice(root.href.length);
  if (seen.has(path) || !path.endsWith(".ts")) return seen;
  const text = Deno.readTextFileSync(start);
  seen.set(path, text);
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?["'](\.[^"']+)["']/gm)) {
    reachedFrom(new URL(specifier, start), seen);
  }
  return seen;
}
