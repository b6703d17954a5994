import { sshArguments, type SshConnections, sshConnections } from "./ssh.ts";

/** Where the daemon listens, taken apart once. */
export interface Address {
  /** As it was written, for messages: `unix:///var/run/docker.sock`. */
  endpoint: string;
  dial:
    | { transport: "unix"; path: string }
    | { transport: "tcp"; hostname: string; port: number }
    | { transport: "ssh"; connections: SshConnections };
  secure: boolean;
  /** What stands in front of a request's path in a URL. For a socket it is an address that belongs to nobody. */
  origin: string;
  /** The `Host` header. */
  host: string;
}

// For documentation only (RFC 5737). Not a name: Deno looks it up for each new connection, even over a Unix socket,
// and a lost answer costs 5 s. It is also what Deno's permission flags must name, since `fetch` asks for it.
const nowhere = "192.0.2.1";

const ports: Record<string, number> = { tcp: 2375, http: 80, https: 443 };

/**
 * Reads `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://user@host:port/path`; the
 * port may be left out, and so may the path of the socket over there. With `tls` a `tcp` or `http` address is spoken to over TLS too. Throws a RangeError for anything else.
 */
export function readAddress(host: string, tls: boolean): Address {
  const socket = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (socket) {
    const dial = { transport: "unix", path: socket } as const;
    return { endpoint: host, dial, secure: false, origin: `http://${nowhere}`, host: nowhere };
  }
  const [, destination, remote] = /^(ssh:\/\/(?!-)[^\s/]+)(\/.+)?$/.exec(host) ?? [];
  if (destination) {
    const dial = { transport: "ssh", connections: sshConnections(sshArguments(destination, remote)) } as const;
    return { endpoint: host, dial, secure: false, origin: `http://${nowhere}`, host: nowhere };
  }
  const [, scheme = "", name, given] = /^(tcp|https?):\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d+))?\/?$/i.exec(host) ?? [];
  if (!name) {
    const wanted = "expected unix:///path, tcp://host:port, http://host:port, https://host:port or ssh://user@host";
    throw new RangeError(`Cannot use "${host}" as the address of the Docker daemon: ${wanted}`);
  }
  const secure = tls || scheme === "https";
  const port = Number(given ?? (secure && scheme === "tcp" ? 2376 : ports[scheme]));
  const dial = { transport: "tcp", hostname: name.replace(/^\[|\]$/g, ""), port } as const;
  return {
    endpoint: host,
    dial,
    secure,
    origin: `${secure ? "https" : "http"}://${name}:${port}`,
    host: `${name}:${port}`,
  };
}
