import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import type { App } from "../../src/app.ts";
import { serveOnStdio } from "../../src/server/stdio.ts";

/** A client that hears of resources. Ends with `await using`, or with `close`. */
export interface Listener extends AsyncDisposable {
  client: Client;
  /** The address of each notice in order. */
  notices: string[];
  /** Resolves when the server has agreed, to the function that ends it. */
  listen(...uris: string[]): Promise<() => Promise<unknown>>;
  close(): Promise<void>;
}

export type Era = "2025-11-25" | "2026-07-28";

export const eras: readonly Era[] = ["2025-11-25", "2026-07-28"];

/** A client of one generation on an app, beside others on the same one. */
export async function listener({ server }: Pick<App, "server">, era: Era): Promise<Listener> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const handle = serveOnStdio(server, { transport: far });
  const modern = { versionNegotiation: { mode: { pin: "2026-07-28" as const } } };
  const client = new Client({ name: "listener", version: "1" }, era === "2026-07-28" ? modern : {});
  const notices: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => void notices.push(params.uri));
  await client.connect(near);
  const close = async () => {
    await client.close();
    await handle.close();
  };
  return {
    client,
    notices,
    async listen(...uris) {
      if (era === "2026-07-28") {
        const subscription = await client.listen({ resourceSubscriptions: uris });
        return () => subscription.close();
      }
      for (const uri of uris) await client.subscribeResource({ uri });
      return () => Promise.all(uris.map((uri) => client.unsubscribeResource({ uri })));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
