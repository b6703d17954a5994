import { type Deviation, deviationsOn } from "../deviations.ts";
import { engineKinds, isEngineKind, kindNames } from "./kinds.ts";
import type { Result } from "./results.ts";

/** docs/engines.md: on which engines the live tests have run, and what they do in another way than Docker. */
export function enginesDocument(results: readonly Result[], deviations: readonly Deviation[]): string {
  return `${intro}
${table(["Engine", "API", "Debian", "Passed", "Deviating", "Not run", "Failed", "Date"], results.map(row))}

A test that deviates fails there, in the way that \`tests/live/deviations.json\` says; when it passes, or fails in another
way, that is a failure. One that is not run would harm the engine, or fails there now and then. Nothing else is left out.

## What is different

${kindNames.map((kind) => section(kind, deviations)).filter(Boolean).join("\n\n")}
`;
}

const intro = `# Engines

The tests in \`tests/live\` run on real engines. \`deno task matrix\` fetches each of these from its Debian suite, runs them
all on it, and writes this page; \`deno task matrix podman-5\` does one. The gate runs two of Docker, the machine's own and
28.5.

What an engine does not have is answered with DKR-019, or with the engine's own reason; nothing is emulated.
`;

function row({ kind, engine, api, passed, deviating, skipped, failed, date }: Result): string[] {
  const suite = isEngineKind(kind) ? engineKinds[kind].suite : "";
  return [engine, api, suite, ...[passed, deviating, skipped, failed].map(String), date];
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function section(kind: string, deviations: readonly Deviation[]): string {
  const told = deviationsOn(kind, deviations).map(({ reason, tests }) => {
    const names = Object.entries(tests).map(([name, how]) => `  - \`${name}\`${how === "not run" ? " (not run)" : ""}`);
    return `- ${reason}\n${names.join("\n")}`;
  });
  return told.length === 0 ? "" : `### ${kind}\n\n${told.join("\n")}`;
}
