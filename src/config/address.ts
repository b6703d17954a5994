/** Where an engine listens. `secure` is true where the address itself asks for TLS. */
export type Address =
  | { kind: "unix"; path: string }
  | { kind: "tcp"; hostname: string; port: number | undefined; secure: boolean }
  /** Not usable; `why` says what to do instead. */
  | { kind: "fault"; why: string };

const schemes = "it must be unix:///path, tcp://host:port or https://host:port";

/** Reads an engine's address as Docker writes them. */
export function readAddress(host: string): Address {
  if (host.startsWith("unix://")) return unixAddress(host.slice("unix://".length));
  if (host.startsWith("ssh://")) return { kind: "fault", why: tunnelAdvice(host.slice("ssh://".length)) };
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
  return { kind: "tcp", hostname: url.hostname, port, secure: scheme === "https" };
}

/** Why a named pipe is of no use, and what is. */
export const pipeAdvice = 'Deno cannot open named pipes. Turn on "Expose daemon on tcp://localhost:2375" in Docker ' +
  "Desktop and set DOCKER_HOST=tcp://localhost:2375";

function unixAddress(path: string): Address {
  return path.startsWith("/") ? { kind: "unix", path } : { kind: "fault", why: schemes };
}

function tunnelAdvice(target: string): string {
  const [, user = "", host = "", port] = /^([^@/]*@)?([^:/]*)(?::(\d+))?/.exec(target) ?? [];
  const ssh = `ssh -N -L /tmp/docker.sock:/var/run/docker.sock${port ? ` -p ${port}` : ""} ${user}${host}`;
  return `this program may not run ssh. Run "${ssh}" and set DOCKER_HOST=unix:///tmp/docker.sock`;
}
