import { serveStdio, type ServeStdioOptions } from "@modelcontextprotocol/server/stdio";
import { createServer, type ServerParts } from "./server.ts";

/** Serves on standard input and output until the client closes its end; stdout carries the protocol alone. */
export function serveOnStdio(parts: ServerParts, options: ServeStdioOptions = {}) {
  return serveStdio(() => createServer(parts), options);
}
