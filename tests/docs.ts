import { codes } from "../src/call/codes.ts";
import { toolsets } from "../src/catalog.ts";
import { supportDocument } from "../src/compose/support.ts";
import { otherVariables, settings } from "../src/config/settings.ts";
import { definitionsOf } from "../src/definitions.ts";
import { instructions } from "../src/offer.ts";
import { prompts } from "../src/prompts/prompts.ts";
import {
  errorsDocument,
  examplesDocument,
  resourcesDocument,
  settingsDocument,
  toolsDocument,
} from "../src/reference.ts";
import { resources } from "../src/resources/resources.ts";
import { surfacesDocument } from "../src/surfaces/reference.ts";
import { aliasDefinitions } from "../src/surfaces/definitions.ts";
import { deviations } from "./live/deviations.ts";
import { enginesDocument } from "./live/engines/document.ts";
import results from "./live/engines/results.json" with { type: "json" };
import examples from "./examples/answers.json" with { type: "json" };
import scenarios from "./examples/scenarios.json" with { type: "json" };

const root = new URL("..", import.meta.url);

/** Every file that is made from the code, by its path: a test compares them, `deno task docs` writes them. */
export const documents: ReadonlyMap<string, string> = new Map([
  ["src/server/definitions.json", JSON.stringify(definitionsOf(toolsets), null, 1) + "\n"],
  ["src/server/surfaces.json", JSON.stringify(aliasDefinitions(), null, 1) + "\n"],
  ["docs/compose.md", supportDocument()],
  ["docs/surfaces.md", surfacesDocument()],
  ["docs/tools.md", toolsDocument(toolsets, { instructions, examples })],
  ["docs/examples.md", examplesDocument(scenarios)],
  ["docs/resources.md", resourcesDocument(resources, prompts)],
  ["docs/settings.md", settingsDocument(settings, otherVariables)],
  ["docs/engines.md", enginesDocument(results, deviations)],
  ["docs/errors.md", errorsDocument(Object.values(codes))],
]);

if (import.meta.main) {
  Deno.mkdirSync(new URL("docs", root), { recursive: true });
  for (const [path, text] of documents) Deno.writeTextFileSync(new URL(path, root), text);
}
