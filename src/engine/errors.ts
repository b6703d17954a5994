/** What went wrong between this client and the Docker Engine. One entry for each thing a caller would act on differently. */
export type Fault =
  /** No connection was made, so nothing was sent. */
  | { kind: "unreachable"; why: UnreachableReason }
  /** The connection ended after the request was sent: in front of the answer, or in the middle of it. */
  | { kind: "interrupted" }
  /** No answer within `ms` milliseconds. `sent` says whether the daemon may have acted on the request. */
  | { kind: "timeout"; ms: number; sent: boolean }
  /** The answer is not what the Engine API promises: not HTTP, not JSON, or cut short. */
  | { kind: "malformed" }
  /** The daemon answered with an HTTP status of 400 or more. */
  | { kind: "status"; status: number }
  /** The daemon answered 200 and reported a failure inside the stream (pull, push, build). */
  | { kind: "stream" }
  /** The local files to send cannot be read; the request was not sent, or was broken off. */
  | { kind: "context" }
  /** The arguments do not fit into the address of a request; nothing was sent. */
  | { kind: "too_long" }
  /** Client and daemon have no API version in common. */
  | { kind: "incompatible" };

/**
 * Why no connection was made: no socket at the path; no permission on the socket; nobody listens; the accept queue is
 * full; Deno's permission flags forbid it; the TLS handshake failed; the host name does not resolve. By way of ssh: the
 * program is not there; no ssh server answers; the host's key is not known; the host refuses the user's keys; docker is
 * not there on the host; the user has no permission there; no daemon listens there. Or anything else.
 */
export type UnreachableReason =
  | "missing"
  | "denied"
  | "refused"
  | "busy"
  | "sandbox"
  | "tls"
  | "unknown_host"
  | "ssh_missing"
  | "no_ssh"
  | "host_key"
  | "login"
  | "remote_docker_missing"
  | "remote_denied"
  | "remote_down"
  | "other";

export interface EngineErrorFacts {
  fault: Fault;
  /** The request as a person would write it: `POST /containers/web/stop`. */
  request: string;
  /** The engine it was sent to, as an address: `unix:///var/run/docker.sock`. */
  endpoint?: string;
  cause?: unknown;
}

/** The one error of the engine client. The message is the daemon's own where it sent one. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly fault: Fault;
  readonly request: string;
  readonly endpoint: string | undefined;

  constructor(message: string, facts: EngineErrorFacts) {
    super(message, { cause: facts.cause });
    this.fault = facts.fault;
    this.request = facts.request;
    this.endpoint = facts.endpoint;
  }

  /** The HTTP status, where the daemon answered with one of 400 or more. */
  get status(): number | undefined {
    return this.fault.kind === "status" ? this.fault.status : undefined;
  }
}
