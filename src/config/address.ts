/** Where an engine listens. `secure` is true where the address itself asks for TLS. */
export type Address =
  | { kind: "unix"; path: string }
  | { kind: "tcp"; hostname: string; port: number | undefined; secure: boolean }
  /** `target` is what ssh gets: `user@host`; `path` is the socket over there, where it is not Docker's own choice. */
  | { kind: "ssh"; target: string; port: number | undefined; path: string | undefined }
  /** Not usable; `why` says what to do instead. */
  | { kind: "fault"; why: string };

const schemes = "it must be unix:///path, tcp://host:port, https://host:port or ssh://user@host";

/** Reads an engine's address as Docker writes them. */
export function readAddress(host: string): Address {
  if (host.startsWith("unix://")) return unixAddress(host.slice("unix://".length));
  if (host.startsWith("ssh://")) return sshAddress(host.slice("ssh://".length));
  if (host.startsWith("npipe://")) return { kind: "fault", why: pipeAdvice };
  const [, scheme, rest] = /^(tcp|http|https):\/\/(.+)$/.exec(host) ?? [];
  // Under a scheme that URL does not know, it keeps the port even where it is the scheme's own.
  const url = rest === undefined ? null : URL.parse(`tcp://${rest}`);
  if (!url || url.hostname === "") return { kind: "fault", why: schemes };
  if (url.username || (url.pathname !== "" && url.pathname !== "/") || url.search || url.hash) {
    return { kind: "fault", why: "nothing may stand beside the host and the port" };
  }
  const preset = { tcp: undefined, http: 80, https: 443 }[scheme ?? ""];
  const port = url.port === "" ? preset : Number(url.port);
  const fault = portFault(port) ?? blockedFault(port);
  if (fault !== undefined) return { kind: "fault", why: fault };
  return { kind: "tcp", hostname: url.hostname, port, secure: scheme === "https" };
}

/** Why a named pipe is of no use, and what is. */
export const pipeAdvice = 'Deno cannot open named pipes. Turn on "Expose daemon on tcp://localhost:2375" in Docker ' +
  "Desktop and set DOCKER_HOST=tcp://localhost:2375";

function unixAddress(path: string): Address {
  return path.startsWith("/") ? { kind: "unix", path } : { kind: "fault", why: schemes };
}

// No part may begin with a dash, which ssh would take for an option.
const sshTarget = /^((?:[\w.+][\w.+-]*@)?(?:[\w][\w.-]*|\[[0-9a-f:.]+\]))(?::(\d{1,5}))?(\/.+)?\/?$/i;

function sshAddress(target: string): Address {
  const [, who, port, path] = sshTarget.exec(target) ?? [];
  if (who === undefined) return { kind: "fault", why: "it must be ssh://user@host:port/path, without a password" };
  const fault = portFault(port);
  if (fault !== undefined) return { kind: "fault", why: fault };
  return { kind: "ssh", target: who, port: port === undefined ? undefined : Number(port), path };
}

function portFault(port: string | number | undefined): string | undefined {
  if (port === undefined || Number(port) >= 1 && Number(port) <= 65_535) return undefined;
  return "a port is a number from 1 to 65535";
}

/** The ports that fetch refuses (https://fetch.spec.whatwg.org/#port-blocking); its error would not tell so. */
const blockedPorts = new Set([
  ...[1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109],
  ...[110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530],
  ...[531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190],
  ...[5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

function blockedFault(port: number | undefined): string | undefined {
  if (port === undefined || !blockedPorts.has(port)) return undefined;
  return `port ${port} belongs to another protocol, and Deno's fetch sends nothing there; let the engine listen on ` +
    "another one, such as 2375 or 2376 with TLS, or forward one to it";
}
