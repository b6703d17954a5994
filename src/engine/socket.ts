import type { Address } from "./address.ts";
import { type Faults, isTlsFailure } from "./faults.ts";
import { type Conn, SshFailure } from "./ssh.ts";
import { unlessAborted } from "./waiting.ts";

/** The contents of the PEM files, as `Deno.connectTls` and `Deno.createHttpClient` take them. */
export interface Credentials {
  caCerts?: string[];
  cert?: string;
  key?: string;
}

export interface OpenOptions {
  credentials: Credentials;
  /** Closes the connection, while it is opened and later. */
  signal: AbortSignal;
  faults: Faults;
}

/** One connection for one request. What fails is an EngineError, or the reason of the signal that closed it. */
export interface Socket {
  /** The number of bytes read, at least one; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes all of it. */
  write(bytes: Uint8Array): Promise<void>;
  closeWrite(): Promise<void>;
  close(): void;
  /** Leaves it to the next request where that is possible, else closes it. Only behind a whole answer. */
  release(): void;
}

/** Opens a connection; a TLS handshake is done when it returns. */
export async function openSocket(address: Address, options: OpenOptions): Promise<Socket> {
  const { signal, faults } = options;
  signal.throwIfAborted();
  const opening = dial(address, options.credentials);
  // One that comes up after nobody waits any more must not stay open.
  opening.then((conn) => signal.aborted && conn.close(), () => {});
  try {
    return guarded(await unlessAborted(opening, signal), options);
  } catch (cause) {
    throw signal.aborted ? signal.reason : faults.unreachable(cause);
  }
}

async function dial({ dial, secure }: Address, credentials: Credentials): Promise<Conn> {
  if (dial.transport === "ssh") return dial.connections.take();
  if (dial.transport === "unix") return await Deno.connect(dial);
  if (!secure) return await Deno.connect(dial);
  const conn = await Deno.connectTls({ hostname: dial.hostname, port: dial.port, ...credentials });
  try {
    await conn.handshake();
    return conn;
  } catch (cause) {
    conn.close();
    throw cause;
  }
}

function guarded(conn: Conn, { signal, faults }: OpenOptions): Socket {
  let open = true;
  const close = () => {
    signal.removeEventListener("abort", close);
    if (open) conn.close();
    open = false;
  };
  signal.addEventListener("abort", close, { once: true });
  const reason = (cause: unknown) => {
    if (signal.aborted) return signal.reason;
    if (cause instanceof SshFailure) {
      return cause.why ? faults.unreachable(cause) : faults.interrupted(`unexpectedly: ${cause.message}`, cause);
    }
    return isTlsFailure(cause) ? faults.unreachable(cause) : faults.interrupted("unexpectedly", cause);
  };
  return {
    read: (into) => conn.read(into).catch((cause) => Promise.reject(reason(cause))),
    async write(bytes) {
      try {
        for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written));
      } catch (cause) {
        throw reason(cause);
      }
    },
    closeWrite: () => conn.closeWrite().catch((cause) => Promise.reject(reason(cause))),
    close,
    release() {
      if (!open || !conn.keep) return close();
      open = false;
      signal.removeEventListener("abort", close);
      conn.keep();
    },
  };
}
