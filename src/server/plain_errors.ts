import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import type { argumentFaults } from "../call/argument_faults.ts";

/**
 * A transport on which the SDK's own complaints about what a client sent can be read: it writes them as a dump of its
 * schema library, and takes most of them for faults of this server.
 */
export function withPlainErrors(inner: Transport): Transport {
  const send: Transport["send"] = async (message, options) =>
    await inner.send(isPlain(message) ? message : await plain(message), options);
  return new Proxy(inner, { get: (target, key) => key === "send" ? send : Reflect.get(target, key, target) });
}

/** JSON-RPC's own. */
const invalidParams = -32602;

/** Nearly all are: there is nothing to look for. */
function isPlain(message: JSONRPCMessage): boolean {
  return !("error" in message) && !("result" in message && message.result["isError"] === true);
}

async function plain(message: JSONRPCMessage): Promise<JSONRPCMessage> {
  if ("error" in message) {
    const told = await withoutDump(message.error.message);
    if (told === undefined) return message;
    return { ...message, error: { ...message.error, code: invalidParams, message: told } };
  }
  return "result" in message ? await plainResult(message) : message;
}

/** A question that was answered with what is no answer fails its call, in front of all that the call does. */
async function plainResult<T extends { result: Record<string, unknown> }>(message: T): Promise<T> {
  const { content } = message.result;
  const [block] = Array.isArray(content) ? content : [];
  const told = typeof block?.text === "string" && /^Fulfilling input/.test(block.text) &&
    await withoutDump(block.text);
  if (!told) return message;
  const text = `${told}\nNext: nothing was done; make the same call again for a new question`;
  return { ...message, result: { ...message.result, content: [{ type: "text", text }] } };
}

type Issues = Parameters<typeof argumentFaults>[0];

/** The text with the faults in words; nothing where it holds no dump. */
async function withoutDump(text: string): Promise<string | undefined> {
  const at = text.indexOf("[\n  {");
  if (at < 0 || !text.endsWith("]")) return undefined;
  try {
    const issues: Issues = JSON.parse(text.slice(at));
    // Loaded once there is one: a start is to be quick.
    const { argumentFaults } = await import("../call/argument_faults.ts");
    const within = issues.map((issue) => ({ ...issue, path: issue.path.filter((step) => step !== "params") }));
    return `${text.slice(0, at) || "Cannot use these parameters: "}${argumentFaults(within)}`;
  } catch {
    // Something else that looks like one.
    return undefined;
  }
}
