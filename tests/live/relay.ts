/**
 * Ways to a port on the loopback of a private engine, whose network is its own: a program there listens on a Unix
 * socket, which both sides see.
 *
 *   deno run -A relay.ts <socket> <port>
 */
if (import.meta.main) {
  const [path = "", port = ""] = Deno.args;
  const listener = Deno.listen({ transport: "unix", path });
  console.log("listening");
  await join(listener, () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) }));
}

export interface Relay extends AsyncDisposable {
  /** On every loopback address of this machine. */
  port: number;
}

/** Opens a port here that leads to `port` of the loopback where the process `pid` is. */
export async function startRelay({ pid, port, folder }: { pid: number; port: number; folder: string }): Promise<Relay> {
  const socket = `${folder}/relay-${port}.sock`;
  const program = [Deno.execPath(), "run", "--no-config", "-A", import.meta.url, socket, String(port)];
  const args = ["--target", String(pid), "--net", ...program];
  const child = new Deno.Command("nsenter", { args, stdin: "null", stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const joining = join(listener, () => Deno.connect({ transport: "unix", path: socket }));
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
      listener.close();
      await joining;
    },
  };
}

async function join(listener: Deno.Listener, dial: () => Promise<Deno.Conn>): Promise<void> {
  const open = new Set<Promise<void>>();
  for await (const near of listener) {
    const pair = pipeBoth(near, dial).finally(() => open.delete(pair));
    open.add(pair);
  }
  await Promise.all(open);
}

async function pipeBoth(near: Deno.Conn, dial: () => Promise<Deno.Conn>): Promise<void> {
  using there = await dial();
  using here = near;
  // Either side may break off.
  await Promise.allSettled([pipe(here, there), pipe(there, here)]);
}

/** Hands the end on as well, as an exec needs it that reads to the end of its input. */
async function pipe(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
    for (let sent = 0; sent < read;) sent += await to.write(buffer.subarray(sent, read));
  }
  await to.closeWrite();
}
