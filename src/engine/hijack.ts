import { accepted } from "./answer.ts";
import { type Head, rawBody } from "./body.ts";
import { type Message, readBody } from "./http1.ts";
import { answerFrom, exchange, type Sending } from "./over_socket.ts";
import type { EngineRequest, UpgradedSocket } from "./request.ts";
import { isOlder } from "./version.ts";

export interface Upgrading extends Sending {
  request: EngineRequest;
  apiVersion: string;
}

/** Sends `message` and takes over its connection. An answer other than `101` is an error. */
export async function upgradeOverSocket(message: Message, upgrading: Upgrading): Promise<UpgradedSocket> {
  const headers = new Headers(message.headers);
  headers.set("connection", "Upgrade");
  if (!headers.has("upgrade")) headers.set("upgrade", "tcp");
  const { wire, head } = await exchange({ ...message, headers }, upgrading);
  if (head.status !== 101) {
    const refusal = await accepted(answerFrom(wire, { head, method: message.method }), upgrading.faults);
    await refusal.discard();
    throw upgrading.faults.malformed(`it is ${head.status} where 101 was expected`);
  }
  const { write, closeWrite, close } = wire.socket;
  return {
    multiplexed: isMultiplexed(head, upgrading),
    chunks: () => readBody(wire, rawBody()),
    write,
    closeWrite,
    close,
  };
}

/** An exec says itself whether it has a TTY; otherwise the daemon says it in its answer, since API 1.42. */
function isMultiplexed({ headers }: Head, { request: { body }, apiVersion }: Upgrading): boolean {
  const asked = body?.kind === "json" ? body.value : undefined;
  if (typeof asked === "object" && asked && "Tty" in asked) return !asked.Tty;
  return isOlder(apiVersion, "1.42") || headers.get("content-type") === "application/vnd.docker.multiplexed-stream";
}
