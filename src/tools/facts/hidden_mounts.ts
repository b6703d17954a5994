import type { Context } from "../../define.ts";
import type { ContainerDetails } from "../../engine/containers.ts";

// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");

/**
 * The mount above `path` that hides what is copied there, if any. Docker copies to the disk of a container and its
 * volumes; what it lays over that in memory, it does when the container starts.
 */
export async function hiddenBy(
  { engine, signal }: Pick<Context, "engine" | "signal">,
  { container, path }: { container: string; path: string },
): Promise<string | undefined> {
  const mount = mountOf(path, await engine.containers.inspect(container, { signal }));
  // Podman copies in the container itself, where that runs.
  if (mount === undefined || await engine.builds.builder({ signal }) === "podman") return undefined;
  return mount;
}

/** What every container gets. */
const ofTheKernel = ["/proc", "/sys", "/dev"];

/** The mount in which the path lies, where that is one of those. */
function mountOf(path: string, { HostConfig, Mounts = [] }: ContainerDetails): string | undefined {
  const tmpfs = Mounts.filter(({ Type }) => Type === "tmpfs").map(({ Destination }) => Destination);
  const hidden = [...ofTheKernel, ...Object.keys(HostConfig.Tmpfs ?? {}), ...tmpfs].map(clean);
  const all = [...hidden, ...Mounts.map(({ Destination }) => clean(Destination))];
  const above = all.filter((mount) => clean(path).startsWith(`${mount}/`)).sort((a, b) => b.length - a.length)[0];
  return hidden.find((mount) => mount === above);
}

function clean(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, "");
}
