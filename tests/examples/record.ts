/**
 * Carries the story and the scenarios out, each on an engine of its own, and keeps what was answered:
 * `deno task examples`. docs/tools.md and docs/examples.md show it; a test holds that every tool has an example which
 * its input still takes.
 */
import type { Example } from "../../src/reference.ts";
import { connect, type Connected } from "../connect.ts";
import { putTestImage, startOwnEngine } from "../live/live.ts";
import { registryProgram, startRegistry } from "../live/registry.ts";
import { temporaryFolder } from "../temporary.ts";
import { scenarios } from "./scenarios.ts";
import { type Place, type Step, story } from "./story.ts";

/** What the person was asked since the last step. */
const questions: string[] = [];

if (import.meta.main) {
  await onNewEngine(["--destructive=allow"], async (connected, place) => {
    const told = await callEach(connected, story(place));
    await keep("answers.json", Object.fromEntries(told.map(({ tool, ...example }) => [tool, example])), place);
  });
  await onNewEngine([], async (connected, place) => {
    const told = [];
    for (const { title, asked, steps } of scenarios(place)) {
      told.push({ title, asked, steps: await callEach(connected, steps) });
    }
    await keep("scenarios.json", told, place);
  });
}

/** What a step came to; a question is an answer too. */
async function callEach<T extends Step>({ client }: Connected, steps: readonly T[]): Promise<(T & Example)[]> {
  const told = [];
  for (const step of steps) {
    const { content, isError } = await client.callTool({ name: step.tool, arguments: step.args });
    const answer = content.map((block) => block.type === "text" ? block.text : "").join("\n");
    if (isError && !answer.startsWith("Nothing was done yet")) {
      throw new Error(`Cannot record "${step.tool}": ${answer}`);
    }
    const [question] = questions.splice(0);
    told.push({ ...step, ...(question === undefined ? {} : { question }), answer });
  }
  return told;
}

interface Ground extends Place {
  /** The engine's, which no reader should see. */
  data: string;
}

async function onNewEngine(args: string[], work: (connected: Connected, place: Ground) => Promise<void>) {
  using folder = temporaryFolder();
  const engine = await startOwnEngine();
  try {
    const image = await putTestImage(engine);
    const program = await registryProgram(`${folder.path}/programs`);
    await using registry = await startRegistry({ pid: engine.pid(), program, port: 5000 });
    await using connected = await connect({
      host: engine.host,
      args: [...args, "--folders", folder.path],
      elicit: (message) => (questions.push(message), { action: "accept", content: { confirm: true } }),
    });
    await work(connected, { registry: registry.address, folder: folder.path, image, data: engine.folder });
  } finally {
    await engine.stop();
  }
}

/** Without the names of temporary folders. */
async function keep(file: string, told: unknown, { folder, data }: Ground): Promise<void> {
  const text = JSON.stringify(told, null, 1).replaceAll(folder, "/srv").replaceAll(data, "/engine");
  await Deno.writeTextFile(new URL(file, import.meta.url), text + "\n");
}
