import {
  isJSONRPCNotification,
  type JSONRPCMessage,
  type JSONRPCNotification,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
} from "@modelcontextprotocol/server";
import type { ServerParts } from "./server.ts";
import { type Subscriptions, subscriptionsTo } from "./subscriptions.ts";

/**
 * A transport that serves what a client of 2026-07-28 listens to. The SDK answers `subscriptions/listen` itself and tells
 * nobody of it, so its acknowledgement is read on the way out: it leaves when nothing is missed any more.
 */
export function withListening(inner: Transport, parts: Parts): Transport {
  const listening = listeningOn(inner, parts);
  const outer: Transport = {
    start() {
      inner.onmessage = (message, extra) => {
        const id = cancelledBy(message);
        if (id !== undefined) listening.end(id);
        outer.onmessage?.(message, extra);
      };
      inner.onerror = (error) => outer.onerror?.(error);
      inner.onclose = () => {
        listening.endAll();
        outer.onclose?.();
      };
      return inner.start();
    },
    send(message, options) {
      const acknowledged = acknowledgementIn(message);
      if (!acknowledged) return inner.send(message, options);
      // Not waited for: the client may ask for other things meanwhile.
      listening.begin(acknowledged, message).catch((error) => outer.onerror?.(error));
      return Promise.resolve();
    },
    close: () => inner.close(),
  };
  return outer;
}

type Parts = Pick<ServerParts, "resources" | "hosts" | "watch">;

/** What one client listens to, by the ids of its requests. */
function listeningOn(wire: Transport, parts: Parts) {
  const listening = new Map<Id, Subscriptions>();
  const end = (id: Id) => {
    listening.get(id)?.close();
    listening.delete(id);
  };
  return {
    end,
    endAll: () => [...listening.keys()].forEach(end),
    async begin({ id, uris }: Acknowledged, message: JSONRPCMessage): Promise<void> {
      let acknowledged = false;
      const subscriptions = subscriptionsTo(parts, (uri) => {
        // What changed before is seen by the read that follows the acknowledgement.
        if (acknowledged) wire.send(updated(uri, id)).catch(() => {});
      });
      listening.set(id, subscriptions);
      const added = await Promise.all(uris.map((uri) => subscriptions.add(uri)));
      // It was cancelled meanwhile.
      if (listening.get(id) !== subscriptions) return;
      await wire.send(narrowed(message, uris.filter((_, i) => added[i])));
      acknowledged = true;
    },
  };
}

type Id = string | number;

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}

interface Acknowledged {
  /** Of the request to listen. */
  id: Id;
  uris: readonly string[];
}

/** Its method is looked at first: the SDK checks all of a message, and each message comes by here. */
function isNotification(message: JSONRPCMessage, method: string): message is JSONRPCNotification {
  return "method" in message && message.method === method && isJSONRPCNotification(message);
}

const acknowledgement = "notifications/subscriptions/acknowledged";

/** What an acknowledgement says; nothing where the message is another one, or is about no resource. */
function acknowledgementIn(message: JSONRPCMessage): Acknowledged | undefined {
  if (!isNotification(message, acknowledgement)) return undefined;
  const id = message.params?._meta?.[SUBSCRIPTION_ID_META_KEY];
  const uris = honoured(message)["resourceSubscriptions"];
  if (!isId(id) || !Array.isArray(uris)) return undefined;
  return { id, uris: [...new Set(uris.filter((uri) => typeof uri === "string"))] };
}

function honoured({ params }: JSONRPCNotification): Record<string, unknown> {
  const notifications = params?.["notifications"];
  return typeof notifications === "object" && notifications !== null ? { ...notifications } : {};
}

/** The acknowledgement of what will really be told of. */
function narrowed(message: JSONRPCMessage, uris: readonly string[]): JSONRPCMessage {
  if (!isJSONRPCNotification(message)) return message;
  const notifications = { ...honoured(message), resourceSubscriptions: uris };
  return { ...message, params: { ...message.params, notifications } };
}

/** The id of the request that a client has given up. */
function cancelledBy(message: JSONRPCMessage): Id | undefined {
  if (!isNotification(message, "notifications/cancelled")) return undefined;
  const id = message.params?.["requestId"];
  return isId(id) ? id : undefined;
}

function updated(uri: string, id: Id): JSONRPCMessage {
  const params = { uri, _meta: { [SUBSCRIPTION_ID_META_KEY]: id } };
  return { jsonrpc: "2.0", method: "notifications/resources/updated", params };
}
