/**
 * Carries the story out on an engine of its own and keeps what was answered: `deno task examples`. docs/tools.md shows
 * it; a test holds that every tool has an example which its input still takes.
 */
import { connect } from "../connect.ts";
import { putTestImage, startOwnEngine } from "../live/live.ts";
import { registryProgram, startRegistry } from "../live/registry.ts";
import type { Example } from "../../src/reference.ts";
import { story } from "./story.ts";

const file = new URL("./answers.json", import.meta.url);

if (import.meta.main) await record();

async function record(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-examples-" });
  const engine = await startOwnEngine();
  try {
    const image = await putTestImage(engine);
    const program = await registryProgram(`${folder}/programs`);
    await using registry = await startRegistry({ pid: engine.pid(), program, port: 5000 });
    await using connected = await connect({
      host: engine.host,
      args: ["--destructive=allow", "--folders", folder],
    });
    const examples = new Map<string, Example>();
    for (const { tool, args } of story({ registry: registry.address, folder, image })) {
      const answer = await connected.client.callTool({ name: tool, arguments: args });
      const text = answer.content.map((block) => block.type === "text" ? block.text : "").join("\n");
      if (answer.isError) throw new Error(`Cannot record "${tool}": ${text}`);
      examples.set(
        tool,
        JSON.parse(
          JSON.stringify({ args, answer: text }).replaceAll(folder, "/backup").replaceAll(engine.folder, "/engine"),
        ),
      );
    }
    await Deno.writeTextFile(file, JSON.stringify(Object.fromEntries(examples), null, 1) + "\n");
  } finally {
    await engine.stop();
    await Deno.remove(folder, { recursive: true });
  }
}
