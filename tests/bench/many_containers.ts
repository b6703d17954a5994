import { mustAskEngine } from "../live/engine_api.ts";
import { removeContainer } from "../live/engine_containers.ts";
import type { LiveEngine } from "../live/live.ts";
import { type BareClient, openBareClient } from "./bare_client.ts";
import { median } from "./measure.ts";
import { amount, type Row, type Section } from "./report.ts";
import { serverCommand } from "./server_commands.ts";
import { callTool, initialize, startServer, type StdioServer } from "./stdio_server.ts";
import { withTwentyContainers } from "./twenty_containers.ts";

const steps = [10, 100, 500];
const rounds = 7;

/** A tool, and the requests that it takes at the least. */
const looks = [
  { tool: "docker_list_containers", args: { all: true }, paths: ["/containers/json?all=1"] },
  { tool: "docker_system_df", args: {}, paths: ["/system/df"] },
  { tool: "docker_overview", args: {}, paths: ["/system/df", "/info", "/networks"] },
];

/** What a look at the engine costs while it holds ever more containers, and how quickly resource use is told. */
export async function manyContainers(engine: LiveEngine): Promise<Section> {
  const server = startServer(serverCommand(engine.host, "bundle"));
  const clients = await Promise.all(Array.from({ length: 20 }, () => openBareClient(engine.host)));
  try {
    await initialize(server);
    const measured = { server, clients };
    return {
      title: "Many containers",
      how: `Median of ${rounds} rounds over stdio (the bundle), in turn with the same requests by bare HTTP clients, ` +
        "several at the same time. Resource use is that of running containers, and a share of CPU takes two samples, " +
        "for each of which an engine before Docker 23 waits a second; the others were only created.",
      rows: [
        ...await lookRows(engine, measured),
        ...await withTwentyContainers(engine, (_, names) => statsRows(names, measured)),
      ],
    };
  } finally {
    for (const client of clients) client.close();
    await server.close();
  }
}

interface Measured {
  server: StdioServer;
  clients: readonly BareClient[];
}

async function lookRows(engine: LiveEngine, measured: Measured): Promise<Row[]> {
  const rows: Row[] = [];
  const made: string[] = [];
  try {
    for (const containers of steps) {
      while (made.length < containers) made.push(await createContainer(engine));
      for (const look of looks) rows.push(await row(`\`${look.tool}\`, ${containers} containers`, measured, look));
    }
    return rows;
  } finally {
    for (const id of made) await removeContainer(engine.host, id);
  }
}

async function statsRows(names: readonly string[], measured: Measured): Promise<Row[]> {
  const rows: Row[] = [];
  for (const containers of [names.slice(0, 1), names]) {
    const paths = containers.map((name) => `/containers/${name}/stats?stream=0&one-shot=1`);
    const look = { tool: "docker_container_stats", args: { containers }, paths };
    rows.push(await row(`\`docker_container_stats\` of ${containers.length}`, measured, look));
  }
  return rows;
}

interface Look {
  tool: string;
  args: Record<string, unknown>;
  paths: readonly string[];
}

async function row(what: string, { server, clients }: Measured, { tool, args, paths }: Look): Promise<Row> {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const floor = await timed(() => Promise.all(paths.map((path, i) => clients[i]?.get(path))));
    const call = await timed(() => callTool(server, tool, args));
    // The first time is for connections that are opened and functions that are compiled.
    if (round === 0) continue;
    bare.push(floor);
    ours.push(call);
  }
  return {
    what,
    floor: amount(median(bare), "ms"),
    measured: amount(median(ours), "ms"),
    compared: `${(median(ours) / median(bare)).toFixed(2)} x`,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function createContainer({ host, image }: LiveEngine): Promise<string> {
  const body = { Image: image, Cmd: ["true"], Labels: { "com.example.team": "shop" } };
  const { text } = await mustAskEngine(host, { method: "POST", path: "/containers/create", body });
  return String(JSON.parse(text).Id);
}
