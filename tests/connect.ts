import { Client, type ClientOptions } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { type App, createApp } from "../src/app.ts";
import { parseConfig } from "../src/config/config.ts";
import { serveOnStdio } from "../src/server/stdio.ts";
import type { CallEvent } from "../src/telemetry/event.ts";
import { type FakeDaemon, fakeDaemon } from "./fake_daemon.ts";

/** Ends with `await using`, or with `close`. */
export interface Connected extends AsyncDisposable {
  client: Client;
  app: App;
  daemon: FakeDaemon;
  /** One for each call that ended. */
  events: CallEvent[];
  /** The text of a call's answer; a failed call's text too. */
  text(name: string, args?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** The program's own arguments. */
  args?: string[];
  /** Its environment. */
  env?: Record<string, string>;
  /** A real engine instead of the fake. */
  host?: string;
  client?: ClientOptions;
  /** What it makes in the fake bears its labels, as it does by default: tests of other things do without. */
  labels?: boolean;
  /** What the person answers when asked; without it the client cannot ask. */
  elicit?: (message: string) => { action: "accept" | "decline" | "cancel"; content?: Record<string, boolean> };
}

/** A real client in this process, over the real app, over the fake daemon or the engine at `host`. */
export async function connect(
  { args = [], env = {}, host, client: options, labels, elicit }: ConnectOptions = {},
): Promise<Connected> {
  const daemon = fakeDaemon();
  const events: CallEvent[] = [];
  const plain = host || labels ? [] : ["--no-labels"];
  const config = parseConfig([...plain, ...args, "--host", host ?? "unix:///fake/docker.sock"], (name) => env[name]);
  const app = createApp(config, { sinks: [(event) => events.push(event)], ...(host ? {} : { fetch: daemon.fetch }) });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const handle = serveOnStdio(app.server, { transport: far });
  const capabilities = elicit ? { elicitation: {} } : {};
  const client = new Client({ name: "test", version: "1" }, { capabilities, ...options });
  if (elicit) {
    client.setRequestHandler("elicitation/create", ({ params }) => Promise.resolve(elicit(params.message)));
  }
  await client.connect(near);
  const close = async () => {
    await client.close();
    await handle.close();
    app.close();
  };
  return {
    client,
    app,
    daemon,
    events,
    async text(name, args = {}) {
      const { content } = await client.callTool({ name, arguments: args });
      return content.map((block) => block.type === "text" ? block.text : `<${block.type}>`).join("\n");
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
