import { cpuOf, median, peakMemoryOf } from "./measure.ts";
import { amount, type Row, type Section } from "./report.ts";
import { floorCommand, serverCommand } from "./server_commands.ts";
import { initialize, startServer, type StdioServer } from "./stdio_server.ts";

const rounds = 15;

/** One start, until the answer was there. Milliseconds and MiB. */
interface Start {
  wall: number;
  cpu: number;
  memory: number;
}

/** From spawn to the answer of `tools/list`, against an empty program's answer of one line. */
export async function startUp({ host }: { host: string }): Promise<Section> {
  const floor = starter(floorCommand(), (server) => server.request("anything"));
  const bundle = starter(serverCommand(host, "bundle"), listTools);
  const sources = starter(serverCommand(host, "source"), listTools);
  // Their first starts fill Deno's caches.
  for (const { start } of [floor, bundle, sources]) await start();
  for (let round = 0; round < rounds; round++) {
    for (const { start, starts } of [floor, bundle, sources]) starts.push(await start());
  }
  const least = typical(floor.starts);
  return {
    title: "Start-up",
    how: "From spawn to the answer of `tools/list` over stdio, against an empty Deno program that answers one line. " +
      `Medians of ${rounds} interleaved starts with warm caches; CPU is user and system time of all threads.`,
    rows: [
      ...withAims(rowsOf("bundle", typical(bundle.starts), least), typical(bundle.starts).cpu / least.cpu),
      ...rowsOf("sources", typical(sources.starts), least),
    ],
  };
}

function starter(command: readonly string[], dialog: (server: StdioServer) => Promise<unknown>) {
  const starts: Start[] = [];
  async function start(): Promise<Start> {
    const begun = performance.now();
    const server = startServer(command);
    await dialog(server);
    const found = { wall: performance.now() - begun, cpu: cpuOf(server.pid), memory: peakMemoryOf(server.pid) };
    await server.close();
    return found;
  }
  return { start, starts };
}

async function listTools(server: StdioServer): Promise<unknown> {
  await initialize(server);
  return await server.request("tools/list");
}

function typical(starts: readonly Start[]): Start {
  return {
    wall: median(starts.map(({ wall }) => wall)),
    cpu: median(starts.map(({ cpu }) => cpu)),
    memory: median(starts.map(({ memory }) => memory)),
  };
}

function rowsOf(name: string, found: Start, floor: Start): Row[] {
  const row = (what: string, key: keyof Start, unit: string): Row => ({
    what: `${name}, ${what}`,
    floor: amount(floor[key], unit),
    measured: amount(found[key], unit),
    compared: `${(found[key] / floor[key]).toFixed(2)} x`,
  });
  return [row("CPU", "cpu", "ms"), row("wall", "wall", "ms"), row("memory", "memory", "MiB")];
}

/** The second aim is the first in milliseconds, on a machine where the floor takes 35 of them. */
function withAims([cpu, ...rest]: readonly Row[], ratio: number): Row[] {
  if (!cpu) return [];
  const scaled = ratio * 35;
  return [
    { ...cpu, aim: { text: "under 5 x", met: ratio < 5 } },
    {
      what: "bundle, CPU, scaled",
      floor: "35 ms",
      measured: amount(scaled, "ms"),
      compared: cpu.compared,
      aim: { text: "at most 190 ms", met: scaled <= 190 },
    },
    ...rest,
  ];
}
