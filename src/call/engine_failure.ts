import type { EngineError, UnreachableReason } from "../engine/errors.ts";
import { type CodeName, failure } from "./codes.ts";
import { missingFailure } from "./missing.ts";
import type { Names } from "./nearest.ts";
import type { Call, Failure } from "./stage.ts";

/** What an error of the engine client means to the caller, and what to try next. */
export async function engineFailure(error: EngineError, call: Call, names: Names): Promise<Failure> {
  const what = `Cannot do "${call.subject.title}"`;
  const why = error.message;
  const { fault } = error;
  switch (fault.kind) {
    case "unreachable":
      return failure(unreachableCode(fault.why), { what, why, next: unreachableNext(fault.why) });
    case "interrupted":
      return failure("interrupted", { what, why, next: changes(call) ? maybeDone : again });
    case "timeout":
      return failure("timeout", { what, why, next: fault.sent && changes(call) ? maybeDone : again });
    case "malformed":
      return failure("daemonError", { what, why, next: changes(call) ? maybeDone : versions });
    case "incompatible":
      return failure("unsupported", { what, why, next: versions });
    case "context":
      return failure("invalidArgument", { what, why, next: "Mend it or name another one, then call again" });
    case "status":
    case "stream":
      return await reported(error, { what, names });
  }
}

/** What to do when a change was sent and nobody knows how far it came. */
export const maybeDone =
  "It may have happened all the same: check with docker_list_containers or docker_inspect_container before calling again";
const again = "Nothing was changed: call again; if it stays so, `doctor` shows the state of the engine";
const versions = "Use DOCKER_API_VERSION=auto, or update the engine; `doctor` shows both versions";

/**
 * Whether the call could have changed something. The request that failed does not tell: a change takes several, and
 * the one that failed may be the question how it went.
 */
function changes({ subject }: Call): boolean {
  return subject.risk !== "read";
}

function unreachableCode(why: UnreachableReason): CodeName {
  const denied: UnreachableReason[] = ["denied", "sandbox", "host_key", "login", "remote_denied"];
  return denied.includes(why) ? "permissionDenied" : "daemonNotAccessible";
}

function unreachableNext(why: UnreachableReason): string {
  switch (why) {
    case "denied":
      return "Add this user to the group of the socket (`sudo usermod -aG docker $USER`, then log in again), or set " +
        "DOCKER_HOST to an engine of this user; `doctor` shows what was tried";
    case "sandbox":
      return "Start this server with the flags that its command `permissions` prints";
    case "tls":
      return "Check DOCKER_CERT_PATH (ca.pem, cert.pem, key.pem) and DOCKER_TLS_VERIFY; `doctor` shows what was tried";
    case "busy":
      return "Nothing was sent: call again in a while; `doctor` shows the state of the engine";
    default:
      return sshNext(why) ?? "Start Docker or set DOCKER_HOST; `doctor` shows what was tried";
  }
}

function sshNext(why: UnreachableReason): string | undefined {
  switch (why) {
    case "ssh_missing":
      return "Install the OpenSSH client on the machine of this server, or tunnel the socket by other means";
    case "no_ssh":
      return "Check the host and the port, and that the machine is up; nothing was sent";
    case "host_key":
      return "Connect once by hand with ssh, and compare the key before you accept it: nobody is asked here";
    case "login":
      return "Load the key with ssh-add or name it in ~/.ssh/config: passwords and passphrases are not asked for here";
    case "remote_docker_missing":
      return "Install the docker program there, on the PATH of shells that are not interactive; or forward the socket: " +
        "ssh -N -L /tmp/docker.sock:/var/run/docker.sock, and --host unix:///tmp/docker.sock";
    case "remote_denied":
      return "Add the user on that machine to the group of the socket (`sudo usermod -aG docker USER`)";
    case "remote_down":
      return "Start Docker on that machine, or name its socket: ssh://user@host/path/to/docker.sock";
  }
}

/** What the daemon itself reported: by what it says where that is known, else by the status. */
async function reported(error: EngineError, { what, names }: { what: string; names: Names }): Promise<Failure> {
  const why = error.message;
  const known = portFailure(error, what) ?? await missingFailure(error, { what, names });
  if (known) return known;
  const row = sayings.find(({ says, of }) => says.test(why) && (of?.test(error.request) ?? true));
  if (row) return failure(row.name, { what, why, next: row.next });
  const { name, next } = byStatus(error.status ?? 500);
  return failure(name, { what, why, next });
}

function portFailure({ message }: EngineError, what: string): Failure | undefined {
  if (!/port is already allocated|address already in use|ports are not available/i.test(message)) return undefined;
  const port = /:(\d{1,5})(?:\/\w+)?(?= failed|:| ->|,|$)/.exec(message)?.[1];
  const named = port === undefined ? "the port" : `port ${port}`;
  const next = `docker_list_containers shows whether a container publishes ${named}: stop that one, or publish ` +
    "another port of the host. If none does, a program outside Docker has it";
  return failure("portInUse", { what, why: message, next });
}

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

const registryRequests = / \/(images\/create|images\/.+\/push|build|auth|distribution)\b/;

/** What the daemon says in words, read from the top. */
const sayings: readonly Saying[] = [
  {
    says: /HTTP request to an HTTPS server/,
    name: "daemonNotAccessible",
    next: "The engine speaks TLS there: start this server with --cert-path, or with --tls-verify",
  },
  { says: /invalid change "/i, name: "invalidArgument", next: "Mend the line of `changes` that the reason names" },
  { says: /invalid reference format/i, name: "invalidArgument", next: "Mend the name or the tag of the image" },
  { says: /dockerfile/i, of: / \/build$/, name: "buildFailed", next: "Mend the Dockerfile and build again" },
  { says: /client version .* is too (new|old)/i, name: "unsupported", next: versions },
  {
    // Podman says no more than that of a path that it does not know.
    says: /page not found|not implemented|^not found$/i,
    name: "unsupported",
    next: "This engine cannot do it: do without, or update it",
  },
  {
    says: accessDenied,
    of: registryRequests,
    name: "registryError",
    next: "Check the name of the image; for a private one the registry wants credentials",
  },
  {
    says:
      /manifest .*(unknown|not found)|not found: manifest|repository does not exist|failed to resolve reference|does not exist or no pull/i,
    of: registryRequests,
    name: "registryError",
    next: "Check the name and the tag of the image",
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

function byStatus(status: number): { name: CodeName; next: string } {
  if (status === 400) {
    return { name: "invalidArgument", next: "Mend the argument that the reason names and call again" };
  }
  if (status === 401 || status === 403) {
    return { name: "permissionDenied", next: "The engine does not permit this; its operator can" };
  }
  if (status === 404) return { name: "notFound", next: "Check the name; docker_list_containers shows the containers" };
  if (status === 409) return { name: "conflict", next: "docker_inspect_container shows the state it is in now" };
  if (status === 501) return { name: "unsupported", next: versions };
  return { name: "daemonError", next: "The reason is the daemon's own; docker_healthcheck shows whether it is well" };
}
