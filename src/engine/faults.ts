import { EngineError, type Fault, type UnreachableReason } from "./errors.ts";
import { SshFailure } from "./ssh.ts";

/** Makes the errors of one request, so that each names the request and the engine. */
export type Faults = ReturnType<typeof faults>;

export function faults(request: string, endpoint: string) {
  const make = (message: string, fault: Fault, cause?: unknown) =>
    new EngineError(message, { fault, request, endpoint, cause });
  return {
    /** No connection was made; the text of `cause` says why. */
    unreachable(cause: unknown): EngineError {
      const { why, text } = reasonOf(cause);
      return make(`Cannot reach the Docker daemon at ${endpoint}: ${text}`, { kind: "unreachable", why }, cause);
    },
    /** A certificate or key that cannot be read. */
    tlsFile(path: string, cause: unknown): EngineError {
      const message = `Cannot reach the Docker daemon at ${endpoint}: cannot read "${path}": ${textOf(cause)}`;
      return make(message, { kind: "unreachable", why: isSandbox(cause) ? "sandbox" : "tls" }, cause);
    },
    interrupted(when: string, cause?: unknown): EngineError {
      return make(`The Docker daemon closed the connection ${when}`, { kind: "interrupted" }, cause);
    },
    timeout(ms: number, sent: boolean): EngineError {
      const message = sent
        ? `The Docker daemon at ${endpoint} did not answer ${request} within ${ms} ms`
        : `Cannot reach the Docker daemon at ${endpoint}: no connection within ${ms} ms`;
      return make(message, { kind: "timeout", ms, sent });
    },
    malformed(why: string, cause?: unknown): EngineError {
      return make(`Cannot read the answer from ${endpoint}: ${why}`, { kind: "malformed" }, cause);
    },
    tooLong(length: number, most: number): EngineError {
      const why = `its address would have ${length} characters, and at most ${most} go`;
      return make(`Cannot send ${request}: ${why}`, { kind: "too_long" });
    },
    /** `body` is `{"message": ...}`, plain text or nothing. */
    status(status: number, body: string): EngineError {
      return make(daemonMessage(body) || `The Docker daemon answered ${status}`, { kind: "status", status });
    },
    incompatible(why: string): EngineError {
      const message = `Cannot agree on an API version with the Docker daemon at ${endpoint}: ${why}`;
      return make(message, { kind: "incompatible" });
    },
  };
}

/** True where the same safe request may well succeed in a moment. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const { fault } = error;
  return fault.kind === "interrupted" ||
    fault.kind === "unreachable" && (fault.why === "refused" || fault.why === "busy");
}

/** True for what a TLS handshake fails with; with TLS 1.3 it may arrive as late as the first read. */
export function isTlsFailure(cause: unknown): boolean {
  return tlsFailure.test(textOf(cause));
}

const tlsFailure = /certificate|fatal alert|received corrupt message|handshake|\bkeys? /i;

/** The error that a failed `fetch` stands for. It has no codes: all it knows is in the text of its cause. */
export function fetchFault(make: Faults, cause: unknown): EngineError {
  const text = textOf(cause);
  if (/client error \(Connect\)/.test(text) || isTlsFailure(cause) || isSandbox(cause)) return make.unreachable(cause);
  if (/invalid HTTP|parsed/.test(text)) return make.malformed("it is not HTTP", cause);
  return make.interrupted("before it answered", cause);
}

const reasons: readonly [RegExp, UnreachableReason, string][] = [
  [/No such file/, "missing", "there is no socket at this path"],
  [/Permission denied/, "denied", "this user has no permission on the socket"],
  [/refused/, "refused", "nothing is listening there"],
  [/temporarily unavailable/, "busy", "it accepts no more connections at the moment"],
  [/lookup address|dns error/, "unknown_host", "the host name does not resolve"],
];

function reasonOf(cause: unknown): { why: UnreachableReason; text: string } {
  const text = textOf(cause);
  if (cause instanceof SshFailure) return { why: cause.why ?? "other", text: cause.message };
  if (isSandbox(cause)) {
    return { why: "sandbox", text: `Deno's permissions forbid it, ${missingFlag(text)} is missing` };
  }
  for (const [pattern, why, meaning] of reasons) {
    if (pattern.test(text)) return { why, text: meaning };
  }
  const last = text.slice(text.lastIndexOf("\n") + 1);
  if (isTlsFailure(cause)) return { why: "tls", text: tlsText(last.replace(/^.*\): /, "")) };
  return { why: "other", text: last };
}

function tlsText(last: string): string {
  const meaning = tlsMeanings.find(([pattern]) => pattern.test(last))?.[1];
  return `TLS failed: ${meaning ? `${meaning} (${last})` : last}`;
}

/** What the words of the TLS library mean here. Alerts are what the daemon says of this side's certificate. */
const tlsMeanings: readonly [RegExp, string][] = [
  [/UnknownIssuer/, "the engine's certificate is not signed by the authority in ca.pem"],
  [/NotValidForName|not valid for name/i, "the engine's certificate is for another host name"],
  [/certificate: (Expired|certificate expired)/i, "the engine's certificate has expired"],
  [/alert: CertificateRequired/, "the engine wants a client certificate, cert.pem and key.pem"],
  [/alert: CertificateExpired/, "the engine says that the client certificate has expired"],
  [/alert: (Unknown|Decrypt|BadCertificate|UnsupportedCertificate)/, "the engine refuses the client certificate"],
  [/corrupt message/, "what listens there does not speak TLS"],
];

function isSandbox(cause: unknown): boolean {
  return cause instanceof Deno.errors.NotCapable || /Requires \w+ access to /.test(textOf(cause));
}

function missingFlag(text: string): string {
  const [, kind = "all", value] = /Requires (\w+) access to "([^"]+)"/.exec(text) ?? [];
  return value ? `--allow-${kind}=${value}` : `--allow-${kind}`;
}

/** The messages of an error and of its causes, a line each. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${textOf(error.cause)}`;
}

function daemonMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const message = typeof parsed === "object" && parsed && "message" in parsed ? parsed.message : undefined;
    return typeof message === "string" ? message.trim() : "";
  } catch {
    // Older daemons, and proxies in front of them, answer in plain text.
    return body.trim();
  }
}
