import { type BareClient, openBareClient } from "./bare_client.ts";
import { cpuOf, quantile } from "./measure.ts";
import { amount, difference, type Row, type Section } from "./report.ts";
import { sdkFloorCommand, serverCommand } from "./server_commands.ts";
import { callTool, initialize, startServer, type StdioServer } from "./stdio_server.ts";

const rounds = 5;
const callsEach = 400;
const inFlight = [1, 8, 32];

const subjects = [
  { tool: "docker_list_containers", path: "/containers/json" },
  { tool: "docker_healthcheck", path: "/_ping" },
];

/** A tool at one number of calls in flight, and what its rounds have measured: milliseconds each. */
interface Case {
  tool: string;
  path: string;
  width: number;
  bare: number[];
  ours: number[];
  /** Of a server on the same SDK that asks no engine. */
  sdk: number[];
  /** CPU of the server. */
  cpu: number;
}

interface Servers {
  server: StdioServer;
  /** Answers at once. */
  sdk: StdioServer;
  clients: BareClient[];
}

/** Calls over stdio against the same request on the bare socket. */
export async function callOverhead({ host }: { host: string }): Promise<Section> {
  const cases = subjects.flatMap((subject) =>
    inFlight.map((width): Case => ({ ...subject, width, bare: [], ours: [], sdk: [], cpu: 0 }))
  );
  const server = startServer(serverCommand(host, "bundle"));
  const sdk = startServer(sdkFloorCommand());
  await Promise.all([initialize(server), initialize(sdk)]);
  const clients = await Promise.all(Array.from({ length: Math.max(...inFlight) }, () => openBareClient(host)));
  // Once unmeasured: connections are opened and the functions compiled.
  for (const one of cases) await measure({ ...one, bare: [], ours: [], sdk: [] }, { server, sdk, clients });
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) await measure(one, { server, sdk, clients });
  }
  for (const client of clients) client.close();
  await Promise.all([server.close(), sdk.close()]);
  return {
    title: "Call overhead",
    how: "Calls over stdio (the bundle) against the same request by a bare HTTP client that keeps its connections; " +
      `${
        rounds * callsEach
      } calls each in ${rounds} interleaved rounds, 20 containers running. With several in flight ` +
      "on few cores, a call also waits for the CPU that those before it take; one in flight shows the call itself. " +
      "Equal reads that wait at the same time are one request to the engine, which spares it work: the bare client " +
      "sends each. " +
      "The SDK alone is a server that answers at once and asks no engine.",
    rows: cases.flatMap(rowsOf),
  };
}

async function measure(one: Case, { server, sdk, clients }: Servers): Promise<void> {
  const { tool, path, width, bare, ours } = one;
  one.sdk.push(...await timeCalls(width, () => callTool(sdk, "floor")));
  bare.push(...await timeCalls(width, (lane) => clients[lane]?.get(path)));
  const before = cpuOf(server.pid);
  ours.push(...await timeCalls(width, () => callTool(server, tool)));
  one.cpu += cpuOf(server.pid) - before;
}

/** Keeps `width` calls in flight; the milliseconds that each took. */
async function timeCalls(width: number, call: (lane: number) => Promise<unknown> | undefined): Promise<number[]> {
  const times: number[] = [];
  let left = callsEach;
  const lane = async (number: number) => {
    while (left-- > 0) {
      const start = performance.now();
      await call(number);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: width }, (_, number) => lane(number)));
  return times;
}

function rowsOf({ tool, width, bare, ours, sdk, cpu }: Case): Row[] {
  const row = (q: number): Row => ({
    what: `\`${tool}\`, ${width} in flight, p${q * 100}`,
    floor: amount(quantile(bare, q), "ms"),
    measured: amount(quantile(ours, q), "ms"),
    compared: difference(quantile(ours, q) - quantile(bare, q), "ms"),
  });
  const met = quantile(ours, 0.5) - quantile(bare, 0.5) <= 1.5;
  return [
    { ...row(0.5), aim: { text: "within 1.5 ms", met } },
    row(0.99),
    { what: "the SDK alone, p50", floor: "", measured: amount(quantile(sdk, 0.5), "ms"), compared: "" },
    { what: "server CPU a call", floor: "", measured: amount(cpu / ours.length, "ms"), compared: "" },
  ];
}
