import type { EngineError, UnreachableReason } from "../engine/errors.ts";
import { type CodeName, failure } from "./codes.ts";
import { meaningOf, versions } from "./daemon_words.ts";
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
    case "too_long":
      return failure("invalidArgument", { what, why, next: "Shorten the longest argument and call again" });
    case "status":
    case "stream":
      return await reported(error, { what, names });
  }
}

/** What to do when a change was sent and nobody knows how far it came. */
export const maybeDone =
  "It may have happened all the same: check with docker_list_containers or docker_inspect_container before calling again";
const again = "Nothing was changed: call again; if it stays so, `doctor` shows the state of the engine";

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
  const { name, next } = meaningOf(error) ?? byStatus(error.status ?? 500);
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
