import type { Address } from "./address.ts";
import type { Answer } from "./answer.ts";
import { bodyReader, type Head } from "./body.ts";
import type { Faults } from "./faults.ts";
import { joined, type Message, readBody, readHead, type Wire, wireOver, writeMessage } from "./http1.ts";
import { type Credentials, openSocket } from "./socket.ts";
import type { Clock } from "./waiting.ts";

/** What a message needs on its way. */
export interface Sending {
  address: Address;
  credentials: Credentials;
  clock: Clock;
  faults: Faults;
}

/**
 * Sends `message` over a connection that nothing else uses at the time. So it is sent once at most, it is known whether it was sent, and
 * giving it up closes the connection.
 */
export async function sendOverSocket(message: Message, sending: Sending): Promise<Answer> {
  const headers = new Headers(message.headers);
  // Else the connection goes back to where it came from.
  if (sending.address.dial.transport !== "ssh") headers.set("connection", "close");
  const { wire, head } = await exchange({ ...message, headers }, sending);
  return answerFrom(wire, { head, method: message.method });
}

/** Sends `message` and reads the head of its answer; the connection is closed where that fails. */
export async function exchange(message: Message, sending: Sending): Promise<{ wire: Wire; head: Head }> {
  const { address, credentials, clock, faults } = sending;
  const socket = await openSocket(address, { credentials, signal: clock.signal, faults });
  const wire = wireOver(socket, faults);
  const headers = new Headers(message.headers);
  headers.set("host", address.host);
  clock.sent = true;
  // Not waited for: the daemon may answer before it has read all of a long body, and then read no more. A failure shows
  // in the answer, or in its lack.
  writeMessage(wire, { ...message, headers }).catch(() => {});
  try {
    return { wire, head: await readHead(wire) };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** The answer whose head has been read from `wire`. */
export function answerFrom(wire: Wire, { head, method }: { head: Head; method: string }): Answer {
  const reader = bodyReader(head, method);
  const chunks = () => readBody(wire, reader);
  return {
    ...head,
    chunks,
    async bytes() {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks()) parts.push(chunk.slice());
      return joined(parts);
    },
    discard: () => Promise.resolve(wire.socket.close()),
  };
}
