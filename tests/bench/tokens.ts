import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import definitions from "../../src/server/definitions.json" with { type: "json" };

/** What every client shows its model of a tool. */
export interface Shown {
  name: string;
  description?: string | undefined;
  inputSchema: object;
}

/** cl100k tokens of a text. */
export function tokensOf(text: string): number {
  return countTokens(text);
}

/** cl100k tokens of the definitions: name, description and input schema. */
export function definitionTokens(shown: readonly Shown[]): number {
  return shown.reduce(
    (sum, { name, description = "", inputSchema }) =>
      sum + countTokens(name + description + JSON.stringify(inputSchema)),
    0,
  );
}

/** The 37 tools that every Docker server is expected to have. */
export const usualTools: readonly string[] = [
  ...["list_containers", "inspect_container", "create_container", "start_container", "stop_container"],
  ...["restart_container", "remove_container", "container_logs", "exec_command", "container_stats"],
  ...["list_images", "inspect_image", "pull_image", "build_image", "push_image", "tag_image", "remove_image"],
  ...["prune_images", "image_history"],
  ...["list_networks", "inspect_network", "create_network", "connect_container", "disconnect_container"],
  ...["remove_network", "prune_networks"],
  ...["list_volumes", "inspect_volume", "create_volume", "remove_volume", "prune_volumes"],
  ...["system_info", "system_df", "system_prune", "version", "events", "healthcheck"],
].map((name) => `docker_${name}`);

// deno run -P=test tests/bench/tokens.ts: the cost of each tool, the dearest first
if (import.meta.main) {
  const rows = definitions.map((definition) => ({ name: definition.name, tokens: definitionTokens([definition]) }));
  for (const { name, tokens } of rows.toSorted((a, b) => b.tokens - a.tokens)) console.log(`${tokens} ${name}`);
  const some = definitions.filter(({ name }) => usualTools.includes(name));
  console.log(`${definitionTokens(some)} for the ${some.length} usual tools`);
  console.log(`${definitionTokens(definitions)} for all ${definitions.length}`);
}
