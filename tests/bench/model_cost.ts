import surfaces from "../../src/server/surfaces.json" with { type: "json" };
import { mustAskEngine } from "../live/engine_api.ts";
import { removeContainer } from "../live/engine_containers.ts";
import type { LiveEngine } from "../live/live.ts";
import { logContainer } from "./log_container.ts";
import { amount, type Row, type Section } from "./report.ts";
import { serverCommand } from "./server_commands.ts";
import { type CallResult, callTool, initialize, startServer, type StdioServer } from "./stdio_server.ts";
import { definitionTokens, type Shown, usualTools } from "./tokens.ts";

/** A tool as `tools/list` gives it. */
interface Listed {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

/** What a model has to read: the definitions, and three common answers while twenty containers run. */
export async function modelCost(engine: LiveEngine, { container }: { container: string }): Promise<Section> {
  const logs = await logContainer(engine, 1000);
  const server = startServer(serverCommand(engine.host, "bundle"));
  try {
    await initialize(server);
    const { tools } = await server.request<{ tools: Listed[] }>("tools/list");
    return {
      title: "Cost to the model",
      how:
        "Bytes of compact JSON for definitions, bytes of the text for answers, tokens of cl100k where it says so. The floor of an answer is what the " +
        "engine itself sends, without the frames of a log. `structured` is the same answer as data, which clients may use " +
        "instead of the text.",
      rows: [...definitionRows(tools), ...await answerRows(engine, { server, container, logs }), ...toolRows(tools)],
    };
  } finally {
    await server.close();
    await removeContainer(engine.host, logs);
  }
}

function definitionRows(tools: readonly Listed[]): Row[] {
  const usual = tools.filter(({ name }) => !/_(create|run)_container$/.test(name)).map(essentials);
  const average = usual.reduce((sum, bytes) => sum + bytes, 0) / usual.length;
  const plan = tools.filter(({ name }) => usualTools.includes(name));
  return [
    row(`\`tools/list\`, ${tools.length} tools`, bytesOf(JSON.stringify({ tools }))),
    tokenRow(`all ${tools.length} tools`, tools, 5500),
    tokenRow(`the ${plan.length} usual tools`, plan, 3000),
    tokenRow("the classic surface", surfaces.classic),
    tokenRow("the compact surface", surfaces.compact, 1500),
    {
      ...row("name + description + input schema, average without create and run", average),
      aim: { text: "under 700 bytes", met: average < 700 },
    },
  ];
}

function tokenRow(what: string, shown: readonly Shown[], most?: number): Row {
  const tokens = definitionTokens(shown);
  const aim = most === undefined ? {} : { aim: { text: `under ${amount(most, "tokens")}`, met: tokens < most } };
  return {
    what: `${what}: name + description + input schema`,
    floor: "",
    measured: amount(tokens, "tokens"),
    compared: "",
    ...aim,
  };
}

interface Asked {
  server: StdioServer;
  container: string;
  logs: string;
}

async function answerRows({ host }: LiveEngine, { server, container, logs }: Asked): Promise<Row[]> {
  const list = await callTool(server, "docker_list_containers");
  const inspect = await callTool(server, "docker_inspect_container", { container });
  const log = await callTool(server, "docker_container_logs", { container: logs, tail: 200 });
  const raw = async (path: string) => (await mustAskEngine(host, { path })).bytes.length;
  const frames = 200 * 8;
  const listText = bytesOf(textOf(list));
  return [
    {
      ...answerRow("list of 20 containers", { answer: list, raw: await raw("/containers/json") }),
      aim: { text: "under 4 KB", met: listText < 4000 },
    },
    answerRow("inspect of a container", { answer: inspect, raw: await raw(`/containers/${container}/json`) }),
    answerRow("200 log lines", { answer: log, raw: await raw(`/containers/${logs}/logs?stdout=1&tail=200`) - frames }),
  ];
}

function answerRow(what: string, { answer, raw }: { answer: CallResult; raw: number }): Row {
  const bytes = bytesOf(textOf(answer));
  const structured = bytesOf(JSON.stringify(answer.structuredContent ?? {}));
  return {
    what: `${what} (structured: ${amount(structured, "bytes")})`,
    floor: amount(raw, "bytes"),
    measured: amount(bytes, "bytes"),
    compared: `${(bytes / raw).toFixed(2)} x`,
  };
}

/** Each tool, the largest first. */
function toolRows(tools: readonly Listed[]): Row[] {
  return tools.toSorted((a, b) => essentials(b) - essentials(a)).map((tool) =>
    row(`\`${tool.name}\` (whole definition: ${amount(bytesOf(JSON.stringify(tool)), "bytes")})`, essentials(tool))
  );
}

/** What every client shows its model. */
function essentials({ name, description, inputSchema }: Listed): number {
  return bytesOf(name + description + JSON.stringify(inputSchema));
}

function row(what: string, bytes: number): Row {
  return { what, floor: "", measured: amount(bytes, "bytes"), compared: "" };
}

function textOf({ content }: CallResult): string {
  return content.map(({ text }) => text).join("\n");
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
