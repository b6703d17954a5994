import { removeContainer } from "../live/engine_containers.ts";
import type { LiveEngine } from "../live/live.ts";
import { findProgram, unpackedPrograms } from "../live/private_engine_programs.ts";
import { lineLength, logContainer } from "./log_container.ts";
import { median, runMeasured } from "./measure.ts";
import type { LogReport } from "./read_log.ts";
import { amount, type Row, type Section } from "./report.ts";
import { fileAt } from "./server_commands.ts";

const million = 1_000_000;

interface Amount {
  lines: number;
  rounds: number;
}

/** Milliseconds, and MiB where the reader tells them. */
interface Reading {
  wall: number;
  cpu: number;
  peak: number;
}

/** The log of a real container through the engine client's decoder, against `docker logs` and the bare socket. */
export async function streaming(engine: LiveEngine, { large }: { large: boolean }): Promise<Section> {
  const docker = await findDocker();
  const amounts = [{ lines: million / 2, rounds: 5 }, ...(large ? [{ lines: 10 * million, rounds: 1 }] : [])];
  const rows = [];
  for (const size of amounts) rows.push(...await measure(engine, { ...size, docker }));
  return {
    title: "Streaming",
    how:
      `A log of ${lineLength}-byte lines, each reader a process of its own, its start included; interleaved rounds, ` +
      `medians (of ${
        amounts.map(({ rounds }) => rounds).join(" and ")
      }). The decoder counts lines as text; the floors are ` +
      (docker ? "`docker logs` to /dev/null and " : "(there is no `docker` program here) ") +
      "the bare socket, read and thrown away." + (large ? "" : " Run with `--large` for 1 GB."),
    rows,
  };
}

/** The program that users have; the private engine's packages bring one too. */
async function findDocker(): Promise<string | undefined> {
  const unpacked = Deno.env.get("DOCKER_MCP_TEST_PROGRAMS");
  return await findProgram("docker", unpacked ? (await unpackedPrograms(unpacked)).path : undefined);
}

async function measure(
  engine: LiveEngine,
  { lines, rounds, docker }: Amount & { docker: string | undefined },
): Promise<Row[]> {
  const id = await logContainer(engine, lines);
  const reader = [Deno.execPath(), "run", "-A", "--cached-only", fileAt("./read_log.ts")];
  const decoder = { command: [...reader, "decoder", engine.host, id], readings: Array<Reading>() };
  const socket = { command: [...reader, "socket", engine.host, id], readings: Array<Reading>() };
  const client = { command: [docker ?? "", "--host", engine.host, "logs", id], readings: Array<Reading>() };
  try {
    for (let round = 0; round < rounds; round++) {
      decoder.readings.push(await readLog(decoder.command, lines));
      socket.readings.push(await readLog(socket.command));
      if (docker) client.readings.push(await readLog(client.command));
    }
  } finally {
    await removeContainer(engine.host, id);
  }
  const found = { decoder: typical(decoder.readings), socket: typical(socket.readings) };
  return rowsOf(lines, { ...found, ...(docker ? { docker: typical(client.readings) } : {}) });
}

/** Where the number of lines is given, the reader must have seen them all. */
async function readLog(command: readonly string[], lines?: number): Promise<Reading> {
  const { wall, cpu, report } = await runMeasured(command);
  // `docker logs` tells nothing.
  const { peak, ...read }: LogReport = JSON.parse(report || '{"peak":0}');
  if (lines !== undefined && (read.lines !== lines || read.bytes !== lines * lineLength)) {
    throw new Error(`Cannot bench a decoder that loses output: ${lines} lines were written, and it told ${report}`);
  }
  return { wall, cpu, peak };
}

function typical(readings: readonly Reading[]): Reading {
  return {
    wall: median(readings.map(({ wall }) => wall)),
    cpu: median(readings.map(({ cpu }) => cpu)),
    peak: Math.max(...readings.map(({ peak }) => peak)),
  };
}

interface Found {
  decoder: Reading;
  socket: Reading;
  docker?: Reading;
}

function rowsOf(lines: number, { decoder, socket, docker }: Found): Row[] {
  const megabytes = lines * lineLength / million;
  const size = `${megabytes} MB`;
  const speed = (floor: Reading) => ({
    floor: amount(megabytes / (floor.wall / 1000), "MB/s"),
    measured: amount(megabytes / (decoder.wall / 1000), "MB/s"),
    compared: `${(floor.wall / decoder.wall).toFixed(2)} x`,
  });
  const cpu = (floor: Reading) => ({
    floor: amount(floor.cpu / 1000, "s"),
    measured: amount(decoder.cpu / 1000, "s"),
    compared: `${(decoder.cpu / floor.cpu).toFixed(2)} x`,
  });
  const faster = (floor: Reading) => ({ text: "faster than `docker logs`", met: decoder.wall < floor.wall });
  return [
    ...(docker
      ? [
        { what: `${size}, speed against \`docker logs\``, ...speed(docker), aim: faster(docker) },
        { what: `${size}, CPU against \`docker logs\``, ...cpu(docker) },
      ]
      : []),
    { what: `${size}, speed against the bare socket`, ...speed(socket) },
    { what: `${size}, CPU against the bare socket`, ...cpu(socket) },
    {
      what: `${size}, peak memory against the bare socket`,
      floor: amount(socket.peak, "MiB"),
      measured: amount(decoder.peak, "MiB"),
      compared: `${(decoder.peak / socket.peak).toFixed(2)} x`,
      aim: { text: "under 150 MiB", met: decoder.peak < 150 },
    },
  ];
}
