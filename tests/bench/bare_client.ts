/** The least there is between a program and the engine: a kept connection and one request at a time. */
export interface BareClient {
  /** Sends `GET path` and gives the length of the whole answer, once it is there. */
  get(path: string): Promise<number>;
  close(): void;
}

/** Opens one connection to `unix:///path` or `tcp://host:port`. */
export async function openBareClient(host: string): Promise<BareClient> {
  const conn = await dial(host);
  const buffer = new Uint8Array(64 * 1024);
  return {
    async get(path) {
      await writeAll(conn, `GET ${path} HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n`);
      let answer = "";
      while (!isWhole(answer)) {
        const read = await conn.read(buffer);
        if (read === null) throw new Error(`Cannot read the answer to "GET ${path}": the connection ended`);
        answer += latin1.decode(buffer.subarray(0, read));
      }
      if (!answer.startsWith("HTTP/1.1 200")) throw new Error(`Cannot bench "GET ${path}": ${answer.slice(0, 300)}`);
      return answer.length;
    },
    close: () => conn.close(),
  };
}

/** Sends `GET path` and reads until the connection ends; the number of bytes, head and framing included. */
export async function readToTheEnd(host: string, path: string): Promise<number> {
  const conn = await dial(host);
  await writeAll(conn, `GET ${path} HTTP/1.1\r\nHost: 192.0.2.1\r\nConnection: close\r\n\r\n`);
  const buffer = new Uint8Array(64 * 1024);
  let length = 0;
  for (let read = await conn.read(buffer); read !== null; read = await conn.read(buffer)) length += read;
  conn.close();
  return length;
}

/** One character for each byte, so that lengths agree. */
const latin1 = new TextDecoder("latin1");

async function dial(host: string): Promise<Deno.Conn> {
  if (host.startsWith("unix://")) return await Deno.connect({ transport: "unix", path: host.slice("unix://".length) });
  const { hostname, port } = new URL(host.replace("tcp://", "http://"));
  return await Deno.connect({ hostname, port: Number(port) });
}

async function writeAll(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written));
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, head))?.[1];
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= head + 4 + Number(length);
}
