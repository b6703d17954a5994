import type { Failure } from "./stage.ts";

/** Every way a call can fail, under the name the code uses. A code, once published, never changes its meaning. */
export const codes = {
  daemonNotAccessible: { code: "DKR-001", meaning: "The Docker daemon cannot be reached; nothing was sent" },
  containerNotFound: { code: "DKR-002", meaning: "No container has this name or id" },
  imageNotFound: { code: "DKR-003", meaning: "The engine holds no such image" },
  invalidArgument: { code: "DKR-004", meaning: "An argument or a configuration is not valid" },
  permissionDenied: { code: "DKR-005", meaning: "The socket, the sandbox or the daemon does not permit it" },
  portInUse: { code: "DKR-006", meaning: "A port of the host is taken already" },
  networkNotFound: { code: "DKR-007", meaning: "No network has this name or id" },
  volumeNotFound: { code: "DKR-008", meaning: "No volume has this name" },
  notFound: { code: "DKR-009", meaning: "Something else does not exist: an exec instance, a file in a container" },
  timeout: { code: "DKR-010", meaning: "No answer came in time; a change may have happened all the same" },
  refused: { code: "DKR-011", meaning: "The rules of this server forbid it; the answer names the flag that allows it" },
  confirmationInvalid: {
    code: "DKR-012",
    meaning: "A person must confirm first; the confirmation that came is not valid",
  },
  declined: { code: "DKR-013", meaning: "The person who was asked did not agree" },
  conflict: { code: "DKR-014", meaning: "The state of things does not allow it: name taken, still running, in use" },
  daemonError: { code: "DKR-015", meaning: "The daemon failed, or its answer cannot be understood" },
  registryError: {
    code: "DKR-016",
    meaning: "A registry refused, lacks the image, or cannot be reached by the daemon",
  },
  limitReached: { code: "DKR-017", meaning: "Too many calls at once or per minute, or an answer too large" },
  interrupted: {
    code: "DKR-018",
    meaning: "The connection ended in mid-answer; a change may have happened all the same",
  },
  unsupported: { code: "DKR-019", meaning: "This engine speaks no API version in common, or lacks what was asked for" },
  cancelled: { code: "DKR-020", meaning: "The caller gave up before the end" },
  internalError: { code: "DKR-021", meaning: "A fault of this server; its log has the details under the call id" },
  buildFailed: { code: "DKR-022", meaning: "A step of a build failed, or its Dockerfile or context is at fault" },
  composeInvalid: {
    code: "DKR-023",
    meaning: "A Compose file is not valid, or asks for what is not there; the answer tells file, line and attribute",
  },
  composeFailed: {
    code: "DKR-024",
    meaning: "One operation of a Compose project failed; the next plan goes on from there",
  },
} as const;

/** A name of the table: `containerNotFound`. */
export type CodeName = keyof typeof codes;

/** A code of the table: `DKR-002`. */
export type Code = (typeof codes)[CodeName]["code"];

/** A failure under a code of the table. What it quotes may be of any length: each of its texts is cut. */
export function failure(
  name: CodeName,
  { what, why, next }: { what: string; why: string; next: string },
): Failure & { code: Code } {
  return { kind: "failure", code: codes[name].code, what: bounded(what), why: bounded(why), next: bounded(next) };
}

const longest = 10_000;

/** Names and values are quoted to tell which one is meant: the beginning of it does. */
const longestQuoted = 300;

function bounded(text: string): string {
  return cut(text.replace(/"([^"\n]+)"/g, (_, inner: string) => `"${cut(inner, longestQuoted)}"`), longest);
}

function cut(text: string, most: number): string {
  const left = text.length - most;
  return left <= 0 ? text : `${text.slice(0, most).toWellFormed()} [${left} characters cut]`;
}
