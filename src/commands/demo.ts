/** What the demo needs: how to start the server, and where its transcript goes. */
export interface DemoParts {
  /** Program and arguments that serve on stdio. */
  serve: readonly [string, ...string[]];
  write(text: string): void;
}

/** An image that is made without a registry where the tests run; it is used where it is there. */
const localImage = "docker-mcp/busybox:test";
const publicImage = "busybox:1.37";
const name = `docker-mcp-demo-${Deno.pid}`;

/** Drives the server over stdio as a client would, on the engine that is there. Gives the exit code. */
export async function demo({ serve, write }: DemoParts): Promise<number> {
  const session = openSession(serve, write);
  try {
    await session.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: { elicitation: {} },
      clientInfo: { name: "demo", version: "1" },
    });
    session.notify("notifications/initialized");
    return await play(session, write);
  } finally {
    await session.close();
  }
}

async function play({ request }: Session, write: (text: string) => void): Promise<number> {
  let unexpected = 0;
  const call = async (tool: string, args: Record<string, unknown> = {}, { fails = false } = {}) => {
    write(`\n> ${tool} ${JSON.stringify(args)}\n`);
    const { content = [], isError = false } = await request("tools/call", { name: tool, arguments: args });
    const text = content.map((block) => block.text ?? "").join("\n");
    write(text.replace(/^/gm, "  ") + "\n");
    if (isError !== fails) unexpected++;
    return text;
  };
  const { tools = [] } = await request("tools/list", {});
  write(`The server offers ${tools.length} tools.\n`);
  await call("docker_version");
  const local = await call("docker_list_images", { reference: localImage });
  const image = local.includes(localImage) ? localImage : publicImage;
  const page = "mkdir -p /www; echo '<h1>hello from the demo</h1>' > /www/index.html; exec httpd -f -v -p 80 -h /www";
  await call("docker_run_container", {
    image,
    name,
    command: ["sh", "-c", page],
    ports: ["80"],
    memory: "64m",
    health_check: { cmd: "wget -q -O /dev/null http://127.0.0.1/", interval: "1s", retries: 5 },
    wait: "healthy",
  });
  await call("docker_exec_command", { container: name, command: ["wget", "-q", "-O", "-", "http://127.0.0.1/"] });
  await call("docker_container_logs", { container: name, tail: 5 });
  await call("docker_container_stats", { containers: [name] });
  write("\nA name that is not there, and a request that the rules refuse:\n");
  await call("docker_container_logs", { container: name.replace("demo", "dmeo") }, { fails: true });
  await call("docker_run_container", { image, privileged: true }, { fails: true });
  await call("docker_stop_container", { container: name, timeout: 1 });
  await call("docker_remove_container", { container: name });
  write(unexpected === 0 ? "\nAll as expected.\n" : `\n${unexpected} calls did not go as expected.\n`);
  return unexpected === 0 ? 0 : 1;
}

/** The parts of an MCP result that the demo looks at. */
interface Result {
  content?: { text?: string }[];
  isError?: boolean;
  tools?: unknown[];
}

interface Session {
  request(method: string, params: Record<string, unknown>): Promise<Result>;
  notify(method: string): void;
  close(): Promise<void>;
}

interface Message {
  id?: number | string;
  method?: string;
  params?: { message?: string };
  result?: Result;
  error?: { message: string };
}

/** JSON-RPC by hand: a line out, a line in. The one question it is asked, to remove its own container, it answers yes. */
function openSession([program, ...args]: DemoParts["serve"], write: (text: string) => void): Session {
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  const input = child.stdin.getWriter();
  const waiting = new Map<number | string, PromiseWithResolvers<Result>>();
  const send = (message: object) => input.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  let last = 0;
  const receive = (message: Message) => {
    if (message.method === "elicitation/create") {
      write(`  [the server asks] ${message.params?.message}\n  [the user answers] yes\n`);
      send({ jsonrpc: "2.0", id: message.id, result: { action: "accept", content: { confirm: true } } });
      return;
    }
    const waiter = waiting.get(message.id ?? "");
    // A tool that the operator does not offer is such an error: told like a call that failed.
    if (message.error) waiter?.resolve({ content: [{ text: message.error.message }], isError: true });
    else waiter?.resolve(message.result ?? {});
  };
  const reading = readLines(child.stdout, (line) => receive(JSON.parse(line)), () => {
    for (const waiter of waiting.values()) waiter.reject(new Error("The server ended before it answered"));
  });
  return {
    request(method, params) {
      const id = ++last;
      const waiter = Promise.withResolvers<Result>();
      waiting.set(id, waiter);
      send({ jsonrpc: "2.0", id, method, params });
      return waiter.promise.finally(() => waiting.delete(id));
    },
    notify: (method) => void send({ jsonrpc: "2.0", method }),
    async close() {
      await input.close();
      await Promise.all([reading, child.status]);
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array>, line: (text: string) => void, end: () => void) {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.filter(Boolean).forEach(line);
  }
  end();
}
