import type { Alias } from "./alias.ts";
import { surfaces } from "./surfaces.ts";

const meanings: Readonly<Record<string, string>> = {
  default: "The tools themselves, and beside them:",
  classic: "Names with hyphens, one for each thing that is done.",
  compact: "Few tools, most of them with an `action`, for models with little room.",
};

/** docs/surfaces.md: the other vocabularies, with the tool behind each name. */
export function surfacesDocument(): string {
  const intro =
    "Written by `deno task docs`. `--surface` chooses the names under which tools are offered. Behind each " +
    "name is one of the tools in [tools.md](tools.md): its risk, its confirmation and what `--read-only`, " +
    "`--toolsets`, `--allow-tools` and `--deny-tools` say of it hold under every name, and the log names it. With several engines each name takes `host` as well, as the tools do.";
  const sections = Object.entries(surfaces).flatMap(([name, aliases]) => [
    `## ${name}`,
    meanings[name] ?? "",
    table(aliases),
  ]);
  return ["# Surfaces", intro, ...sections].join("\n\n") + "\n";
}

function table(aliases: readonly Alias[]): string {
  const rows = aliases.flatMap(({ name, routes }) =>
    Object.entries(routes).map(([action, { tool, input }]) => {
      const takes = Object.keys(input.shape).map((argument) => `\`${argument}\``).join(", ");
      return `| \`${name}\` | ${action} | ${takes} | \`${tool.name}\` |`;
    })
  );
  return ["| name | action | arguments | tool |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
