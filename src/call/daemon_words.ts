import type { EngineError } from "../engine/errors.ts";
import type { CodeName } from "./codes.ts";

/** What the words of a daemon mean, in whatever version and of whichever maker; nothing where they are not known. */
export function meaningOf({ message, request }: EngineError): { name: CodeName; next: string } | undefined {
  return sayings.find(({ says, of }) => says.test(message) && (of?.test(request) ?? true));
}

/** What to do about an engine that is too old, or too new. */
export const versions = "Use DOCKER_API_VERSION=auto, or update the engine; `doctor` shows both versions";

interface Saying {
  says: RegExp;
  /** Only in answers to these requests. */
  of?: RegExp;
  name: CodeName;
  next: string;
}

/** How registries say that the rights do not suffice; a name that is not there looks the same. */
export const accessDenied =
  /unauthorized|authentication required|authorization failed|no basic auth|access (is |to the resource is )?denied|incorrect username|insufficient_scope|40[13] (unauthorized|forbidden)|status.*: 40[13]/i;

const registryRequests = / \/(images\/create(?!\?)|images\/.+\/push|build|auth|distribution)\b/;

const archiveRequests = / \/images\/(load|create\?fromSrc)$/;

/** What the daemon says in words, read from the top. */
const sayings: readonly Saying[] = [
  {
    says: /HTTP request to an HTTPS server/,
    name: "daemonNotAccessible",
    next: "The engine speaks TLS there: start this server with --cert-path, or with --tls-verify",
  },
  { says: /invalid change "/i, name: "invalidArgument", next: "Mend the line of `changes` that the reason names" },
  {
    says:
      /invalid tar header|unexpected eof|corrupt input|supported image formats|unrecognized image format|docker-import-\d+\/|invalid header|checksum error/i,
    of: archiveRequests,
    name: "invalidArgument",
    next:
      "Check the archive: docker_load_image takes what docker_save_image writes, docker_import_image a tar of files",
  },
  {
    says: /dial tcp|no such host|tls: |x509|i\/o timeout|connection refused|http status code|downloading /i,
    of: archiveRequests,
    name: "invalidArgument",
    next: "The engine itself reads the url: check the address and that its machine reaches it, or give a local path",
  },
  {
    says: /cannot overwrite|not a directory|: file exists|too many links/i,
    of: /\/archive$/,
    name: "invalidArgument",
    next: "Check the path: a folder does not become a file, and nothing lies below a file; " +
      "docker_copy_from_container of the folder above shows what lies there",
  },
  { says: /syntax error in pattern/i, name: "invalidArgument", next: "Mend the pattern: a [ needs its ]" },
  { says: /invalid reference format/i, name: "invalidArgument", next: "Mend the name or the tag of the image" },
  { says: /dockerfile/i, of: / \/build$/, name: "buildFailed", next: "Mend the Dockerfile and build again" },
  {
    says: /network mode .* not supported|invalid host /i,
    of: / \/build$/,
    name: "invalidArgument",
    next: "Mend the argument that the reason names and call again",
  },
  { says: /client version .* is too (new|old)/i, name: "unsupported", next: versions },
  {
    // Podman says no more than that of a path that it does not know.
    says: /page not found|not implemented|^not found$/i,
    name: "unsupported",
    next: "This engine cannot do it: do without, or update it",
  },
  {
    says:
      /not (match|provide) the specified platform|no matching manifest for|no match for platform|no image found in .* for architecture/i,
    of: registryRequests,
    name: "registryError",
    next: "The registry has the image, but not for this platform: take another tag, or a platform that it is made for",
  },
  {
    says: /not (match|provide) the specified platform/i,
    name: "imageNotFound",
    next: "docker_pull_image with this platform fetches it, in place of the one that is here",
  },
  {
    says: accessDenied,
    of: registryRequests,
    name: "registryError",
    next: "Check the name of the image; for a private one the registry wants credentials",
  },
  {
    says: /toomanyrequests|rate limit/i,
    of: registryRequests,
    name: "registryError",
    next: "Wait, or log in to the registry",
  },
  {
    says: /no such host|dial tcp|tls: |x509|client\.timeout|i\/o timeout|server misbehaving|connection refused/i,
    of: registryRequests,
    name: "registryError",
    next: "The daemon cannot reach the registry: check its network, its proxy, and the name of the registry",
  },
  {
    says:
      /manifest .*(unknown|not found)|not found: manifest|repository does not exist|failed to resolve reference|does not exist or no pull/i,
    of: registryRequests,
    name: "registryError",
    next: "Check the name and the tag of the image",
  },
  {
    says: /authorization denied by plugin/i,
    name: "permissionDenied",
    next: "An authorization plugin of the engine forbids it",
  },
  {
    says: /name .* is already in use|unique constraint failed: \w+\.name/i,
    name: "conflict",
    next: "Choose another name, or free this one with docker_rename_container or docker_remove_container",
  },
  {
    says: /cannot remove (a running|container .* is running)|is running: stop|stop the container before/i,
    name: "conflict",
    next: "Stop it first with docker_stop_container, or remove it with force",
  },
  {
    says: /is not running|is not started|can only \S+( \S+)* running containers/i,
    name: "conflict",
    next: "Start it first with docker_start_container; docker_container_logs shows why it ended",
  },
  { says: /is (already )?paused/i, name: "conflict", next: "Resume it first with docker_unpause_container" },
  { says: /is not paused/i, name: "conflict", next: "docker_inspect_container shows the state it is in now" },
  {
    says: /image is referenced in multiple repositories|by id with more than one tag/i,
    name: "conflict",
    next: "It has several tags: name one of them, or remove all with force",
  },
  {
    says: /image has dependent child images/i,
    name: "conflict",
    next: "Other images are built on it: remove those first",
  },
  {
    says: /network with name .* already exists|network already exists|network name .* already used/i,
    name: "conflict",
    next: "Choose another name; docker_inspect_network shows the network that has this one",
  },
  {
    says: /pool overlaps with other one|subnet .* is (already )?(being )?used/i,
    name: "conflict",
    next: "Choose another subnet, or none; docker_list_networks shows the ones that are taken",
  },
  {
    says: /non-overlapping .*address pool|address pools have been fully subnetted/i,
    name: "conflict",
    next: "Give the network a subnet of its own, or free some with docker_prune_networks",
  },
  {
    says: /network \S+ is ambiguous/i,
    name: "conflict",
    next: "Several have this name: take the id instead, which the list of them shows",
  },
  {
    says: /endpoint with name .* already exists|network is already connected/i,
    name: "conflict",
    next: "It is in this network already; docker_inspect_network shows its address",
  },
  {
    says: /is not connected to (the )?network/i,
    name: "conflict",
    next: "docker_inspect_network shows what is in the network",
  },
  {
    says:
      /pre-defined network|default network .* cannot be removed|(dis)?connected (to|from) host network|to host network/i,
    name: "conflict",
    next: "The networks that the engine came with stay as they are: name another one",
  },
  {
    says: /update the memoryswap at the same time/i,
    name: "invalidArgument",
    next: "Give memory_swap as well: as much as memory for no swap, -1 for any amount",
  },
  {
    // The kernel's word by cgroups of the first version, and the runtime's by those of the second.
    says: /memory\.memsw\.limit_in_bytes\S*: invalid argument|memory\+swap limit should be >= memory limit/i,
    name: "invalidArgument",
    next: "memory_swap is memory and swap together: give no less than the memory limit, -1 for any amount",
  },
  {
    says: /requested static ip .* not in any subnet/i,
    name: "invalidArgument",
    next: "Take an address of the network's subnets, which docker_inspect_network shows",
  },
  {
    says: /has active endpoints|network is being used/i,
    name: "conflict",
    next: "docker_inspect_network shows what is in it: take that out first with docker_disconnect_container",
  },
  {
    says: /volume is (being used|in use)/i,
    name: "conflict",
    next: "docker_inspect_volume shows the containers that have it: remove those first with docker_remove_container",
  },
  {
    says: /^ps: /,
    of: /\/top$/,
    name: "invalidArgument",
    next: "Mend ps_args: the options of ps on the engine's machine",
  },
  {
    says: /plugin "[^"]+" not found/i,
    name: "invalidArgument",
    next: "Name a driver that this engine has, or none for its default one",
  },
  {
    says: /image is (being )?used|image is in use|unable to (delete|remove)/i,
    name: "conflict",
    next: "docker_list_containers shows what uses it: remove that first",
  },
  {
    says: /executable file (\S+ )?not found|exec format error|exec: .*no such file/i,
    name: "invalidArgument",
    next: "Check the command: the image holds no such program, or one for another platform",
  },
  {
    says: /no space left on device/i,
    name: "daemonError",
    next: "Free space on the engine's disk: docker_prune_containers removes stopped containers",
  },
];
