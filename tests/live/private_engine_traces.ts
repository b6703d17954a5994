/** What an engine leaves on the machine: to be compared while it runs and after. */
export interface Traces {
  processes: number[];
  /** Processes that have something in the engine's folder mounted. */
  mounts: number[];
  cgroups: string[];
  folder: boolean;
}

export const noTraces: Traces = { processes: [], mounts: [], cgroups: [], folder: false };

/** Looks for traces of the engine in `folder`, and for those of `processes` that are alive. */
export async function findTraces(folder: string, processes: readonly number[]): Promise<Traces> {
  const all = await listProcesses();
  const known = new Set(all.map(({ pid }) => pid));
  const mounts = [];
  for (const { pid } of all) {
    const mountinfo = await Deno.readTextFile(`/proc/${pid}/mountinfo`).catch(() => "");
    if (mountinfo.includes(folder)) mounts.push(pid);
  }
  return {
    processes: processes.filter((pid) => known.has(pid)),
    mounts,
    cgroups: await listCgroups(`engine-${folder.split("/").at(-1)}`),
    folder: await Deno.stat(folder).then(() => true, () => false),
  };
}

/** The daemon's process, what holds it (three levels up), and all that these have started. */
export async function processTree(daemon: number): Promise<number[]> {
  const all = await listProcesses();
  const parentOf = (pid: number) => all.find((one) => one.pid === pid)?.parent ?? 0;
  const tree = [parentOf(parentOf(parentOf(daemon)))];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((one) => one.pid));
  return tree;
}

async function listProcesses(): Promise<{ pid: number; parent: number }[]> {
  const found = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state !== undefined && state !== "" && state !== "Z") found.push({ pid: Number(name), parent: Number(parent) });
  }
  return found;
}

async function listCgroups(name: string): Promise<string[]> {
  const args = ["/sys/fs/cgroup", "-maxdepth", "2", "-type", "d", "-name", name];
  const { stdout } = await new Deno.Command("find", { args }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}
