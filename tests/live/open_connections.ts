import type { App } from "../../src/app.ts";
import type { PrivateEngine } from "./private_engine.ts";

/**
 * Connections that the daemon holds on its API socket: lines of /proc/net/unix that name it, without the listener. They
 * are in the network of whoever has connected.
 */
export async function openConnections({ socket }: PrivateEngine): Promise<number> {
  const table = await Deno.readTextFile("/proc/net/unix");
  // The third state column: 03 is connected, 01 is listening.
  return table.split("\n").filter((line) => line.endsWith(` ${socket}`) && / 0001 03 /.test(line)).length;
}

/** Those that are in use: what waits to be used again is closed. */
export async function busyConnections(app: App, engine: PrivateEngine): Promise<number> {
  app.close();
  return await openConnections(engine);
}
