import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { composeProgram } from "../live/compose/program.ts";
import type { LiveEngine } from "../live/live.ts";
import { temporaryFolder } from "../temporary.ts";
import type { PlanCost } from "./compose_plan.ts";
import { sleepingServices } from "./compose_stacks.ts";
import { cpuOf, median, type Run, runMeasured } from "./measure.ts";
import { amount, type Row, type Section } from "./report.ts";
import { bundle, fileAt, serverCommand } from "./server_commands.ts";
import { callTool, initialize, startServer, type StdioServer } from "./stdio_server.ts";

const rounds = 5;

/** Bringing stacks up against the real docker compose, and what a large file takes. */
export async function composeUps(engine: LiveEngine): Promise<Section> {
  const program = await composeProgram();
  const server = startServer(serverCommand(engine.host, "bundle"));
  try {
    await initialize(server);
    const real = program === undefined ? [] : await againstReal({ ...engine, program, server });
    return {
      title: "Compose",
      how: `Medians of ${rounds} interleaved rounds (the bundle) against the real docker compose, which is a process ` +
        "for each command; the CPU is the program's own, without the engine's. A server goes on from call to call; " +
        "one call as a process pays for its start. The last rows are of a process that has done nothing before, and of " +
        "one that has; their floor is to parse the same text with the YAML library alone." +
        (program === undefined ? " There was no docker compose to compare with." : ""),
      rows: [...real, ...await planRows()],
    };
  } finally {
    await server.close();
  }
}

interface Contest extends LiveEngine {
  program: string;
  server: StdioServer;
}

async function againstReal(contest: Contest): Promise<Row[]> {
  return [...await noOpRows(contest, 10), ...await noOpRows(contest, 50), ...await freshRows(contest)];
}

interface Benched {
  /** The real docker compose on it. */
  real(...args: string[]): Promise<Run>;
  down(): Promise<void>;
  /** What a tool is told to mean it. */
  args: Record<string, unknown>;
}

/** A stack in a file of its own, which is taken down in the end. */
async function withStack<T>(
  contest: Contest,
  count: number,
  work: (stack: Benched) => Promise<T>,
): Promise<T> {
  const { host, program, image } = contest;
  const name = `bench${crypto.randomUUID().slice(0, 8)}`;
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-bench-" });
  const text = sleepingServices(count, image);
  await Deno.writeTextFile(`${folder}/compose.yaml`, text);
  const environment = ["env", `DOCKER_HOST=${host}`, "DOCKER_CONFIG=/nonexistent", "COMPOSE_PROGRESS=quiet"];
  const base = [...environment, program, "-p", name, "-f", `${folder}/compose.yaml`];
  const real = (...args: string[]) => runMeasured([...base, ...args]);
  const taken = () => real("down", "-v", "-t", "0");
  // The engine may hold on for a moment to the network of what it has killed.
  const down = async () => void await taken().catch(taken);
  try {
    return await work({ real, down, args: { compose_yaml: text, project_name: name } });
  } finally {
    await down();
    await Deno.remove(folder, { recursive: true });
  }
}

async function noOpRows(contest: Contest, count: number): Promise<Row[]> {
  return await withStack(contest, count, async ({ real, args }) => {
    await real("up", "-d");
    const called = async () => await measureCall(contest.server, args);
    const alone = () => runMeasured(callCommand(contest.host, args));
    // Once unmeasured: caches are filled and the functions compiled.
    await called();
    await alone();
    const [theirs, ours, process]: [Took[], Took[], Took[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await real("up", "-d"));
      ours.push(await called());
      process.push(await alone());
    }
    return [
      ...compared(`up of ${count} that are up, a call`, theirs, ours),
      ...compared(`up of ${count} that are up, a process`, theirs, process),
    ];
  });
}

async function freshRows(contest: Contest): Promise<Row[]> {
  return await withStack(contest, 10, async ({ real, down, args }) => {
    const [theirs, ours]: [Took[], Took[]] = [[], []];
    const contestants = [
      async () => theirs.push(await real("up", "-d")),
      async () => ours.push(await measureCall(contest.server, args)),
    ];
    for (let round = 0; round < rounds; round++) {
      // Each begins by turns: what was taken down last may keep the engine busy still.
      for (const bringUp of round % 2 === 0 ? contestants : contestants.toReversed()) {
        await bringUp();
        await down();
      }
    }
    return compared("up of 10 that are not there, a call", theirs, ours);
  });
}

/** Milliseconds. */
type Took = Pick<Run, "wall" | "cpu">;

async function measureCall(server: StdioServer, args: Record<string, unknown>): Promise<Took> {
  const before = cpuOf(server.pid);
  const begun = performance.now();
  await callTool(server, "docker_compose_up", args);
  return { wall: performance.now() - begun, cpu: cpuOf(server.pid) - before };
}

function callCommand(host: string, args: Record<string, unknown>): string[] {
  const flags = permissionFlags(parseConfig(["serve", "--host", host], () => undefined), { form: "bundle" });
  return [Deno.execPath(), "run", ...flags, bundle, "call", "docker_compose_up", JSON.stringify(args), "--host", host];
}

function compared(what: string, theirs: readonly Took[], ours: readonly Took[]): Row[] {
  return (["wall", "cpu"] as const).map((key) => {
    const [floor, measured] = [theirs, ours].map((all) => median(all.map((took) => took[key])));
    return row(`${what}, ${key === "cpu" ? "CPU" : "wall"}`, floor ?? NaN, measured ?? NaN);
  });
}

function row(what: string, floor: number, measured: number): Row {
  return {
    what,
    floor: amount(floor, "ms"),
    measured: amount(measured, "ms"),
    compared: `${(measured / floor).toFixed(2)} x`,
    aim: { text: "not more than docker compose", met: measured <= floor },
  };
}

async function planRows(): Promise<Row[]> {
  // Bundled as the program is: the YAML library has another form for that.
  using folder = temporaryFolder();
  const program = `${folder.path}/plan.js`;
  const [floors, all]: [PlanCost[], PlanCost[]] = [[], []];
  await deno("bundle", "--quiet", "--platform=browser", "--minify", "-o", program, fileAt("./compose_plan.ts"));
  for (let round = 0; round < rounds; round++) {
    floors.push(JSON.parse(await deno("run", "-A", program, "parse")));
    all.push(JSON.parse(await deno("run", "-A", program, "plan")));
  }
  return (["first", "again"] as const).map((key) => {
    const [floor, cpu] = [floors, all].map((costs) => median(costs.map((cost) => cost[key])));
    return {
      what: `load and plan 500 services${key === "first" ? "" : ", once more"}, CPU`,
      floor: amount(floor ?? NaN, "ms"),
      measured: amount(cpu ?? NaN, "ms"),
      compared: `${((cpu ?? NaN) / (floor ?? NaN)).toFixed(2)} x`,
      aim: { text: "under 300 ms", met: (cpu ?? NaN) < 300 },
    };
  });
}

/** What it prints. */
async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot run "deno ${args.join(" ")}": ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
