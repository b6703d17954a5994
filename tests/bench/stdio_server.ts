/** A program that speaks JSON-RPC on its standard input and output, one message a line. */
export interface StdioServer {
  pid: number;
  /** The result, taken to be what the method promises; throws where the answer is an error. */
  request<T>(method: string, params?: Record<string, unknown>): Promise<T>;
  notify(method: string): void;
  /** Ends its input and waits for its natural end: only then does Deno write its code cache. */
  close(): Promise<void>;
}

/** What `tools/call` answers. */
export interface CallResult {
  content: { type: string; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** Starts `argv`. Nothing stands between the bench and the pipes, since a client library would be measured as well. */
export function startServer([program = "", ...args]: readonly string[]): StdioServer {
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  const writer = child.stdin.getWriter();
  const waiting = new Map<number, Waiting>();
  const ended = readMessages(child.stdout, waiting);
  const send = (message: Record<string, unknown>) =>
    writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
  let last = 0;
  return {
    pid: child.pid,
    request(method, params = {}) {
      const id = ++last;
      const answer = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      send({ id, method, params }).catch((error) => waiting.get(id)?.reject(error));
      return answer;
    },
    notify: (method) => void send({ method }),
    async close() {
      await writer.close();
      await ended;
      await child.status;
    },
  };
}

/** Opens the session as a client of the 2025 line does. */
export async function initialize(server: StdioServer): Promise<void> {
  const clientInfo = { name: "bench", version: "1" };
  await server.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  server.notify("notifications/initialized");
}

/** A call that must succeed. */
export async function callTool(server: StdioServer, name: string, args = {}): Promise<CallResult> {
  const result = await server.request<CallResult>("tools/call", { name, arguments: args });
  if (result.isError) throw new Error(`Cannot bench "${name}": ${result.content[0]?.text}`);
  return result;
}

interface Waiting {
  resolve(result: never): void;
  reject(error: Error): void;
}

interface Message {
  id?: number;
  result: never;
  error?: { message: string };
}

async function readMessages(stdout: ReadableStream<Uint8Array>, waiting: Map<number, Waiting>): Promise<void> {
  const decoder = new TextDecoder();
  let open = "";
  for await (const bytes of stdout) {
    const lines = (open + decoder.decode(bytes, { stream: true })).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) settle(JSON.parse(line), waiting);
  }
  for (const { reject } of waiting.values()) reject(new Error("Cannot go on: the server has ended"));
}

function settle({ id = 0, result, error }: Message, waiting: Map<number, Waiting>): void {
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  if (error) reject?.(new Error(`The server answered with an error: ${error.message}`));
  else resolve?.(result);
}
