/** CPU time and memory of other processes, read from Linux's /proc, and the numbers drawn from several rounds. */

/** What running a command to its end took. */
export interface Run {
  /** Milliseconds from spawn to end. */
  wall: number;
  /** Milliseconds of user and system time, its children's included. */
  cpu: number;
  /** What it wrote to stderr. */
  report: string;
}

/** Runs a command with its stdout to /dev/null; throws where it fails. CPU time comes in steps of 10 ms. */
export async function runMeasured(argv: readonly string[]): Promise<Run> {
  // A shell that has waited for the command knows what it took: its own "children" columns.
  const args = ["-c", '"$@" >/dev/null || exit 1; cat /proc/$$/stat', "sh", ...argv];
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command("sh", { args, stdout: "piped", stderr: "piped" }).output();
  const wall = performance.now() - start;
  const report = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot measure "${argv.join(" ")}": it failed: ${report.trim()}`);
  return { wall, cpu: childrenCpu(new TextDecoder().decode(stdout)), report };
}

const ticksPerSecond = 100;

/** Milliseconds from a line of /proc/PID/stat: what all children took that have ended. */
function childrenCpu(stat: string): number {
  // The program's name, in brackets, may hold spaces; user and system time of the children are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 1000 / ticksPerSecond;
}

/** Milliseconds of CPU that the threads of a running process have taken so far. */
export function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readWhileThere(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0]);
  }
  return nanoseconds / 1e6;
}

/** A thread may end between being listed and being read. */
function readWhileThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "0";
    throw error;
  }
}

/** The most memory that a process has had, in MiB; 0 once it has ended. */
export function peakMemoryOf(pid: number | "self"): number {
  const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readWhileThere(`/proc/${pid}/status`))?.[1] ?? 0;
  return Number(kibibytes) / 1024;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the share `q` of all values does not exceed; between two neighbours in proportion. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [low = NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}
