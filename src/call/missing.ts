import type { EngineError } from "../engine/errors.ts";
import { type CodeName, failure } from "./codes.ts";
import { type Named, type Names, nearest } from "./nearest.ts";
import type { Failure } from "./stage.ts";

/** A thing that does not exist: which one, and the closest names that do. Nothing where the answer means another fault. */
export async function missingFailure(
  error: EngineError,
  { what, names }: { what: string; names: Names },
): Promise<Failure | undefined> {
  // Podman answers 500 where the network of a new container is missing.
  if (error.status !== 404 && !/network not found$/.test(error.message)) return undefined;
  const missing = whatIsMissing(error);
  if (!missing) return undefined;
  const { kind, name } = missing;
  if (kind === "other") {
    const next = error.request.endsWith("/archive")
      ? "Check the path. What lies in /proc, /sys, /dev or a tmpfs is not copied: docker_exec_command reads it"
      : "Check the name or the path; docker_inspect_container shows the container as it is";
    return failure("notFound", { what, why: error.message, next });
  }
  const closest = await closestNames(kind, { name, names });
  const meant = closest.length === 0 ? "" : `Closest: ${closest.map((name) => `"${name}"`).join(", ")}. `;
  return failure(codeOf[kind], { what, why: `No ${kind} named "${name}"`, next: meant + lists[kind] });
}

const codeOf: Record<Named, CodeName> = {
  container: "containerNotFound",
  image: "imageNotFound",
  network: "networkNotFound",
  volume: "volumeNotFound",
};

const lists: Record<Named, string> = {
  container: "docker_list_containers with all=true shows the names",
  image: "docker_list_images shows the images that are here; docker_pull_image fetches one",
  network: "docker_list_networks shows the names",
  volume: "docker_list_volumes shows the names",
};

interface Missing {
  kind: Named | "other";
  name: string;
}

/** How Docker and Podman say it. Where the name does not stand in the message, it stands in the path. */
const sayings: readonly { kind: Named | "other"; says: RegExp }[] = [
  { kind: "container", says: /no container with name or ID "([^"]+)"/i },
  { kind: "container", says: /no such container(?:: (\S+))?/i },
  { kind: "image", says: /(\S+): image not known/i },
  { kind: "image", says: /no such image(?:: (\S+))?/i },
  { kind: "network", says: /unable to find network with name or ID (\S+?):/i },
  { kind: "network", says: /network (\S+) not found/i },
  { kind: "network", says: /no such network(?:: (\S+))?/i },
  { kind: "volume", says: /no volume with name "([^"]+)"/i },
  { kind: "volume", says: /get (\S+?): no such volume/i },
  { kind: "volume", says: /no such volume(?:: (\S+))?/i },
  { kind: "other", says: /no such exec instance|could not find the file|no such file|lstat /i },
];

function whatIsMissing({ message, request }: EngineError): Missing | undefined {
  // Podman may say nothing at all, as of the processes of a container that is not there.
  const silent = / \/containers\/[^/]+\//.test(request) && /^The Docker daemon answered 404$/.test(message);
  if (silent) return { kind: "container", name: nameInPath(request) };
  for (const { kind, says } of sayings) {
    const found = says.exec(message);
    if (found) return { kind, name: trimmed(found[1]) ?? nameInPath(request) };
  }
}

function trimmed(name: string | undefined): string | undefined {
  return name?.replace(/^["']|["'.,:;]+$/g, "");
}

function nameInPath(request: string): string {
  const part = request.split("/")[2] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function closestNames(kind: Named, { name, names }: { name: string; names: Names }): Promise<string[]> {
  try {
    return nearest(name, await names(kind));
  } catch {
    // The list is a courtesy; the call failed for its own reason.
    return [];
  }
}
